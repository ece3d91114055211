package expectation

import (
	"github.com/streamflow/pipe/engine/rule"
)

var columnValueLengthsToBeBetween = Kind{
	Name:   "expect_column_value_lengths_to_be_between",
	Doc:    "Every text of the column has a number of characters within bounds.",
	Params: []Param{columnParam, minCount, maxCount},
	Refused: map[string]string{
		"strict_min": "Great Expectations ignores it on databases; raise min_value by one",
		"strict_max": "Great Expectations ignores it on databases; lower max_value by one",
	},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"A NULL is missing: it is counted as such and never unexpected.",
		"Lengths are in characters, and of text only: another column is an error on databases in Great Expectations too.",
		"min_value above max_value is a failure in Great Expectations; lint warns of it.",
	},
	Example: `{column: code, min_value: 3, max_value: 6}`,
	AsRule:  `length(code) >= 3 and length(code) <= 6`,
	compile: func(c *call) {
		column, t, ok := c.lengths()
		if !ok {
			return
		}
		b, ok := c.counts(t)
		if !ok || !c.bounded(b) {
			return
		}
		c.warnReversed(b)
		c.columnRows(column, b.rule(t), "the length of "+column+" is not "+b.String())
	},
}

// lengths is the length of a text column.
func (c *call) lengths() (string, rule.Term, bool) {
	column, ok := c.column("column")
	if !ok {
		return "", rule.Term{}, false
	}
	t := rule.Of(column)
	if !t.IsText() {
		c.list.Add(c.e.Args.Get("column").Pos, "type-mismatch", "%s is %s, and only text has a length", column.Name, t.Type()).
			Suggest("name a text column")
		return "", rule.Term{}, false
	}
	return column.Name, t.Call("length"), true
}
