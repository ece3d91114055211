package expectation

// tableKinds are about the table itself.
var tableKinds = []*Kind{
	&tableColumnsToMatchSet,
	&tableColumnsToMatchOrderedList,
	&tableColumnCountToEqual,
	&tableColumnCountToBeBetween,
	&columnToExist,
	&columnTypeToBe,
	&tableRowCountToEqual,
	&tableRowCountToBeBetween,
	&tableRowCountToEqualOtherTable,
	&unexpectedRowsExpectation,
	&queryResultsToMatchComparison,
}
