package rule

import (
	"slices"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
)

// Conjunct is one of the conditions that a row rule joins by its outermost
// ands: the rule is false of a row exactly when one of them is.
type Conjunct struct {
	// SQL stands well beside any operator.
	SQL string
	// Cost is what asking costs the database, in comparisons of two integers,
	// about: for choosing an order and for nothing else.
	Cost  int
	x     node // nil: nothing but its SQL is known
	claim claim
	null  unknowns
}

// Conjuncts takes a row rule apart.
func (r *Rule) Conjuncts(d dialect.Dialect) []Conjunct {
	w := newWriter(d, r, nil)
	var list []Conjunct
	var walk func(node)
	walk = func(x node) {
		if l, ok := x.(*logic); ok && l.op == "AND" {
			walk(l.a)
			walk(l.b)
			return
		}
		if b, ok := x.(*between); ok && !b.negated {
			walk(&comparison{b.base, ">=", b.x, b.low})
			walk(&comparison{b.base, "<=", b.x, b.high})
			return
		}
		list = append(list, Conjunct{w.quick(x), cost(x), x, claimOf(x), unknown(x)})
	}
	walk(r.root)
	return list
}

// Implies tells whether o is false of no row of which c is not false too. It
// knows bounds, sets and lengths of one column, and what lists of texts leave
// possible; false means only that it cannot tell.
func (c Conjunct) Implies(o Conjunct) bool {
	return c.claim.implies(o.claim) || c.lists(o) || c.excludes(o)
}

// Unknown tells when the condition is unknown, as that of a Rule does.
func (c Conjunct) Unknown() (columns []string, total, strict bool) { return c.null.told() }

// claim is what a condition says of one column. The zero claim says nothing
// that is understood.
type claim struct {
	column string
	t      typ
	length bool // it is about the length of the column's text
	op     string
	values []string // canonical; one, but for IN and NOT IN
}

// claimOf understands comparisons with literals, and lists of them.
func claimOf(x node) claim {
	negated := false
	if n, ok := x.(*not); ok {
		x, negated = n.x, true
	}
	switch x := x.(type) {
	case *comparison:
		a, b, op := x.a, x.b, x.op
		if literalOf(a) != nil {
			a, b, op = b, a, mirrored[op]
		}
		if negated {
			op = opposite[op]
		}
		return claimAbout(a, op, literalOf(b))
	case *in:
		op := "IN"
		if x.negated != negated {
			op = "NOT IN"
		}
		return claimAbout(x.x, op, x.list...)
	}
	return claim{}
}

