package expectation

import (
	"github.com/streamflow/pipe/engine/rule"
)

var compoundColumnsToBeUnique = Kind{
	Name:      "expect_compound_columns_to_be_unique",
	Doc:       "No two rows are equal in all of the columns. A row with a NULL among them is equal to none.",
	Params:    []Param{columnList, rowIgnore},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"Every row of a group that is alike is unexpected. A row with a NULL in any of the columns is like no other, as on databases in Great Expectations; with pandas it is.",
	},
	Example: `{column_list: [kind, sent]}`,
	AsRule:  `unique(kind, sent)`,
	compile: func(c *call) {
		columns, ok := c.columns("column_list")
		ignored, fits := c.ignoredWhere()
		if ok && fits {
			c.countDuplicates(names(columns), ignored, said(joined(names(columns)))+" together are not unique in {unexpected_count} of {considered} {rows}{share}")
		}
	},
}

// Parameters of the kinds about several columns.
var (
	columnList = Param{Name: "column_list", Type: ParamColumns, Required: true, Doc: "The columns, two or more."}
	rowIgnore  = Param{Name: "ignore_row_if", Type: ParamOption, Default: "all_values_are_missing",
		Options: []string{"all_values_are_missing", "any_value_is_missing", "never"}, Doc: "The rows that are not considered."}
)

func names(columns []rule.Column) []string {
	var list []string
	for _, c := range columns {
		list = append(list, c.Name)
	}
	return list
}

// ignored is the condition of rows that ignore_row_if sets aside; empty when
// there are none.
func (c *call) ignored(columns []rule.Column) (string, bool) {
	op, ok := c.ignoredWhere()
	if !ok || op == "" || len(columns) == 0 {
		return "", ok && len(columns) > 0
	}
	return c.each(names(columns), " IS NULL", op), true
}

// ignoredWhere reads ignore_row_if: OR stands for any of the columns that is
// NULL, AND for all of them, and nothing for never.
func (c *call) ignoredWhere() (op string, ok bool) {
	ignore, ok := c.option("ignore_row_if")
	switch ignore {
	case "any_value_is_missing":
		return "OR", ok
	case "all_values_are_missing":
		return "AND", ok
	}
	return "", ok
}
