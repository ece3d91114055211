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
	Example: `{column: net_service, value_set: [DSL, Fiber optic]}`,
	AsRule:  `count(net_service == "DSL") > 0 and count(net_service == "Fiber optic") > 0`,
	compile: func(c *call) {
		c.distinct(false, true, "%s holds {inside} of the values %s")
	},
}
