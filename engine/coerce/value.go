package coerce

// Kind says which field of a Value holds it.
type Kind uint8

// The kinds of values.
const (
	Null Kind = iota
	Bool
	Int     // Int holds it
	Float   // Float holds it; Text holds the canonical decimal text too
	Decimal // Text holds the canonical decimal text, digits kept
	Text    // Text holds UTF-8
	// Date, Timestamp, Timestamptz and UUID hold their canonical text:
	// 2024-01-31, 2024-01-31 23:59:59.123456, the same with +00 (always UTC),
	// and lower-case 8-4-4-4-12.
	Date
	Timestamp
	Timestamptz
	UUID
)

// Value is one typed cell. Text may point into the reader's buffer or the
// Coercer's scratch: it is valid until the next row is read.
type Value struct {
	Kind  Kind
	Bool  bool
	Int   int64
	Float float64
	Text  []byte
}
