package rule

import "github.com/streamflow/pipe/engine/dialect"

// span is a half-open range of character offsets in a rule's text.
type span struct{ from, to int }

// node is one operation of a checked rule: types agree, every name is resolved,
// literals are canonical, and three-valued logic is SQL's. An evaluator needs
// nothing but the node and a row.
type node interface {
	typ() typ
	at() span
}

// base is what every node carries.
type base struct {
	t     typ
	place span
}

func (b base) typ() typ { return b.t }
func (b base) at() span { return b.place }

type (
	// literal is a constant. value is canonical: digits, text, 2024-01-31,
	// "true"; of type null it has none. Without known it is a var whose value
	// is not there yet.
	literal struct {
		base
		value string
		known bool
	}
	// column is a column of the row.
	column struct {
		base
		name string
	}
	// not is `not x`.
	not struct {
		base
		x node
	}
	// logic is `a and b` ("AND") or `a or b` ("OR").
	logic struct {
		base
		op   string
		a, b node
	}
	// comparison compares two values of one type; op is SQL's.
	comparison struct {
		base
		op   string
		a, b node
	}
	// isNull is `x == nil`, or with negated `x != nil`.
	isNull struct {
		base
		x       node
		negated bool
	}
	// in is `x in [...]`, of literals of x's type.
	in struct {
		base
		x       node
		list    []*literal
		negated bool
	}
	// between is `x in low..high`, of a whole number.
	between struct {
		base
		x         node
		low, high *literal
		negated   bool
	}
	// arithmetic computes with doubles; op is + - * / %.
	arithmetic struct {
		base
		op   string
		a, b node
	}
	// negative is `-x`.
	negative struct {
		base
		x node
	}
	// choice is `cond ? a : b`.
	choice struct {
		base
		cond, a, b node
	}
	// fallback is `a ?? b`.
	fallback struct {
		base
		a, b node
	}
	// search is `x contains part` and its kin; op is the word.
	search struct {
		base
		op      string
		x, part node
	}
	// matches is `x matches "re"`. Without known the pattern is a var whose value
	// is not there yet.
	matches struct {
		base
		x     node
		re    dialect.Regexp
		known bool
	}
	// cast reads x as a value of another type: text as a double, an integer or a
	// date (of which dialect.Reads tells the texts), a number as the integer that
	// it is, and an integer, a boolean, a moment or a uuid as its canonical text.
	// It is unknown where x cannot be read.
	cast struct {
		base
		x node
	}
	// exists is exists_in(x, "table.column"): false where no row of the table has
	// the value, unknown where x is, whatever NULLs the column holds.
	exists struct {
		base
		x             node
		table, column string
	}
	// call is a function of one row.
	call struct {
		base
		function string
		args     []node
	}
	// convert changes the type of x without changing its value: an exact number
	// becomes a double, a date a timestamp, either a timestamptz.
	convert struct {
		base
		x node
	}
	// aggregate is a function of all rows. written is its text, which tells it
	// from other aggregates.
	aggregate struct {
		base
		function string
		args     []node
		where    node   // the condition of the rows it looks at; nil, and for count
		quantile string // digits, for quantile
		table    string // for row_count
		written  string
	}
)

// infinite tells whether x may be an infinity, so that computing with it may
// give what is not a number.
func infinite(x node) bool {
	switch x := x.(type) {
	case *arithmetic:
		return x.op == "/" && !isNonZero(x.b) || infinite(x.a) || infinite(x.b)
	case *negative:
		return infinite(x.x)
	case *choice:
		return infinite(x.a) || infinite(x.b)
	case *fallback:
		return infinite(x.a) || infinite(x.b)
	case *call:
		return len(x.args) > 0 && infinite(x.args[0])
	case *aggregate:
		return len(x.args) > 0 && infinite(x.args[0])
	case *convert:
		return infinite(x.x)
	}
	return false
}

// isNonZero tells whether x is a number literal other than zero.
func isNonZero(x node) bool {
	l, ok := x.(*literal)
	if !ok || !l.known || !l.t.isNumber() {
		return false
	}
	for _, c := range l.value {
		if c >= '1' && c <= '9' {
			return true
		}
		if c == 'e' {
			break
		}
	}
	return false
}
