package expectation

var columnValuesToBeNull = Kind{
	Name:      "expect_column_values_to_be_null",
	Doc:       "Every value of the column is NULL.",
	Params:    []Param{columnParam},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"Every row is considered, and none is missing.",
	},
	Example: `{column: arrived}`,
	AsRule:  `arrived == nil`,
	compile: func(c *call) {
		if column, ok := c.column("column"); ok {
			c.countRows(rows{unexpected: c.Dialect.Quote(column.Name) + " IS NOT NULL"}, []string{column.Name},
				said(column.Name)+" is not NULL in {unexpected_count} of {considered} {rows}{share}")
		}
	},
}
