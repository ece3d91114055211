package rule

import (
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Truth is what a rule is of a row, or of a table.
type Truth uint8

// The three truths. Unknown is the zero value.
const (
	Unknown Truth = iota
	False
	True
)

// String is the word for it.
func (t Truth) String() string {
	switch t {
	case False:
		return "false"
	case True:
		return "true"
	}
	return "unknown"
}

func truthOf(v any) Truth {
	switch v {
	case true:
		return True
	case false:
		return False
	}
	return Unknown
}

// Row is one row of a table: values by column name. NULL is nil, or a column
// that is left out. Else a value is, by its column's type,
//
//	integer, bigint, numeric            *big.Rat, never changed by an evaluation
//	double                              float64, never NaN
//	boolean                             bool
//	text                                string
//	date, timestamp, timestamptz, uuid  string, in canonical form: 2024-01-31,
//	                                    2024-01-31 23:59:59.5, the same with +00
//	                                    behind it, lower-case 8-4-4-4-12
type Row map[string]any

// Data is what a rule is evaluated on.
type Data struct {
	// Rows are all rows of the rule's table. A rule of one row does not look at
	// them, but for what it looks up in its own table.
	Rows []Row
	// Where is a row rule that restricts the aggregates of a table rule to the
	// rows of which it is true. A nil Where restricts nothing.
	Where *Rule
	// Tables are the rows of the other tables that the rule reads.
	Tables map[string][]Row
}

// Eval evaluates a row rule on one row, without a database: an interpretation
// of the checked rule that shares nothing with the writing of its SQL. The error
// tells of a value that is not of its column's type, of a table that is not in
// the data, of a var without a value, or of a table rule.
func (r *Rule) Eval(row Row, d Data) (Truth, error) {
	if r.IsTable() {
		return Unknown, fmt.Errorf("the rule %q is about the whole table", r.text)
	}
	e := &evaluation{data: d, table: r.table, row: row}
	v, err := e.value(r.root)
	return truthOf(v), err
}

// EvalTable evaluates a table rule.
func (r *Rule) EvalTable(d Data) (Truth, error) {
	e, err := newTableEvaluation(r, d)
	if err != nil {
		return Unknown, err
	}
	v, err := e.value(r.root)
	return truthOf(v), err
}

// Observation is the value of an aggregate, as a Row holds it.
type Observation struct {
	Written string // "mean(monthly_fee)"
	Value   any
}

// Observe gives the values of a table rule's aggregates, those of Aggregates.
func (r *Rule) Observe(d Data) ([]Observation, error) {
	e, err := newTableEvaluation(r, d)
	if err != nil {
		return nil, err
	}
	var list []Observation
	for _, a := range r.aggregates {
		if slices.ContainsFunc(list, func(o Observation) bool { return o.Written == a.written }) {
			continue
		}
		v, err := e.aggregate(a)
		if err != nil {
			return nil, err
		}
		list = append(list, Observation{a.written, v})
	}
	return list, nil
}

// Text is a value of a Row as people write it, "null" for NULL. A number of
// endless decimals has a double's.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case *big.Rat:
		if digits, exact := v.FloatPrec(); exact {
			return v.FloatString(digits)
		}
		f, _ := v.Float64()
		return Text(f)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		return strconv.Quote(v)
	}
	return fmt.Sprint(v)
}

// evaluation is a rule being evaluated on a row, or on a table.
type evaluation struct {
	data  Data
	table string // that the rule looks at
	row   Row
	rows  []Row // that aggregates look at
}

func newTableEvaluation(r *Rule, d Data) (*evaluation, error) {
	e := &evaluation{data: d, table: r.table, rows: d.Rows}
	if d.Where == nil {
		return e, nil
	}
	e.rows = nil
	for _, row := range d.Rows {
		truth, err := d.Where.Eval(row, d)
		if err != nil {
			return nil, err
		}
		if truth == True {
			e.rows = append(e.rows, row)
		}
	}
	return e, nil
}

// value gives the value of x as a Row holds it. A truth is a bool or nil.
func (e *evaluation) value(x node) (any, error) {
	switch x := x.(type) {
	case *literal:
		return literalValue(x)
	case *column:
		return e.column(x)
	case *logic:
		return e.logic(x)
	case *choice:
		return e.choice(x)
	case *fallback:
		if a, err := e.value(x.a); a != nil || err != nil {
			return a, err
		}
		return e.value(x.b)
	case *isNull:
		v, err := e.value(x.x)
		return (v == nil) != x.negated, err
	case *aggregate:
		return e.aggregate(x)
	}
	return e.strict(x)
}

