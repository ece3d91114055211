package expectation

// Catalogue is every kind of expectation there is, in the order of the reference
// page.
var Catalogue = []*Kind{
	&ruleKind,
	&tableColumnsToMatchSet,
	&tableColumnsToMatchOrderedList,
	&tableColumnCountToEqual,
	&tableColumnCountToBeBetween,
	&columnToExist,
	&tableRowCountToEqual,
	&tableRowCountToBeBetween,
	&tableRowCountToEqualOtherTable,
	&columnMaxToBeBetween,
	&columnMinToBeBetween,
	&columnMeanToBeBetween,
	&columnSumToBeBetween,
	&columnMedianToBeBetween,
	&columnStdevToBeBetween,
	&columnUniqueValueCountToBeBetween,
	&columnProportionOfUniqueValuesToBeBetween,
	&columnProportionOfNonNullValuesToBeBetween,
	&columnDistinctValuesToBeInSet,
	&columnDistinctValuesToContainSet,
	&columnDistinctValuesToEqualSet,
	&columnValuesToNotBeNull,
	&columnValuesToBeNull,
	&columnValuesToBeUnique,
	&columnValuesToBeInSet,
	&columnValuesToNotBeInSet,
	&columnValuesToBeBetween,
	&columnValueLengthsToBeBetween,
	&columnValueLengthsToEqual,
	&columnPairValuesToBeEqual,
	&columnPairValuesAToBeGreaterThanB,
	&compoundColumnsToBeUnique,
	&selectColumnValuesToBeUniqueWithinRecord,
}

// Lookup finds a kind by its name, nil when there is none.
func Lookup(name string) *Kind {
	for _, k := range Catalogue {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// unbuilt are names of Great Expectations that pipe does not know yet.
var unbuilt = []string{
	"unexpected_rows_expectation",
	"expect_query_results_to_match_comparison",
	"expect_column_type_to_be",
	"expect_column_quantile_values_to_be_between",
	"expect_column_most_common_value_to_be_in_set",
	"expect_column_kl_divergence_to_be_less_than",
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
	"expect_column_pair_values_to_be_in_set",
	"expect_multicolumn_sum_to_equal",
	"expect_multicolumn_values_to_be_equal",
}
