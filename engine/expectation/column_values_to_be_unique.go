package expectation

var columnValuesToBeUnique = Kind{
	Name:      "expect_column_values_to_be_unique",
	Doc:       "No value of the column stands in two rows. Every row of a value that does is unexpected.",
	Params:    []Param{columnParam},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"A NULL is missing: it is counted as such and never unexpected.",
		"Where a condition chooses rows, values count as equal among those alone.",
	},
	Example: `{column: code}`,
	AsRule:  `unique(code)`,
	compile: func(c *call) {
		if column, ok := c.column("column"); ok {
			c.countDuplicates([]string{column.Name}, "AND", said(column.Name)+" is not unique in {unexpected_count} of {considered} {rows}{share}")
		}
	},
}
