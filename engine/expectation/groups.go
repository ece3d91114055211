package expectation

import (
	"strconv"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
)

// maxGathered is how many values a result lists.
const maxGathered = 20

// The columns of groups. They are pipe's own, so that no name that a user gives
// a column is in their way.
const (
	groupValue = "pipe_value"
	groupRows  = "pipe_rows"
)

// groups are the different values of a column and how many rows have each, as a
// common table expression: a million values are grouped in the database, and
// only what is asked for leaves it.
type groups struct {
	c      *call
	column rule.Column
}

func (c *call) groups(column rule.Column) groups { return groups{c, column} }

// term is a value of a group.
func (g groups) term() rule.Term { return rule.Of(rule.Column{Name: groupValue, Type: g.column.Type}) }

// with names the groups pipe_groups.
func (g groups) with() string {
	c, value := g.c, g.c.compared(g.column)
	return "WITH pipe_groups AS (SELECT " + value + " AS " + groupValue + ", count(*) AS " + groupRows + " FROM " + c.Dialect.Quote(c.Table) +
		clause(both(c.filter(), c.Dialect.Quote(g.column.Name)+" IS NOT NULL")) + " GROUP BY " + value + ")"
}

// gather lists the first groups of a relation, in the order of their values.
func (g groups) gather(relation string) Output {
	order := groupValue
	if rule.Of(g.column).IsText() {
		order = g.c.Dialect.CodePoints(order)
	}
	query := "SELECT " + groupValue + ", " + groupRows + " FROM " + relation + " ORDER BY " + order + " LIMIT " + strconv.Itoa(maxGathered)
	return Output{"gathered", dialect.Gather(g.c.Dialect, []string{g.c.Dialect.AsText(groupValue, g.column.Type), groupRows}, query)}
}

// query makes the expectation one of the groups.
func (g groups) query(with string, outputs []Output, relation string) {
	g.c.query(outputs, " FROM "+relation)
	g.c.out.Query = with + " " + g.c.out.Query
}
