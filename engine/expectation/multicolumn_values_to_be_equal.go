package expectation

import (
	"strings"

	"github.com/streamflow/pipe/engine/rule"
)

var multicolumnValuesToBeEqual = Kind{
	Name:      "expect_multicolumn_values_to_be_equal",
	Doc:       "The columns of every row are all equal, or all NULL.",
	Params:    []Param{columnList, rowIgnore},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"A NULL is equal to another NULL and to nothing else.",
	},
	Example: `{column_list: [origin, destination], ignore_row_if: any_value_is_missing}`,
	AsRule:  `origin == destination`,
	compile: func(c *call) {
		columns, ok := c.columns("column_list")
		missing, fits := c.ignored(columns)
		if !ok || !fits {
			return
		}
		first := columns[0]
		var equal []string
		for i, other := range columns[1:] {
			r := rule.Of(first).CompareTo("==", rule.Of(other))
			if r == nil {
				c.list.Add(c.e.Args.Get("column_list").Items[i+1].Pos, "type-mismatch", "%s is %s and %s is %s: they cannot be compared",
					first.Name, rule.Of(first).Type(), other.Name, rule.Of(other).Type())
				return
			}
			nulls := c.each([]string{first.Name, other.Name}, " IS NULL", "AND")
			equal = append(equal, "("+r.Operand(c.Dialect)+" IS TRUE OR "+nulls+")")
		}
		x := rows{unexpected: "NOT (" + strings.Join(equal, " AND ") + ")", missing: missing}
		if missing != "" {
			x.unexpected = "NOT " + missing + " AND " + x.unexpected
		}
		c.countRows(x, names(columns), said(joined(names(columns)))+" are not equal in {unexpected_count} of {considered} {rows}{share}")
	},
}
