package expectation

import (
	"slices"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

var (
	strictly = Param{Name: "strictly", Type: ParamBoolean, Default: "false", Doc: "Whether a value that is the same as the one before it is unexpected."}
	orderBy  = Param{Name: "order_by", Type: ParamOrder, Required: true,
		Doc: "The column, or the list of columns, that the rows stand in the order of."}

	orderNotes = []string{
		"Great Expectations takes the order of the rows in a file. A table has no order, so that pipe wants it stated: order_by is pipe's own argument.",
		"No two rows with a value may stand at the same place of that order, nor may a column of order_by be NULL in one: which value comes first would be a guess. The expectation cannot be evaluated then, and fails.",
		"NULL is missing and left out: each value is compared with the last one before it. The first is expected.",
		"The condition chooses the rows first; the value before is then the one of the row before that was chosen.",
	}
)

// order reads order_by: one column or several.
func (c *call) order() ([]rule.Column, bool) {
	n := c.e.Args.Get(orderBy.Name)
	if n == nil {
		return nil, false // told by checkNames
	}
	items := n.Items
	if n.Kind != spec.NodeList {
		items = []*spec.Node{n}
	}
	if len(items) == 0 {
		c.list.Add(n.Pos, "wrong-value", "order_by is empty, so that the rows have no order").Suggest("name the column that they stand in the order of")
		return nil, false
	}
	var list []rule.Column
	ok := true
	for _, item := range items {
		column, found := c.columnAt(item, orderBy.Name)
		if found && slices.ContainsFunc(list, func(x rule.Column) bool { return x.Name == column.Name }) {
			c.list.Add(item.Pos, "stated-twice", "column %s stands twice", column.Name).Suggest("leave it out")
			found = false
		}
		ok = ok && found
		list = append(list, column)
	}
	return list, ok
}

// inOrder makes the expectation one of values that never go against the
// direction: op compares an unexpected value with the one before.
func inOrder(op, verb string) func(*call) {
	return func(c *call) {
		column, ok := c.column("column")
		order, read := c.order()
		strict, fine := c.boolean("strictly", false)
		if !ok || !read || !fine {
			return
		}
		if t := rule.Of(column); !t.IsOrdered() {
			c.list.Add(c.e.Args.Get("column").Pos, "type-mismatch", "%s is %s, and only numbers and dates %s", column.Name, t.Type(), verb).
				Suggest("name a column of numbers or dates")
			return
		}
		if strict {
			c.followed(column, order, op+"=", column.Name+" does not strictly "+verb)
			return
		}
		c.followed(column, order, op, column.Name+" does not "+verb)
	}
}

// followed counts the rows whose value is, as op says, less or greater than the
// one before it.
func (c *call) followed(column rule.Column, order []rule.Column, op, found string) {
	name, filter := c.Dialect.Quote(column.Name), c.filter()
	var places, aliased, before, nulls, names []string
	for i, o := range order {
		place := c.compared(o)
		places, aliased = append(places, place), append(aliased, place+" AS pipe_place"+strconv.Itoa(i))
		before = append(before, place+" = lag("+place+") OVER pipe_order")
		nulls = append(nulls, c.Dialect.Quote(o.Name)+" IS NULL")
		names = append(names, o.Name)
	}
	place := strings.Join(places, ", ")
	// Rows without a value are a window of their own, so that none of them comes
	// between two values.
	rows := func(columns ...string) string {
		return "(SELECT " + name + " AS pipe_value, lag(" + name + ") OVER pipe_order AS pipe_previous, " + strings.Join(columns, ", ") +
			" FROM " + c.Dialect.Quote(c.Table) + clause(filter) + " WINDOW pipe_order AS (PARTITION BY " + name + " IS NULL ORDER BY " + place + ")) AS pipe_ordered"
	}
	condition := "pipe_value " + op + " pipe_previous"
	valued := "pipe_value IS NOT NULL AND "
	count := func(condition string) string { return dialect.Filtered("count(*)", condition) }
	c.query([]Output{{"element_count", count("")}, {"missing_count", count("pipe_value IS NULL")}, {"unexpected_count", count(condition)},
		{"ties", count(valued + "pipe_tied")}, {"unplaced", count(valued + "pipe_unplaced")}},
		" FROM "+rows("("+strings.Join(before, " AND ")+") AS pipe_tied", "("+strings.Join(nulls, " OR ")+") AS pipe_unplaced"))
	// There is a verdict only where every row with a value has a place of its own,
	// which therefore tells it from all others.
	left, chosen := place, "pipe_place0"
	if len(order) > 1 {
		left = "(" + place + ")"
	}
	for i := range order[1:] {
		chosen += ", pipe_place" + strconv.Itoa(i+1)
	}
	c.out.Failing = both(filter, name+" IS NOT NULL AND "+left+" IN (SELECT "+chosen+" FROM "+rows(aliased...)+" WHERE "+condition+")")
	beside := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(c.Key, name) }) // the key is shown anyway
	c.judgeRows(false, union([]string{column.Name}, beside), said(found+" in the order of "+joined(names))+" in {unexpected_count} of {considered} {rows}{share}")
	c.out.Judge.Faults = []Fault{
		{Output: "unplaced", Message: said(joined(names)) + " holds NULL in {unplaced} of the rows, so that no place in the order is known there"},
		{Output: "ties", Message: "the order of " + said(joined(names)) + " leaves {ties} of the rows at the place of another one, so that which comes first would be a guess: name a further column in order_by" + said(c.keyHint(names))},
	}
}

// keyHint names the key, which tells all rows apart, unless order_by has it.
func (c *call) keyHint(names []string) string {
	for _, k := range c.Key {
		if !slices.Contains(names, k) {
			return ", such as " + k
		}
	}
	return ""
}
