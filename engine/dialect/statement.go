package dialect

// Statements are the whole statements of a dialect.
type Statements interface{}
