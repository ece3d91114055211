package expectation

import (
	"strings"
)

var columnValuesToNotBeOutliers = Kind{
	Name: "expect_column_values_to_not_be_outliers",
	Doc:  "No value of the column lies far from the middle of all.",
	Params: []Param{columnParam,
		{Name: "method", Type: ParamOption, Default: "iqr", Options: []string{"iqr", "std"},
			Doc: "What is far: iqr measures from the median in interquartile ranges, std from the mean in standard deviations."},
		{Name: "multiplier", Type: ParamNumber, Default: "1.5", Doc: "How many of them are far."}},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"A value is unexpected when its distance from the middle is the multiplier times the spread, or more. Where that product is 0, because half of the values are the same, only values off the middle are unexpected.",
		"The quartiles are interpolated between neighbouring values, the standard deviation is that of a sample. Both are of the rows that the condition leaves.",
		"NULL is missing. Where there is no spread, as of one value under std, nothing is unexpected.",
	},
	Example: `{column: weight, method: iqr, multiplier: 3}`,
	compile: func(c *call) {
		column, t, ok := c.numberColumn("outlier")
		method, fine := c.option("method")
		multiplier, read := c.decimal("multiplier", "1.5")
		if !ok || !fine || !read {
			return
		}
		if strings.HasPrefix(multiplier.Text(), "-") {
			c.list.Add(c.e.Args.Get("multiplier").Pos, "wrong-value", "multiplier is %s, and no distance is below 0", multiplier.Text()).
				Suggest("write multiplier: %s", multiplier.Text()[1:])
			return
		}
		s := spread{column: column.Name}
		center, words := "median", " interquartile ranges or more from the median"
		x := c.Dialect.Double(c.Dialect.Quote(column.Name))
		if method == "iqr" {
			s.statistics = []Output{{"median", c.statisticSQL(t, "median")},
				{"spread", c.Dialect.Percentile(x, "0.75", "") + " - " + c.Dialect.Percentile(x, "0.25", "")}}
		} else {
			center, words = "mean", " standard deviations or more from the mean"
			// Of values that are all the same neither need come out exactly.
			constant := c.isConstant(column.Name) + " = 1"
			s.statistics = []Output{{"mean", "CASE WHEN " + constant + " THEN min(" + x + ") ELSE " + c.statisticSQL(t, "mean") + " END"},
				{"spread", "CASE WHEN " + constant + " THEN 0 ELSE " + c.statisticSQL(t, "stddev") + " END"}}
		}
		s.unexpected = func(x string, statistic func(string) string) string {
			return "abs(" + x + " - " + statistic(center) + ") >= " + c.Dialect.DoubleLiteral(multiplier.Text()) + " * " + statistic("spread") +
				" AND " + x + " <> " + statistic(center)
		}
		c.countSpread(s, said(column.Name+" lies "+multiplier.Text()+words)+" in {unexpected_count} of {considered} {rows}{share}")
	},
}
