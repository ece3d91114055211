package expectation

// tableKinds are about the table itself.
var tableKinds = []*Kind{
	&tableColumnsToMatchSet,
	&tableColumnsToMatchOrderedList,
	&tableColumnCountToEqual,
	&tableColumnCountToBeBetween,
	&columnToExist,
	&tableRowCountToEqual,
	&tableRowCountToBeBetween,
	&tableRowCountToEqualOtherTable,
}

// unbuiltTables are not there yet.
var unbuiltTables = []string{
	"unexpected_rows_expectation",
	"expect_query_results_to_match_comparison",
	"expect_column_type_to_be",
}
