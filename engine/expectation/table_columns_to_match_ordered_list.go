package expectation

var tableColumnsToMatchOrderedList = Kind{
	Name:   "expect_table_columns_to_match_ordered_list",
	Doc:    "The table has exactly the columns of a list, in its order.",
	Params: []Param{{Name: "column_list", Type: ParamTexts, Required: true, Doc: "The names of the columns; null stands for any."}},
	compile: func(c *call) {
		if names, ok := c.texts("column_list"); ok {
			c.judgeColumns(&Columns{Ordered: names, Any: names == nil}, "")
		}
	},
}
