package expectation

import (
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
)

// maxGathered is how many values a result lists.
const maxGathered = 20

// groups are the different values of a column and how many rows have each, as a
// common table expression: a million values are grouped in the database, and
// only what is asked for leaves it.
type groups struct {
	c      *call
	column rule.Column
	name   string // the column, quoted
	count  string // the column of the number of rows
}

func (c *call) groups(column rule.Column) groups {
	g := groups{c: c, column: column, name: c.Dialect.Quote(column.Name), count: "pipe_rows"}
	for strings.EqualFold(g.count, column.Name) {
		g.count += "_"
	}
	return g
}

// with names the groups pipe_groups.
func (g groups) with() string {
	c := g.c
	return "WITH pipe_groups AS (SELECT " + g.name + ", count(*) AS " + g.count + " FROM " + c.Dialect.Quote(c.Table) +
		clause(both(c.filter(), g.name+" IS NOT NULL")) + " GROUP BY " + g.name + ")"
}

// gather lists the first groups of a relation, in the order of their values.
func (g groups) gather(relation string) Output {
	query := "SELECT " + g.name + ", " + g.count + " FROM " + relation + " ORDER BY " + g.order() + " LIMIT " + strconv.Itoa(maxGathered)
	return Output{"gathered", dialect.Gather(g.c.Dialect, []string{g.c.Dialect.AsText(g.name, g.column.Type), g.count}, query)}
}

// order sorts values alike on every database.
func (g groups) order() string {
	if rule.Of(g.column).IsText() {
		return g.c.Dialect.CodePoints(g.name)
	}
	return g.name
}

// query makes the expectation one of the groups.
func (g groups) query(with string, outputs []Output, relation string) {
	g.c.query(outputs, " FROM "+relation)
	g.c.out.Query = with + " " + g.c.out.Query
}
