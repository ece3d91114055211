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
	&columnQuantileValuesToBeBetween,
	&columnMostCommonValueToBeInSet,
	&columnKLDivergenceToBeLessThan,
}
