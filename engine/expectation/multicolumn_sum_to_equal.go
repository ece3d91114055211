package expectation

import (
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

var multicolumnSumToEqual = Kind{
	Name:      "expect_multicolumn_sum_to_equal",
	Doc:       "The columns of every row add up to the same number.",
	Params:    []Param{columnList, {Name: "sum_total", Type: ParamNumber, Required: true, Doc: "The sum."}, rowIgnore},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"A row with a NULL among the columns that ignore_row_if leaves counts as expected, as in Great Expectations on databases: its sum is unknown.",
		"Integers and numerics are added as decimals, so that 0.1 and 0.2 make 0.3 on every database. Where one of the columns is a double, so is the sum.",
	},
	Example: `{column_list: [by_road, by_rail], sum_total: 100, ignore_row_if: any_value_is_missing}`,
	AsRule:  `by_road + by_rail == 100`,
	compile: func(c *call) {
		columns, ok := c.columns("column_list")
		missing, fits := c.ignored(columns)
		total := c.e.Args.Get("sum_total")
		if !ok || !fits || total == nil {
			return
		}
		var quoted []string
		exact, summand := true, rule.Of(columns[0])
		for i, column := range columns {
			t := rule.Of(column)
			if !t.IsNumber() {
				c.list.Add(c.e.Args.Get("column_list").Items[i].Pos, "type-mismatch", "%s is %s, and only numbers add up", column.Name, t.Type())
				return
			}
			if column.Type.Kind == spec.KindDouble {
				exact, summand = false, t
			}
			quoted = append(quoted, c.Dialect.Quote(column.Name))
		}
		v, faults := summand.Value(total, "sum_total")
		if len(faults) > 0 {
			if total.Kind != spec.NodeInt && total.Kind != spec.NodeNum {
				c.wrongType(total, "sum_total", "a number")
				return
			}
			c.list = append(c.list, faults...)
			return
		}
		x := rows{unexpected: "(" + dialect.RowSumIs(c.Dialect, quoted, v.Text(), exact) + ") IS FALSE", missing: missing}
		if missing != "" {
			x.unexpected = "NOT " + missing + " AND " + x.unexpected
		}
		c.countRows(x, names(columns), said(joined(names(columns)))+" do not add up to "+v.Text()+" in {unexpected_count} of {considered} {rows}{share}")
	},
}
