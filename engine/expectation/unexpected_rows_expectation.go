package expectation

import (
	"maps"
	"slices"
)

var unexpectedRowsExpectation = Kind{
	Name: "unexpected_rows_expectation",
	Doc:  "A query of one's own gives no rows: each row that it gives is an unexpected one.",
	Params: []Param{{Name: "unexpected_rows_query", Type: ParamText, Required: true,
		Doc: "One query, with {batch} in the place of the table. It may read every table of the database."}},
	Notes: []string{
		"The query is sent to the database as it is, so that it may mean another thing on another database. Names in double quotes are names on SQLite too.",
		"It is executed where nothing can be written, and after every table and snapshot of the spec is up to date.",
		"It counts rows: SELECT count(*) always gives one and always fails.",
		"observed_value is text: \"3 unexpected rows\". All rows are counted; Great Expectations 1.2 stopped at 200.",
	},
	Example: "{unexpected_rows_query: \"SELECT * FROM {batch} WHERE arrived < sent\"}",
	AsRule:  "arrived >= sent",
	compile: func(c *call) {
		sql, ok := c.userQuery("unexpected_rows_query")
		if !ok {
			return
		}
		c.out.Query = "SELECT count(*) AS unexpected_count FROM (\n" + sql + "\n) AS pipe_unexpected"
		c.out.Outputs = []string{"unexpected_count"}
		c.out.Own = &Own{Rows: sql}
		c.out.Reads = c.others()
		c.out.Judge = Judge{Kind: JudgeNoRows, Mostly: 1}
	},
}

// others are all other tables and snapshots of the spec: nobody can tell which of
// them a query reads, be it through a view.
func (c *call) others() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(c.Tables)), func(name string) bool { return name == c.Table })
}
