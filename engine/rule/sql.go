package rule

import (
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
)

// Binding strengths, common to both databases, from the weakest.
const (
	orLevel = iota + 1
	andLevel
	notLevel
	comparing // = < IS IN BETWEEN
	adding
	multiplying
	negating
	casting
	atom
)

// writer writes nodes as SQL of one dialect.
type writer struct {
	d       dialect.Dialect
	table   string
	filter  string // what aggregates are restricted to; empty: all rows
	bounded bool   // gives up beyond maxSQL, and says so in tooLong
	tooLong bool
	// patterns are the regular expressions that PostgreSQL compiles, however often.
	patterns []string
}

func newWriter(d dialect.Dialect, r, where *Rule) *writer {
	w := &writer{d: d, table: r.table}
	if where != nil {
		w.filter, _ = w.write(where.root)
	}
	return w
}

// within writes x as an operand of something that binds as tightly as level.
func (w *writer) within(x node, level int) string {
	s, own := w.write(x)
	if own < level {
		return "(" + s + ")"
	}
	return s
}

// write gives the SQL of x and how tightly it binds.
func (w *writer) write(x node) (sql string, level int) {
	sql, level = w.node(x)
	if w.bounded && len(sql) > maxSQL {
		w.tooLong = true
		return "NULL", atom
	}
	return sql, level
}

func (w *writer) node(x node) (string, int) {
	switch x := x.(type) {
	case *literal:
		return w.literal(x)
	case *column:
		return w.d.Quote(x.name), atom
	case *not:
		return "NOT " + w.within(x.x, atom), notLevel
	case *logic:
		level := andLevel
		if x.op == "OR" {
			level = orLevel
		}
		return balanced(w.sides(x, x.op, level), x.op), level
	case *comparison:
		return w.comparison(x)
	case *isNull:
		if x.negated {
			return w.within(x.x, adding) + " IS NOT NULL", comparing
		}
		return w.within(x.x, adding) + " IS NULL", comparing
	case *in:
		return w.in(x)
	case *between:
		if holdsSum(x.x) {
			return w.betweenSums(x)
		}
		return w.within(x.x, adding) + negated(x.negated) + " BETWEEN " + w.within(x.low, negating) + " AND " + w.within(x.high, negating), comparing
	case *arithmetic:
		return w.arithmetic(x)
	case *negative:
		return "-" + w.within(x.x, casting), negating
	case *choice:
		return w.d.When(w.within(x.cond, atom), w.within(x.a, casting), w.within(x.b, casting)), atom
	case *fallback:
		a, _ := w.write(x.a)
		b, _ := w.write(x.b)
		return "COALESCE(" + a + ", " + b + ")", atom
	case *search:
		return w.search(x), comparing
	case *matches:
		if !x.known {
			return "NULL", atom
		}
		w.patterns = append(w.patterns, x.re.String())
		return w.d.Matches(w.within(x.x, atom), x.re), comparing
	case *cast:
		return w.cast(x), atom
	case *exists:
		return w.exists(x), atom
	case *call:
		return w.call(x)
	case *convert:
		if x.t == double && holdsSum(x.x) {
			return w.d.DoubleOfSum(w.within(x.x, casting)), casting
		}
		if x.t == double {
			return w.d.Double(w.within(x.x, casting)), casting
		}
		return w.d.Widen(w.within(x.x, casting), x.x.typ().kind(), x.t.kind()), adding
	case *aggregate:
		return w.aggregate(x)
	}
	return "NULL", atom
}

func negated(yes bool) string {
	if yes {
		return " NOT"
	}
	return ""
}

// sides writes the operands of a chain of ANDs or ORs.
func (w *writer) sides(x node, op string, level int) []string {
	l, ok := x.(*logic)
	if !ok || l.op != op {
		return []string{w.side(x, level)}
	}
	return append(w.sides(l.a, op, level), w.sides(l.b, op, level)...)
}

// side writes an operand of AND or OR. An AND inside an OR needs no
// parentheses, but readers do.
func (w *writer) side(x node, level int) string {
	if l, ok := x.(*logic); ok && (l.op == "AND") != (level == andLevel) {
		return w.within(x, atom)
	}
	return w.within(x, level)
}

