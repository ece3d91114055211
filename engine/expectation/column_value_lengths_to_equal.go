package expectation

var columnValueLengthsToEqual = Kind{
	Name:      "expect_column_value_lengths_to_equal",
	Doc:       "Every text of the column has the same number of characters.",
	Params:    []Param{columnParam, {Name: "value", Type: ParamInteger, Required: true, Doc: "The number of characters."}},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"A NULL is missing: it is counted as such and never unexpected.",
		"Lengths are in characters, and of text only.",
	},
	Example: `{column: code, value: 6}`,
	AsRule:  `length(code) == 6`,
	compile: func(c *call) {
		column, t, ok := c.lengths()
		v, fits := c.wantInteger("value")
		if ok && fits {
			c.columnRows(column, t.Compare("==", v), "the length of "+column+" is not "+v.Text())
		}
	},
}
