package dialect

// Expressions are the parts of a dialect that stand inside expressions. It
// belongs to package rule's needs.
type Expressions interface{}
