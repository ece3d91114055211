package expectation

var columnDistinctValuesToContainSet = Kind{
	Name:      "expect_column_distinct_values_to_contain_set",
	Doc:       "Every value of a set stands in the column.",
	Params:    []Param{columnParam, valueSet},
	Condition: true,
	compile: func(c *call) {
		c.distinct(false, true, "%s holds {inside} of the values %s")
	},
}
