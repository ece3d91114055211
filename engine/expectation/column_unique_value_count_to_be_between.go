package expectation

var columnUniqueValueCountToBeBetween = Kind{
	Name:   "expect_column_unique_value_count_to_be_between",
	Doc:    "The number of different values of the column is within bounds.",
	Params: []Param{columnParam, minCount, maxCount},
	Refused: map[string]string{
		"strict_min": "Great Expectations ignores it; raise min_value by one",
		"strict_max": "Great Expectations ignores it; lower max_value by one",
	},
	Condition: true,
	Notes: []string{
		"NULL is no value; of nothing there are 0 different values, and 0 is compared with the bounds.",
		"min_value above max_value is a failure in Great Expectations; lint warns of it.",
	},
	Example: `{column: kind, min_value: 2, max_value: 5}`,
	AsRule:  `count_distinct(kind) >= 2 and count_distinct(kind) <= 5`,
	compile: statistic("count_distinct", "number of different values"),
}
