package expectation

import (
	"fmt"

	"github.com/streamflow/pipe/engine/rule"
)

var columnPairValuesToBeEqual = Kind{
	Name:      "expect_column_pair_values_to_be_equal",
	Doc:       "Two columns are equal in every row. A NULL on one side is unequal to what is on the other.",
	Params:    []Param{columnA, columnB, pairIgnore},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"With ignore_row_if: neither, a row in which both are NULL is unexpected: nothing is equal to NULL.",
	},
	Example: `{column_A: origin, column_B: destination, ignore_row_if: either_value_is_missing}`,
	AsRule:  `origin == destination`,
	compile: func(c *call) {
		c.pair("==", " IS NOT TRUE", "%s is not %s")
	},
}

// Parameters of the kinds about pairs of columns.
var (
	columnA    = Param{Name: "column_A", Type: ParamColumn, Required: true, Doc: "The first column."}
	columnB    = Param{Name: "column_B", Type: ParamColumn, Required: true, Doc: "The second column."}
	pairIgnore = Param{Name: "ignore_row_if", Type: ParamOption, Default: "both_values_are_missing",
		Options: []string{"both_values_are_missing", "either_value_is_missing", "neither"}, Doc: "The rows that are not considered."}
)

// pair compares two columns of a row; what follows the comparison makes it the
// condition of an unexpected row.
func (c *call) pair(op, unexpected, sentence string) {
	a, okA := c.column("column_A")
	b, okB := c.column("column_B")
	ignore, okIgnore := c.option("ignore_row_if")
	if !okA || !okB || !okIgnore {
		return
	}
	r := rule.Of(a).CompareTo(op, rule.Of(b))
	if r == nil {
		c.list.Add(c.e.Args.Get("column_B").Pos, "type-mismatch", "%s is %s and %s is %s: they cannot be compared",
			a.Name, rule.Of(a).Type(), b.Name, rule.Of(b).Type())
		return
	}
	names := []string{a.Name, b.Name}
	x := rows{unexpected: r.Operand(c.Dialect) + unexpected, missing: c.ignoredPair(names, ignore)}
	if x.missing != "" {
		x.unexpected = "NOT " + x.missing + " AND " + x.unexpected
	}
	c.countRows(x, union(nil, names), said(fmt.Sprintf(sentence, a.Name, b.Name))+" in {unexpected_count} of {considered} {rows}{share}")
}