// opposite are the operators that hold of two values exactly when the other
// does not.
var opposite = map[string]string{"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}

func claimAbout(x node, op string, list ...*literal) claim {
	c := claim{op: op, t: x.typ()}
	if f, ok := x.(*call); ok && f.function == "length" && len(f.args) == 1 {
		x, c.length = f.args[0], true
	}
	col, ok := x.(*column)
	if !ok || len(list) == 0 {
		return claim{}
	}
	for _, l := range list {
		if l == nil || !l.known || l.t == null || l.t == timestamp || l.t == timestamptz {
			return claim{} // their canonical texts do not sort
		}
		c.values = append(c.values, l.value)
	}
	switch c.op {
	case "=":
		c.op = "IN"
	case "<>":
		c.op = "NOT IN"
	}
	c.column = col.name
	return c
}

// implies: every value of which c is true is one of which o is true. About NULL
// both say nothing.
//
// Of text, lists are left to the evaluation of conditions on their texts.
func (c claim) implies(o claim) bool {
	if c.column == "" || c.column != o.column || c.length != o.length {
		return false
	}
	if (c.t == text || o.t == text) && c.isList() != o.isList() {
		return false
	}
	switch {
	case c.op == "IN" && o.op == "NOT IN" && c.t == text:
		return false
	case c.op == "IN":
		return !slices.ContainsFunc(c.values, func(v string) bool { return !o.admits(v) })
	case o.op == "NOT IN":
		return !slices.ContainsFunc(o.values, c.admits)
	case o.op == "IN" || c.op == "NOT IN" || c.op[0] != o.op[0]:
		return false
	}
	// Both are bounds on the same side: the value at the tighter one decides.
	order := c.compare(c.values[0], o.values[0])
	if o.op[0] == '<' {
		order = -order
	}
	return order > 0 || order == 0 && (len(c.op) == 1 || len(o.op) == 2)
}

// isList tells a set from a bound.
func (c claim) isList() bool { return c.op == "IN" || c.op == "NOT IN" }

// admits tells whether the claim is true of a value.
func (c claim) admits(value string) bool {
	if !c.isList() {
		return holds(c.op, c.compare(value, c.values[0]))
	}
	found := slices.ContainsFunc(c.values, func(v string) bool { return c.compare(v, value) == 0 })
	return found == (c.op == "IN")
}

// compare orders two values as the databases do.
func (c claim) compare(a, b string) int {
	switch {
	case c.t == double: // a literal is the double nearest to it
		x, errX := strconv.ParseFloat(a, 64)
		y, errY := strconv.ParseFloat(b, 64)
		if errX == nil && errY == nil {
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		}
		return compareDigits(a, b)
	case c.t.isNumber():
		return compareDigits(a, b)
	}
	return strings.Compare(a, b)
}

// cost guesses what evaluating x costs, in comparisons of two integers.
func cost(x node) int {
	switch x := x.(type) {
	case *literal, *column, *isNull:
		return 0
	case *not:
		return cost(x.x)
	case *logic:
		return cost(x.a) + cost(x.b)
	case *comparison:
		return costOf[x.a.typ()] + cost(x.a) + cost(x.b)
	case *in:
		return min(len(x.list), 4)*max(costOf[x.x.typ()], 1) + cost(x.x)
	case *between:
		return 2 + cost(x.x)
	case *choice:
		return cost(x.cond) + max(cost(x.a), cost(x.b))
	case *fallback:
		return cost(x.a) + cost(x.b)
	case *convert:
		if x.x.typ() == exact {
			return 30 + cost(x.x)
		}
		return 2 + cost(x.x)
	case *search:
		return 5 + cost(x.x)
	case *call:
		return 5 + cost(x.args[0])
	}
	return 50
}

// costOf is what comparing two values of a type costs.
var costOf = map[typ]int{boolean: 1, integer: 1, double: 1, exact: 5, text: 3, date: 1, timestamp: 1, timestamptz: 1, uuid: 1}

// Unknown tells when a row rule is unknown. If total holds, it is so only of
// rows in which one of the columns is NULL; with strict it is so of all of
// these.
func (r *Rule) Unknown() (columns []string, total, strict bool) {
	return unknown(r.root).told()
}

func (u unknowns) told() (columns []string, total, strict bool) {
	return u.columns, u.total, u.total && u.strict
}

type unknowns struct {
	columns       []string
	total, strict bool
}

func unknown(x node) unknowns {
	switch x := x.(type) {
	case *literal:
		return unknowns{nil, x.known && x.t != null, true}
	case *column:
		return unknowns{[]string{x.name}, true, true}
	case *not:
		return unknown(x.x)
	case *convert:
		return unknown(x.x)
	case *in:
		return unknown(x.x).with(x.list...)
	case *between:
		return unknown(x.x).with(x.low, x.high)
	case *search:
		return unknown(x.x).and(unknown(x.part))
	case *matches:
		u := unknown(x.x)
		u.total = u.total && x.known
		return u
	case *comparison:
		return unknown(x.a).and(unknown(x.b))
	case *isNull:
		return unknowns{nil, true, true}
	case *logic:
		// Of `a and b` with a false, it does not matter what b is.
		a, b := unknown(x.a), unknown(x.b)
		both := a.and(b)
		both.strict = both.strict && slices.Equal(a.columns, b.columns)
		return both
	case *fallback:
		b := unknown(x.b)
		return unknowns{b.columns, b.total, b.strict && len(b.columns) == 0}
	case *call:
		switch x.function {
		case "length", "lower", "upper", "trim", "abs", "date", "year", "month":
			return unknown(x.args[0])
		}
	}
	return unknowns{} // arithmetic may have no result
}

func (u unknowns) and(o unknowns) unknowns {
	all := slices.Concat(u.columns, o.columns)
	slices.Sort(all)
	return unknowns{slices.Compact(all), u.total && o.total, u.strict && o.strict}
}

func (u unknowns) with(list ...*literal) unknowns {
	for _, l := range list {
		u.total = u.total && l.known && l.t != null
	}
	return u
}
