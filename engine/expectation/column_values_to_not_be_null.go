package expectation

var columnValuesToNotBeNull = Kind{
	Name:      "expect_column_values_to_not_be_null",
	Doc:       "No value of the column is NULL.",
	Params:    []Param{columnParam},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"Every row is considered, and none is missing.",
	},
	Example: `{column: weight}`,
	AsRule:  `weight != nil`,
	compile: func(c *call) {
		if column, ok := c.column("column"); ok {
			c.countRows(rows{unexpected: c.Dialect.Quote(column.Name) + " IS NULL"}, []string{column.Name},
				said(column.Name)+" is NULL in {unexpected_count} of {considered} {rows}{share}")
		}
	},
}
