package expectation

// columnKinds are about the single values of a column.
var columnKinds = []*Kind{
	&columnValuesToNotBeNull,
	&columnValuesToBeNull,
	&columnValuesToBeUnique,
	&columnValuesToBeInSet,
	&columnValuesToNotBeInSet,
	&columnValuesToBeBetween,
	&columnValueLengthsToBeBetween,
	&columnValueLengthsToEqual,
}

// unbuiltColumn are not there yet.
var unbuiltColumn = []string{
	"expect_column_value_z_scores_to_be_less_than",
	"expect_column_values_to_not_be_outliers",
	"expect_column_values_to_be_of_type",
	"expect_column_values_to_be_in_type_list",
	"expect_column_values_to_match_regex",
	"expect_column_values_to_not_match_regex",
	"expect_column_values_to_match_regex_list",
	"expect_column_values_to_not_match_regex_list",
	"expect_column_values_to_match_like_pattern",
	"expect_column_values_to_not_match_like_pattern",
	"expect_column_values_to_match_like_pattern_list",
	"expect_column_values_to_not_match_like_pattern_list",
	"expect_column_values_to_be_increasing",
	"expect_column_values_to_be_decreasing",
	"expect_column_values_to_match_strftime_format",
	"expect_column_values_to_be_dateutil_parseable",
	"expect_column_values_to_be_json_parseable",
	"expect_column_values_to_match_json_schema",
}
