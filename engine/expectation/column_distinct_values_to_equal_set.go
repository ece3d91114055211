package expectation

var columnDistinctValuesToEqualSet = Kind{
	Name:      "expect_column_distinct_values_to_equal_set",
	Doc:       "The different values of the column are exactly those of a set.",
	Params:    []Param{columnParam, valueSet},
	Condition: true,
	Notes: []string{
		"NULL is no value of the column, so that a null in value_set could never be found; lint refuses it.",
		"Values are compared as the database compares them: 1.10 is 1.1, and a text beside a date column is a date. Great Expectations compares Python's values and finds them different.",
		distinctNote,
	},
	Example: `{column: kind, value_set: [parcel, letter]}`,
	AsRule:  `count_distinct(kind) == 2 and count(kind in ["parcel", "letter"]) == count(kind != nil)`,
	compile: func(c *call) {
		c.distinct(true, true, "%s holds {inside} of the values %s, and {outside} others")
	},
}
