package rule

import (
	"slices"
	"sort"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/streamflow/pipe/engine/diag"
)

// existsIn checks exists_in(x, "table.column"): whether a row of the table has
// the value.
func (c *checker) existsIn(i invocation) node {
	if !c.arity(i, 2, 2) {
		return bad(i.at)
	}
	x := c.expression(i.args[0])
	name, ok := i.args[1].(*ast.StringNode)
	if !ok {
		at := span{start(i.args[1]), spanOf(i.args[1]).to}
		c.add(at, "wrong-arguments", "exists_in takes the name of a column of a table as a text literal").Suggest("write %s", signatures["exists_in"])
		return bad(i.at)
	}
	table, found := c.otherColumn(name)
	if found == nil || x.typ() == invalid || typeOf(found.Type) == invalid {
		return bad(i.at)
	}
	if literalOf(x) != nil {
		c.add(x.at(), "constant", "exists_in looks up a column, and %s is the same for every row", c.describe(x)).
			Suggest("count rows of %s in a suite of its own", table)
		return bad(i.at)
	}
	other := typeOf(found.Type)
	whole := func(t typ) bool { return t == integer || t == exact }
	if x.typ() != other && !(whole(x.typ()) && whole(other)) {
		d := c.add(x.at(), "type-mismatch", "%s is %s and %s is %s: no row has the one as the other", c.describe(x), precise(x.typ()), name.Value, precise(other))
		if cure := asReadAs(c.describe(x), x.typ(), other); cure != "" {
			d.Suggest("write exists_in(%s, %q)", cure, name.Value)
		} else {
			d.Suggest("declare both columns of one type")
		}
		return bad(i.at)
	}
	if table != c.scope.Table && !slices.Contains(c.reads, table) {
		c.reads = append(c.reads, table)
	}
	return &exists{base{boolean, i.at}, x, table, found.Name}
}

// precise is a type as it tells numbers apart.
func precise(t typ) string {
	switch t {
	case integer:
		return "an integer"
	case exact:
		return "a numeric"
	case double:
		return "a double"
	}
	return t.String()
}

// asReadAs says how x, of type from, is read as a value of type to; empty when
// there is no way.
func asReadAs(x string, from, to typ) string {
	switch {
	case to == date && (from == text || from == timestamp || from == timestamptz):
		return "date(" + x + ")"
	case (to == integer || to == exact) && (from == text || from == double):
		return "integer(" + x + ")"
	case to == double && from == text:
		return "number(" + x + ")"
	case to == text && slices.Contains(casts["text"].from, from):
		return "text(" + x + ")"
	}
	return ""
}

// otherColumn finds the column that "table.column" names.
func (c *checker) otherColumn(n *ast.StringNode) (string, *Column) {
	table, column, dotted := strings.Cut(n.Value, ".")
	tables := []string{c.scope.Table}
	for name := range c.scope.Tables {
		tables = append(tables, name)
	}
	sort.Strings(tables)
	columns, known := c.scope.Tables[table]
	if table == c.scope.Table {
		columns, known = c.scope.Columns, true
	}
	switch {
	case !dotted:
		c.add(spanOf(n), "wrong-arguments", "%q is not a table and a column", n.Value).Suggest("write %s", signatures["exists_in"])
		return "", nil
	case !known:
		d := c.add(spanOf(n), "unknown-table", "there is no table %q", table)
		if d.Suggestion = diag.DidYouMean(table, tables); d.Suggestion == "" {
			d.Suggest("the tables are %s", strings.Join(tables, ", "))
		}
		return "", nil
	}
	var names []string
	for i := range columns {
		if columns[i].Name == column {
			return table, &columns[i]
		}
		names = append(names, columns[i].Name)
	}
	d := c.add(spanOf(n), "unknown-column", "table %q has no column %q", table, column)
	if d.Suggestion = diag.DidYouMean(column, names); d.Suggestion == "" {
		d.Suggest("its columns are %s", strings.Join(names, ", "))
	}
	return "", nil
}

// exists is an IN, since PostgreSQL answers it from a hash table wherever it
// stands; EXISTS inside an aggregate's FILTER would scan the other table once
// for each row. An IN of no rows is false even of NULL, hence the CASE.
func (w *writer) exists(x *exists) string {
	operand, column := w.within(x.x, adding), w.d.Quote(x.column)
	left := operand
	if x.x.typ() == text { // the column may have a collation, whatever x is
		left = w.d.CodePoints(w.within(x.x, atom))
	}
	found := "SELECT " + column + " FROM " + w.d.Quote(x.table) + " WHERE " + column + " IS NOT NULL"
	return "CASE WHEN " + operand + " IS NOT NULL THEN " + left + " IN (" + found + ") END"
}
