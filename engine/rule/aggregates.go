package rule

import (
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/streamflow/pipe/engine/diag"
)

// lineBreak is what a rule of several lines has between them.
var lineBreak = regexp.MustCompile(`\s*\n\s*`)

// aggregate checks a function of all rows. What it takes is an expression over
// the columns of one row.
func (c *checker) aggregate(i invocation) node {
	if c.inside != "" {
		c.add(i.word, "nested-aggregate", "%s stands inside %s, and an aggregate cannot hold another", i.name, c.inside).
			Suggest("an aggregate takes an expression over the columns of one row")
		return bad(i.at)
	}
	c.inside = i.name
	defer func() { c.inside = "" }()
	a := &aggregate{base: base{double, i.at}, function: i.name, written: lineBreak.ReplaceAllString(c.source(i.at), " ")}
	c.aggregates = append(c.aggregates, a)
	var ok bool
	switch i.name {
	case "count":
		ok = c.count(i, a)
	case "unique":
		ok = c.unique(i, a)
	case "row_count":
		ok = c.rowCount(i, a)
	case "quantile":
		ok = c.quantile(i, a)
	default:
		ok = c.ofColumn(i, a)
	}
	if !ok {
		return bad(i.at)
	}
	return a
}

func (c *checker) count(i invocation, a *aggregate) bool {
	a.t = integer
	if !c.arity(i, 0, 1) {
		return false
	}
	if len(i.args) == 0 {
		return true
	}
	x := c.expression(i.args[0])
	a.args = []node{x}
	if x.typ() == boolean || x.typ() == invalid {
		return x.typ() == boolean
	}
	c.add(x.at(), "type-mismatch", "count takes a condition, and %s is %s", c.describe(x), x.typ()).
		Suggest("write count(%s != nil), or count() for all rows", c.describe(x))
	return false
}

// ofColumn is an aggregate of one expression.
func (c *checker) ofColumn(i invocation, a *aggregate) bool {
	if !c.arity(i, 1, 2) {
		return false
	}
	x := c.expression(i.args[0])
	a.args = []node{x}
	if !c.where(i.args[1:], a) || x.typ() == invalid || !c.keeps(x) {
		return false
	}
	switch i.name {
	case "null_fraction", "count_distinct":
		if i.name == "count_distinct" {
			a.t = integer
		}
		if x.typ() == null {
			c.add(x.at(), "type-mismatch", "%s takes a column, and nil is none", i.name)
			return false
		}
		return true
	case "min", "max":
		a.t = x.typ()
		if !x.typ().isOrdered() || x.typ() == uuid { // PostgreSQL orders uuids, but has no min of them
			c.add(x.at(), "type-mismatch", "%s takes numbers, text and dates, and %s is %s", i.name, c.describe(x), x.typ()).
				Suggest("count rows instead: count(condition)")
			return false
		}
		return true
	case "sum":
		a.t = x.typ()
	}
	if !c.wantNumber(x, i.name) {
		return false
	}
	if i.name == "stddev" || i.name == "median" {
		a.args[0] = asDouble(x)
	}
	return true
}

// where checks the condition that an aggregate may end with.
func (c *checker) where(args []ast.Node, a *aggregate) bool {
	if len(args) == 0 {
		return true
	}
	a.where = c.expression(args[0])
	return c.want(a.where, boolean, "the condition of "+a.function)
}

func (c *checker) quantile(i invocation, a *aggregate) bool {
	if !c.arity(i, 2, 3) {
		return false
	}
	x, q := c.expression(i.args[0]), c.expression(i.args[1])
	a.args = []node{x}
	ok := c.wantNumber(x, i.name)
	ok = c.where(i.args[2:], a) && ok
	l := literalOf(q)
	if q.typ() == invalid {
		return false
	}
	if l == nil || !l.t.isNumber() || !l.known || compareDigits(l.value, "0") < 0 || compareDigits(l.value, "1") > 0 {
		c.add(q.at(), "wrong-arguments", "the share that quantile takes is a number literal from 0 to 1").Suggest("write %s", signatures["quantile"])
		return false
	}
	a.t, a.quantile = x.typ(), l.value
	return ok
}

func (c *checker) unique(i invocation, a *aggregate) bool {
	a.t = boolean
	if !c.arity(i, 1, 32) {
		return false
	}
	ok := true
	var names []string
	for _, arg := range i.args {
		x := c.expression(arg)
		col, isColumn := x.(*column)
		switch {
		case x.typ() == invalid:
			ok = false
		case !isColumn:
			c.add(x.at(), "wrong-arguments", "unique takes columns, and %s is none", c.describe(x)).Suggest("write %s", signatures["unique"])
			ok = false
		case slices.Contains(names, col.name):
			c.add(x.at(), "wrong-arguments", "%s stands twice", col.name).Suggest("leave it out")
			ok = false
		default:
			names = append(names, col.name)
			a.args = append(a.args, x)
		}
	}
	return ok
}

func (c *checker) rowCount(i invocation, a *aggregate) bool {
	a.t = integer
	if !c.arity(i, 1, 1) {
		return false
	}
	name, ok := i.args[0].(*ast.StringNode)
	if !ok {
		at := span{start(i.args[0]), spanOf(i.args[0]).to}
		c.add(at, "wrong-arguments", "row_count takes the name of a table as a text literal").
			Suggest("write row_count(%q)", c.source(at))
		return false
	}
	a.table = name.Value
	if name.Value == c.scope.Table {
		return true
	}
	if _, known := c.scope.Tables[name.Value]; !known {
		names := []string{c.scope.Table}
		for table := range c.scope.Tables {
			names = append(names, table)
		}
		sort.Strings(names)
		d := c.add(spanOf(name), "unknown-table", "there is no table %q", name.Value)
		if d.Suggestion = diag.DidYouMean(name.Value, names); d.Suggestion == "" {
			d.Suggest("the tables are %s", strings.Join(names, ", "))
		}
		return false
	}
	if !slices.Contains(c.reads, name.Value) {
		c.reads = append(c.reads, name.Value)
	}
	return true
}
