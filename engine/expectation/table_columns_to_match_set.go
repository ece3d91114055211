package expectation

var tableColumnsToMatchSet = Kind{
	Name: "expect_table_columns_to_match_set",
	Doc:  "The table has the columns of a set, in any order.",
	Params: []Param{
		{Name: "column_set", Type: ParamTexts, Required: true, Doc: "The names of the columns."},
		{Name: "exact_match", Type: ParamBoolean, Default: "true", Doc: "Whether the table may have no other columns."},
	},
	Notes: []string{
		"It looks at the table in the database, whatever the spec declares.",
		"Without exact_match the table may have no other columns. Great Expectations 1.x has the other default, false; pipe import states which one was meant.",
		"The order of column_set and a name that stands twice in it do not matter; case does.",
	},
	Example: `{column_set: [id, code, kind, weight], exact_match: false}`,
	compile: func(c *call) {
		set, ok := c.texts("column_set")
		exact, fits := c.boolean("exact_match", true)
		if ok && fits {
			c.warnNearMisses("column_set")
			c.judgeColumns(&Columns{Set: set, Exact: exact}, "")
		}
	},
}

// judgeColumns makes the expectation one of the columns that the table has in
// the database, whatever the spec declares.
func (c *call) judgeColumns(want *Columns, sentence string) {
	c.out.Query = c.Dialect.ColumnNames(c.Table)
	c.out.Outputs = []string{"columns"}
	c.out.Judge = Judge{Kind: JudgeColumns, Mostly: 1, Columns: want, Sentence: sentence}
}
