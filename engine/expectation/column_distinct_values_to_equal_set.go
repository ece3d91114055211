package expectation

var columnDistinctValuesToEqualSet = Kind{
	Name:      "expect_column_distinct_values_to_equal_set",
	Doc:       "The different values of the column are exactly those of a set.",
	Params:    []Param{columnParam, valueSet},
	Condition: true,
	compile: func(c *call) {
		c.distinct(true, true, "%s holds {inside} of the values %s, and {outside} others")
	},
}
