package expectation

// aggregateKinds are about a column as a whole.
var aggregateKinds = []*Kind{
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
	&columnMostCommonValueToBeInSet,
}

// unbuiltAggregates are not there yet.
var unbuiltAggregates = []string{
	"expect_column_quantile_values_to_be_between",
	"expect_column_kl_divergence_to_be_less_than",
}