func (w *writer) literal(x *literal) (string, int) {
	if x.t == null {
		return "NULL", atom
	}
	if !x.known {
		return "NULL", atom
	}
	switch {
	case x.t == boolean:
		return w.d.Bool(x.value == "true"), atom
	case x.t == double:
		return w.d.Double("(" + w.d.DoubleLiteral(x.value) + ")"), casting
	case x.t.isNumber():
		return digitsSQL(w.d.Number(x.value))
	case x.t.isMoment():
		return w.d.Moment(x.t.kind(), x.value), casting
	case x.t == uuid:
		return w.d.UUID(x.value), casting
	}
	return dialect.Text(x.value), atom
}

func digitsSQL(n string) (string, int) {
	if strings.HasPrefix(n, "-") {
		return n, negating
	}
	return n, atom
}

// operands writes two doubles that stand beside an operator. A literal needs no
// cast there unless both are literals.
func (w *writer) operands(x, y node, levelX, levelY int) (string, string) {
	write := func(x, other node, level int) string {
		if l := literalOf(x); l != nil && l.known && l.t == double && literalOf(other) == nil {
			s, own := digitsSQL(w.d.DoubleLiteral(l.value))
			if own < level {
				return "(" + s + ")"
			}
			return s
		}
		return w.within(x, level)
	}
	return write(x, y, levelX), write(y, x, levelY)
}

func (w *writer) comparison(x *comparison) (string, int) {
	a, b, op := x.a, x.b, x.op
	if t := a.typ(); t == integer || t == exact {
		if literalOf(a) != nil && literalOf(b) == nil {
			a, b, op = b, a, mirrored[op]
		}
		if holdsSum(a) || holdsSum(b) {
			return w.d.CompareSums(w.summand(a), op, w.summand(b)), comparing
		}
		if l := literalOf(b); l != nil && l.known && literalOf(a) == nil {
			return w.d.CompareNumber(w.within(a, adding), op, l.value), comparing
		}
	}
	if a.typ() == text {
		left := w.compared(a, adding)
		if !isCollated(a) {
			return left + " " + op + " " + w.compared(b, adding), comparing
		}
		return left + " " + op + " " + w.within(b, adding), comparing
	}
	left, right := w.operands(a, b, adding, adding)
	return left + " " + op + " " + right, comparing
}

// compared writes an operand of a comparison, an aggregate or a grouping that
// tells values apart: text by code point.
func (w *writer) compared(x node, level int) string {
	if isCollated(x) {
		return w.d.CodePoints(w.within(x, atom))
	}
	return w.within(x, level)
}

// isCollated tells whether the database may compare x by a collation: it is text,
// and no function has made it plain already.
func isCollated(x node) bool {
	switch y := x.(type) {
	case *literal:
		return false
	case *call:
		return x.typ() == text && y.function != "lower" && y.function != "upper"
	case *aggregate:
		return false // min and max are of plain text
	}
	return x.typ() == text
}

