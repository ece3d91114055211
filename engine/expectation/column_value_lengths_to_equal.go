package expectation

var columnValueLengthsToEqual = Kind{
	Name:      "expect_column_value_lengths_to_equal",
	Doc:       "Every text of the column has the same number of characters.",
	Params:    []Param{columnParam, {Name: "value", Type: ParamInteger, Required: true, Doc: "The number of characters."}},
	Mostly:    true,
	Condition: true,
	compile: func(c *call) {
		column, t, ok := c.lengths()
		v, fits := c.wantInteger("value")
		if ok && fits {
			c.columnRows(column, t.Compare("==", v), "the length of "+column+" is not "+v.Text())
		}
	},
}
