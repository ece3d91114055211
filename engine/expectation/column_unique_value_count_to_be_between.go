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
	compile:   statistic("count_distinct", "number of different values"),
}
