package expectation

var columnValuesToBeIncreasing = Kind{
	Name:      "expect_column_values_to_be_increasing",
	Doc:       "No value of the column is less than the one before it, in a stated order of the rows.",
	Params:    []Param{columnParam, orderBy, strictly},
	Mostly:    true,
	Condition: true,
	Notes:     orderNotes,
	Example:   `{column: sent, order_by: id}`,
	compile:   inOrder("<", "increase"),
}
