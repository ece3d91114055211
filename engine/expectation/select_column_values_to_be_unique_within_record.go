package expectation

import (
	"strings"

	"github.com/streamflow/pipe/engine/rule"
)

var selectColumnValuesToBeUniqueWithinRecord = Kind{
	Name:      "expect_select_column_values_to_be_unique_within_record",
	Doc:       "No two of the columns are equal in one row, nor both NULL.",
	Params:    []Param{columnList, rowIgnore},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"Two NULLs in one row are alike, unless ignore_row_if sets the row aside.",
	},
	Example: `{column_list: [origin, destination]}`,
	AsRule:  `origin != destination`,
	compile: func(c *call) {
		columns, ok := c.columns("column_list")
		missing, fits := c.ignored(columns)
		if !ok || !fits {
			return
		}
		var equal []string
		for i, a := range columns {
			for j := range i {
				r := rule.Of(columns[j]).CompareTo("==", rule.Of(a))
				if r == nil {
					c.list.Add(c.e.Args.Get("column_list").Items[i].Pos, "type-mismatch", "%s is %s and %s is %s: they cannot be compared",
						columns[j].Name, rule.Of(columns[j]).Type(), a.Name, rule.Of(a).Type())
					return
				}
				nulls := c.each([]string{columns[j].Name, a.Name}, " IS NULL", "AND")
				equal = append(equal, r.SQL(c.Dialect), nulls)
			}
		}
		x := rows{unexpected: "(" + strings.Join(equal, " OR ") + ")", missing: missing}
		if missing != "" {
			x.unexpected = "NOT " + missing + " AND " + x.unexpected
		}
		c.countRows(x, names(columns), "two of "+said(joined(names(columns)))+" are equal in {unexpected_count} of {considered} {rows}{share}")
	},
}