// strict are the operations that are NULL as soon as an operand is.
func (e *evaluation) strict(x node) (any, error) {
	operands, err := e.operands(x)
	if err != nil || operands == nil {
		return nil, err
	}
	a := operands[0]
	switch x := x.(type) {
	case *not:
		return !a.(bool), nil
	case *comparison:
		return holds(x.op, compareValues(a, operands[1])), nil
	case *in:
		return e.in(x, a)
	case *between:
		low, high := operands[1], operands[2]
		return (compareValues(a, low) >= 0 && compareValues(a, high) <= 0) != x.negated, nil
	case *arithmetic:
		return orNull(compute(x.op, a.(float64), operands[1].(float64))), nil
	case *negative:
		return -a.(float64), nil
	case *matches:
		return match(x, a.(string))
	case *cast:
		return castValue(a, x.x.typ(), x.t), nil
	case *exists:
		return e.exists(x, a)
	case *search:
		return find(x.op, a.(string), operands[1].(string)), nil
	case *call:
		return callFunction(x, operands)
	case *convert:
		return convertValue(a, x.x.typ(), x.t), nil
	}
	return nil, fmt.Errorf("%T has no evaluation", x)
}

// operands gives the values that a strict operation needs, nil when one of
// them is NULL.
func (e *evaluation) operands(x node) ([]any, error) {
	var list []any
	for _, operand := range operandsOf(x) {
		v, err := e.value(operand)
		if err != nil || v == nil {
			return nil, err
		}
		list = append(list, v)
	}
	if list == nil {
		return nil, fmt.Errorf("%T has no evaluation", x)
	}
	return list, nil
}

func operandsOf(x node) []node {
	switch x := x.(type) {
	case *not:
		return []node{x.x}
	case *comparison:
		return []node{x.a, x.b}
	case *in:
		return []node{x.x}
	case *between:
		return []node{x.x, x.low, x.high}
	case *arithmetic:
		return []node{x.a, x.b}
	case *negative:
		return []node{x.x}
	case *search:
		return []node{x.x, x.part}
	case *matches:
		return []node{x.x}
	case *cast:
		return []node{x.x}
	case *exists:
		return []node{x.x}
	case *call:
		return x.args
	case *convert:
		return []node{x.x}
	}
	return nil
}

var errNoVar = errors.New("a var of the rule has no value")

func literalValue(l *literal) (any, error) {
	if !l.known {
		return nil, errNoVar
	}
	switch {
	case l.t == null:
		return nil, nil
	case l.t == boolean:
		return l.value == "true", nil
	case l.t.isNumber():
		r, ok := new(big.Rat).SetString(l.value)
		if !ok {
			return nil, fmt.Errorf("%q is not a number", l.value)
		}
		if l.t == double {
			f, _ := r.Float64()
			return f, nil
		}
		return r, nil
	}
	return l.value, nil
}

// column gives the value of a column of the row.
func (e *evaluation) column(c *column) (any, error) {
	v := e.row[c.name]
	ok := v == nil
	switch v := v.(type) {
	case *big.Rat:
		ok = c.t == integer && v.IsInt() || c.t == exact
	case float64:
		ok = c.t == double && v == v
	case bool:
		ok = c.t == boolean
	case string:
		ok = c.t == text || c.t.isMoment() && len(v) >= len("2024-01-31") || c.t == uuid
	}
	if !ok {
		return nil, fmt.Errorf("the column %s is %s, and the row has %v (%T)", c.name, c.t, v, v)
	}
	return v, nil
}

// logic is Kleene's: what one operand settles does not wait for the other.
func (e *evaluation) logic(x *logic) (any, error) {
	a, err := e.value(x.a)
	if err != nil {
		return nil, err
	}
	b, err := e.value(x.b)
	if err != nil {
		return nil, err
	}
	settled := x.op == "OR"
	switch {
	case a == settled || b == settled:
		return settled, nil
	case a == nil || b == nil:
		return nil, nil
	}
	return !settled, nil
}

func (e *evaluation) choice(x *choice) (any, error) {
	cond, err := e.value(x.cond)
	switch {
	case err != nil || cond == nil:
		return nil, err
	case cond == true:
		return e.value(x.a)
	}
	return e.value(x.b)
}

func (e *evaluation) in(x *in, v any) (any, error) {
	for _, l := range x.list {
		item, err := literalValue(l)
		if err != nil {
			return nil, err
		}
		if compareValues(v, item) == 0 {
			return !x.negated, nil
		}
	}
	return x.negated, nil
}

// exists looks a value up in a column of a table.
func (e *evaluation) exists(x *exists, v any) (any, error) {
	rows, err := e.rowsOf(x.table)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		other := row[x.column]
		if other == nil {
			continue
		}
		if reflect.TypeOf(other) != reflect.TypeOf(v) {
			return nil, fmt.Errorf("the column %s of %s has %v (%T), and is compared with %v (%T)", x.column, x.table, other, other, v, v)
		}
		if compareValues(v, other) == 0 {
			return true, nil
		}
	}
	return false, nil
}

// compareValues orders two values of one type: text, moments and uuids byte by
// byte, which is by code point, in time, and as databases order uuids.
func compareValues(a, b any) int {
	switch a := a.(type) {
	case *big.Rat:
		return a.Cmp(b.(*big.Rat))
	case float64:
		return compareDoubles(a, b.(float64))
	case bool:
		if a == b.(bool) {
			return 0
		}
		return 1 // booleans have no order
	}
	return strings.Compare(a.(string), b.(string))
}

func compareDoubles(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// holds tells whether an operator of SQL holds between values that compare so.
func holds(op string, order int) bool {
	switch op {
	case "=":
		return order == 0
	case "<>":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}