// mirrored are the operators with their sides swapped.
var mirrored = map[string]string{"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

// in writes comparisons instead of a list when the database cannot hold a
// number of the list as it is.
func (w *writer) in(x *in) (string, int) {
	if holdsSum(x.x) {
		return w.anyOf(x)
	}
	left := w.compared(x.x, adding)
	var items, compared []string
	for _, l := range x.list {
		item, _ := w.write(l)
		if l.known && l.t == double {
			item = w.d.DoubleLiteral(l.value)
		}
		items = append(items, item)
		if l.known && (l.t == integer || l.t == exact) && !w.d.ExactLiteral(l.value) {
			compared = append(compared, w.d.CompareNumber(left, "=", l.value))
			items = items[:len(items)-1]
		}
	}
	if len(compared) == 0 {
		return left + negated(x.negated) + " IN (" + strings.Join(items, ", ") + ")", comparing
	}
	if len(items) > 0 {
		compared = append(compared, left+" IN ("+strings.Join(items, ", ")+")")
	}
	sql := balanced(compared, "OR")
	if x.negated {
		return "NOT (" + sql + ")", notLevel
	}
	return sql, orLevel
}

func (w *writer) arithmetic(x *arithmetic) (string, int) {
	switch {
	case x.op == "/" && !isNonZero(x.b):
		a, b := w.operands(x.a, x.b, negating, negating)
		return w.d.Divide(a, b), adding
	case x.op == "%":
		a, b := w.operands(x.a, x.b, negating, negating)
		return w.d.Remainder(a, b), adding
	}
	level := adding
	if x.op == "*" || x.op == "/" {
		level = multiplying
	}
	a, b := w.operands(x.a, x.b, level, level+1)
	s := a + " " + x.op + " " + b
	if infinite(x.a) || infinite(x.b) {
		return w.d.NoNaN(s), adding
	}
	return s, level
}

func (w *writer) search(x *search) string {
	text, part := w.within(x.x, atom), w.within(x.part, atom)
	switch x.op {
	case "contains":
		return w.d.Contains(text, part)
	case "startsWith":
		return w.d.StartsWith(text, part)
	}
	return w.d.EndsWith(text, part)
}

func (w *writer) call(x *call) (string, int) {
	a := w.within(x.args[0], casting)
	switch x.function {
	case "lower":
		return w.d.Lower(a), atom
	case "upper":
		return w.d.Upper(a), atom
	case "trim":
		return w.d.Trim(a), atom
	case "length":
		return w.d.Length(a), atom
	case "abs":
		return "abs(" + a + ")", atom
	case "round":
		n := 0
		if len(x.args) == 2 {
			n, _ = strconv.Atoi(literalOf(x.args[1]).value)
		}
		return w.d.Round(a, n), casting
	case "date":
		return w.d.Day(a, x.args[0].typ().kind()), casting
	case "year":
		return w.d.Year(a), casting
	case "month":
		return w.d.Month(a), casting
	}
	return w.d.DaysBetween(w.within(x.args[0], negating), w.within(x.args[1], negating)), adding
}

func (w *writer) aggregate(x *aggregate) (string, int) {
	if x.where != nil {
		all := w.filter
		defer func() { w.filter = all }()
		w.filter = w.conjoin(w.within(x.where, andLevel))
	}
	var arg string
	if len(x.args) > 0 {
		arg, _ = w.write(x.args[0])
	}
	switch x.function {
	case "count":
		return dialect.Filtered("count(*)", w.restrict(x)), atom
	case "count_distinct":
		arg = w.compared(x.args[0], orLevel)
		return dialect.Filtered("count(DISTINCT "+arg+")", w.filter), atom
	case "sum":
		if x.args[0].typ() == double {
			return w.d.SumDoubles(arg, w.filter), atom
		}
		return w.d.Sum(arg, w.filter), atom
	case "mean":
		if x.args[0].typ() == double {
			return w.d.MeanDoubles(arg, w.filter), atom
		}
		return w.d.Mean(arg, w.filter), casting
	case "min", "max":
		arg = w.compared(x.args[0], orLevel)
		return dialect.Filtered(x.function+"("+arg+")", w.filter), atom
	case "stddev":
		return w.d.Stddev(arg, w.filter), atom
	case "median":
		return w.d.Median(arg, w.filter), atom
	case "quantile":
		return w.d.Quantile(arg, x.quantile, w.filter), atom
	case "null_fraction":
		nulls := w.conjoin(w.within(x.args[0], adding) + " IS NULL")
		return w.d.Share("("+dialect.Filtered("count(*)", nulls)+")", "("+dialect.Filtered("count(*)", w.filter)+")"), multiplying
	case "unique_fraction": // of no value: 0, as Great Expectations has it
		arg = w.compared(x.args[0], orLevel)
		distinct, values := dialect.Filtered("count(DISTINCT "+arg+")", w.filter), dialect.Filtered("count("+arg+")", w.filter)
		return "COALESCE(" + w.d.Share("("+distinct+")", "("+values+")") + ", 0)", atom
	case "filled_fraction":
		return w.d.Share("("+dialect.Filtered("count("+arg+")", w.filter)+")", "("+dialect.Filtered("count(*)", w.filter)+")"), multiplying
	case "row_count":
		return "(SELECT count(*) FROM " + w.d.Quote(x.table) + ")", atom
	}
	return "NOT EXISTS (" + w.duplicates(x) + ")", notLevel
}

// restrict is the filter of count(condition).
func (w *writer) restrict(x *aggregate) string {
	if len(x.args) == 0 {
		return w.filter
	}
	return w.conjoin(w.within(x.args[0], andLevel))
}

// conjoin is the filter and a condition.
func (w *writer) conjoin(condition string) string {
	if w.filter == "" {
		return condition
	}
	return "(" + w.filter + ") AND " + condition
}

// duplicates finds a group of rows that are equal in all columns. A row with a
// NULL in any of them is equal to none.
func (w *writer) duplicates(x *aggregate) string {
	var names, conditions []string
	for _, arg := range x.args {
		names = append(names, w.compared(arg, atom))
		conditions = append(conditions, w.within(arg, atom)+" IS NOT NULL")
	}
	where := w.conjoin(strings.Join(conditions, " AND "))
	return "SELECT 1 FROM " + w.d.Quote(w.table) + " WHERE " + where + " GROUP BY " + strings.Join(names, ", ") + " HAVING count(*) > 1"
}
