package expectation

// columnsKinds are about several columns of a row.
var columnsKinds = []*Kind{
	&columnPairValuesToBeEqual,
	&columnPairValuesAToBeGreaterThanB,
	&compoundColumnsToBeUnique,
	&selectColumnValuesToBeUniqueWithinRecord,
}

// unbuiltColumns are not there yet.
var unbuiltColumns = []string{
	"expect_column_pair_values_to_be_in_set",
	"expect_multicolumn_sum_to_equal",
	"expect_multicolumn_values_to_be_equal",
}
