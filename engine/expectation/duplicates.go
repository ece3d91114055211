package expectation

import (
	"slices"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
)

// compared is a column as its values are told apart and put in order: text by
// code point, whatever the column's collation.
func (c *call) compared(column rule.Column) string {
	if quoted := c.Dialect.Quote(column.Name); !rule.Of(column).IsText() {
		return quoted
	}
	return c.Dialect.CodePoints(c.Dialect.Quote(column.Name))
}

// countDuplicates makes the expectation one of rows that share their values in
// all columns with another row; a row with a NULL among them shares them with
// none. Rows are not considered in which one of the columns is NULL (ignored is
// OR), or all are (AND); with an empty ignored every row is considered.
func (c *call) countDuplicates(columns []string, ignored, sentence string) {
	var keys, aliased, complete, nulls []string
	for i, name := range columns {
		at := slices.IndexFunc(c.Columns, func(x rule.Column) bool { return x.Name == name })
		key, alias := c.compared(c.Columns[at]), "pipe_value"+strconv.Itoa(i)
		keys, aliased = append(keys, key), append(aliased, key+" AS "+alias)
		complete, nulls = append(complete, alias+" IS NOT NULL"), append(nulls, alias+" IS NULL")
	}
	list, filter, from := strings.Join(keys, ", "), c.filter(), c.Dialect.Quote(c.Table)
	sum := func(condition string) string {
		return "CAST(COALESCE(" + dialect.Filtered("sum(pipe_rows)", condition) + ", 0) AS bigint)"
	}
	outputs := []Output{{"element_count", sum("")}}
	if ignored != "" {
		outputs = append(outputs, Output{"missing_count", sum(strings.Join(nulls, " "+ignored+" "))})
	}
	outputs = append(outputs, Output{"unexpected_count", sum("pipe_rows > 1 AND " + strings.Join(complete, " AND "))})
	c.query(outputs, " FROM (SELECT "+strings.Join(aliased, ", ")+", count(*) AS pipe_rows FROM "+from+clause(filter)+" GROUP BY "+list+") AS pipe_groups")
	left := list
	if len(columns) > 1 {
		left = "(" + list + ")"
	}
	c.out.Failing = both(filter, left+" IN (SELECT "+list+" FROM "+from+clause(both(filter, c.each(columns, " IS NOT NULL", "AND")))+
		" GROUP BY "+list+" HAVING count(*) > 1)")
	c.judgeRows(ignored == "", columns, sentence)
}
