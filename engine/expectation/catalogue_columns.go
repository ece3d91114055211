package expectation

// columnsKinds are about several columns of a row.
var columnsKinds = []*Kind{
	&columnPairValuesToBeEqual,
	&columnPairValuesAToBeGreaterThanB,
	&columnPairValuesToBeInSet,
	&compoundColumnsToBeUnique,
	&selectColumnValuesToBeUniqueWithinRecord,
	&multicolumnSumToEqual,
	&multicolumnValuesToBeEqual,
}
