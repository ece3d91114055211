package coerce

// Kind says which field of a Value holds it.
type Kind uint8

// The kinds of values.
const (
	Null Kind = iota
	Bool
	Int   // Int holds it: integers, and integral numerics on SQLite
	Float // Float holds it, Text a decimal text of it: doubles, and numerics on SQLite
	// Decimal is a numeric on PostgreSQL: Text holds the canonical decimal
	// text, digits kept.
	Decimal
	Text // Text holds UTF-8
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
