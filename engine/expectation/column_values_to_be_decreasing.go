package expectation

var columnValuesToBeDecreasing = Kind{
	Name:      "expect_column_values_to_be_decreasing",
	Doc:       "No value of the column is greater than the one before it, in a stated order of the rows.",
	Params:    []Param{columnParam, orderBy, strictly},
	Mostly:    true,
	Condition: true,
	Notes:     orderNotes,
	Example:   `{column: by_road, order_by: id}`,
	compile:   inOrder(">", "decrease"),
}
