package expectation

var columnDistinctValuesToContainSet = Kind{
	Name:      "expect_column_distinct_values_to_contain_set",
	Doc:       "Every value of a set stands in the column.",
	Params:    []Param{columnParam, valueSet},
	Condition: true,
	Notes: []string{
		"NULL is no value of the column, so that a null in value_set could never be found; lint refuses it.",
		distinctNote,
	},
	Example: `{column: origin, value_set: [Bern, Basel]}`,
	AsRule:  `count(origin == "Bern") > 0 and count(origin == "Basel") > 0`,
	compile: func(c *call) {
		c.distinct(false, true, "%s holds {inside} of the values %s")
	},
}
