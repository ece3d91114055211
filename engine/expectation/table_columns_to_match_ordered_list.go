package expectation

var tableColumnsToMatchOrderedList = Kind{
	Name:   "expect_table_columns_to_match_ordered_list",
	Doc:    "The table has exactly the columns of a list, in its order.",
	Params: []Param{{Name: "column_list", Type: ParamTexts, Required: true, Doc: "The names of the columns; null stands for any."}},
	Notes: []string{
		"It looks at the table in the database, whatever the spec declares.",
		"A column_list that is null allows any columns, an empty one none.",
	},
	Example: `{column_list: [id, code, kind, weight, paid, sent, arrived, scanned, origin, destination, by_road, by_rail, contents, booked]}`,
	compile: func(c *call) {
		if names, ok := c.texts("column_list"); ok {
			c.warnNearMisses("column_list")
			c.judgeColumns(&Columns{Ordered: names, Any: names == nil}, "")
		}
	},
}
