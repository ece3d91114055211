package rule

import "github.com/streamflow/pipe/engine/spec"

// typ is the type of an expression.
type typ uint8

const (
	invalid typ = iota // a fault was told; nothing more is said of it
	null               // nil, before it is known what it stands for
	boolean
	integer // an exact whole number
	exact   // an exact number
	double  // an IEEE double
	text
	date
	timestamp
	timestamptz
	uuid
)

func typeOf(t spec.Type) typ {
	switch t.Kind {
	case spec.KindText:
		return text
	case spec.KindInteger, spec.KindBigint:
		return integer
	case spec.KindNumeric:
		return exact
	case spec.KindDouble:
		return double
	case spec.KindBoolean:
		return boolean
	case spec.KindDate:
		return date
	case spec.KindTimestamp:
		return timestamp
	case spec.KindTimestamptz:
		return timestamptz
	case spec.KindUUID:
		return uuid
	}
	return invalid
}

func (t typ) isNumber() bool  { return t == integer || t == exact || t == double }
func (t typ) isMoment() bool  { return t == date || t == timestamp || t == timestamptz }
func (t typ) isOrdered() bool { return t.isNumber() || t.isMoment() || t == text || t == uuid }

// readsText tells whether a text literal beside an expression of this type is
// read as a literal of this type.
func (t typ) readsText() bool { return t.isMoment() || t == uuid }

// kind is the column kind whose SQL the type shares.
func (t typ) kind() spec.Kind {
	switch t {
	case boolean:
		return spec.KindBoolean
	case integer:
		return spec.KindBigint
	case exact:
		return spec.KindNumeric
	case double:
		return spec.KindDouble
	case date:
		return spec.KindDate
	case timestamp:
		return spec.KindTimestamp
	case timestamptz:
		return spec.KindTimestamptz
	case uuid:
		return spec.KindUUID
	}
	return spec.KindText
}

// String names the type in messages, as in "monthly_fee is a number".
func (t typ) String() string {
	switch t {
	case null:
		return "nil"
	case boolean:
		return "a boolean"
	case integer, exact, double:
		return "a number"
	case text:
		return "text"
	case date:
		return "a date"
	case timestamp:
		return "a timestamp"
	case timestamptz:
		return "a timestamptz"
	case uuid:
		return "a uuid"
	}
	return "of no type"
}
