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
}

// unbuiltTables are not there yet.
var unbuiltTables = []string{
	"unexpected_rows_expectation",
	"expect_query_results_to_match_comparison",
}
