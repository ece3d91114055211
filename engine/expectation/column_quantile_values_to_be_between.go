package expectation

import (
	"strconv"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

var columnQuantileValuesToBeBetween = Kind{
	Name: "expect_column_quantile_values_to_be_between",
	Doc:  "Each of several quantiles of the column is within bounds of its own.",
	Params: []Param{columnParam,
		{Name: "quantile_ranges", Type: ParamMapping, Required: true,
			Doc: "quantiles, a list of shares from 0 to 1, and value_ranges, as many pairs [low, high]; null in a pair leaves that side open."},
		{Name: "allow_relative_error", Type: ParamBoolean, Default: "false", Doc: "Must be false: quantiles are exact."}},
	Condition: true,
	Notes: []string{
		"A quantile is the smallest value of the column that the share reaches (percentile_disc), so it is always a value that occurs. On pandas Great Expectations takes the nearest one instead.",
		"A value outside its bounds is taken for one inside when it differs from a bound by at most a 10,000th of it, as in Great Expectations.",
		"NULL is no value. Without any value there are no quantiles: that is an error, not a failure.",
		"observed_value is {quantiles, values}; details.success_details tells which of them are within bounds.",
	},
	Example: `{column: weight, quantile_ranges: {quantiles: [0.5, 0.9], value_ranges: [[1, 10], [null, 20]]}}`,
	AsRule:  `quantile(weight, 0.5) >= 1 and quantile(weight, 0.5) <= 10 and quantile(weight, 0.9) <= 20`,
	compile: compileQuantiles,
}

func compileQuantiles(c *call) {
	column, ok := c.column("column")
	if ok && !rule.Of(column).IsNumber() {
		c.list.Add(c.e.Args.Get("column").Pos, "type-mismatch", "%s is %s, and quantiles are of numbers", column.Name, rule.Of(column).Type()).
			Suggest("name a column of numbers")
		ok = false
	}
	relative, fits := c.boolean("allow_relative_error", false)
	if relative {
		c.list.Add(c.e.Args.Get("allow_relative_error").Pos, "unsupported-argument",
			"allow_relative_error is for databases that estimate quantiles, and here they are exact").Suggest("leave it out")
	}
	ranges, found := c.quantileRanges()
	if !ok || !fits || relative || !found {
		return
	}
	name, filter := c.Dialect.Quote(column.Name), c.filter()
	outputs := []Output{{"no_values", dialect.Filtered("count("+name+")", filter) + " = 0"}}
	for i, r := range ranges {
		q := c.Dialect.Quantile(name, strconv.FormatFloat(r.Quantile, 'f', -1, 64), filter)
		outputs = append(outputs, Output{"q" + strconv.Itoa(i), c.Dialect.Output(q, column.Type.Kind)})
	}
	c.query(outputs, " FROM "+c.Dialect.Quote(c.Table))
	c.out.Judge = Judge{Kind: JudgeQuantiles, Mostly: 1, Quantiles: ranges,
		Faults:   []Fault{{Output: "no_values", Message: said(column.Name) + " has no value, so it has no quantiles"}},
		Sentence: "{found} of " + said(column.Name) + "{outside}"}
}

// quantileRanges reads quantile_ranges.
func (c *call) quantileRanges() ([]QuantileRange, bool) {
	n := c.e.Args.Get("quantile_ranges")
	if n == nil {
		return nil, false
	}
	if !c.keys(n, "quantile_ranges", "quantiles", "value_ranges") {
		return nil, false
	}
	quantiles, ok := c.numbers(n.Get("quantiles"), "quantiles")
	if !ok {
		return nil, false
	}
	pairs := n.Get("value_ranges")
	if pairs.Kind != spec.NodeList {
		c.wrongType(pairs, "value_ranges", "a list of pairs")
		return nil, false
	}
	if len(pairs.Items) != len(quantiles) || len(quantiles) == 0 {
		c.list.Add(pairs.Pos, "wrong-value", "there are %d quantiles and %d value_ranges", len(quantiles), len(pairs.Items)).
			Suggest("state one range for each quantile")
		return nil, false
	}
	var list []QuantileRange
	for i, q := range quantiles {
		if q < 0 || q > 1 {
			c.list.Add(n.Get("quantiles").Items[i].Pos, "wrong-value", "a quantile is a share from 0 to 1").Suggest("write 0.95 for the 95th percentile")
			ok = false
			continue
		}
		r, fine := c.quantileRange(pairs.Items[i])
		ok = ok && fine
		r.Quantile = q
		list = append(list, r)
	}
	return list, ok
}

func (c *call) quantileRange(n *spec.Node) (QuantileRange, bool) {
	var r QuantileRange
	if n.Kind != spec.NodeList || len(n.Items) != 2 {
		c.wrongType(n, "each of value_ranges", "a pair [low, high]")
		return r, false
	}
	for i, into := range []**float64{&r.Low, &r.High} {
		if n.Items[i].Kind == spec.NodeNull {
			continue
		}
		x, ok := c.number(n.Items[i], "a bound", false)
		if !ok {
			return r, false
		}
		*into = &x
	}
	if r.Low != nil && r.High != nil && *r.Low > *r.High {
		c.list.Add(n.Pos, "reversed-bounds", "%s is above %s", n.Items[0].Text.V, n.Items[1].Text.V).Suggest("swap them")
		return r, false
	}
	return r, true
}
