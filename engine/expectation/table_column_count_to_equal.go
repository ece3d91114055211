package expectation

var tableColumnCountToEqual = Kind{
	Name:   "expect_table_column_count_to_equal",
	Doc:    "The table has a certain number of columns.",
	Params: []Param{{Name: "value", Type: ParamInteger, Required: true, Doc: "The number of columns."}},
	Notes: []string{
		"It looks at the table in the database, whatever the spec declares.",
		"16.0 and \"16\" are no whole numbers, as in Great Expectations 0.x; 1.x takes them.",
	},
	Example: `{value: 14}`,
	compile: func(c *call) {
		if v, ok := c.wantInteger("value"); ok {
			n, _ := c.integer("value")
			c.judgeColumns(&Columns{Min: n, Max: n}, "the table has {count} columns, wanted is "+v.Text())
		}
	},
}
