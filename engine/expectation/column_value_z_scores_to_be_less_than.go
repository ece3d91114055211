package expectation

import "strings"

var columnValueZScoresToBeLessThan = Kind{
	Name: "expect_column_value_z_scores_to_be_less_than",
	Doc:  "Every value of the column lies fewer than so many standard deviations from the mean.",
	Params: []Param{columnParam,
		{Name: "threshold", Type: ParamNumber, Required: true, Doc: "The z-score that none may reach."},
		{Name: "double_sided", Type: ParamBoolean, Required: true, Doc: "Whether values far below the mean are unexpected too; if not, only those far above it."}},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"The z-score of a value is (value - mean) / standard deviation, both of the rows that the condition leaves, the deviation as of a sample.",
		"NULL is missing. One value alone has no deviation, and is expected.",
		"Where all values are the same the deviation is 0 and no value has a z-score: the expectation cannot be evaluated, and fails. Great Expectations divides by zero there.",
		"With double_sided the sign of threshold does not matter.",
	},
	Example: `{column: weight, threshold: 3, double_sided: true}`,
	compile: func(c *call) {
		column, t, ok := c.numberColumn("z-score")
		threshold, fine := c.decimal("threshold", "")
		double, read := c.wantBoolean("double_sided")
		if !ok || !fine || !read {
			return
		}
		limit := threshold.Text()
		if double {
			limit = strings.TrimPrefix(limit, "-")
		}
		s := spread{column: column.Name,
			statistics: []Output{{"mean", c.statisticSQL(t, "mean")}, {"stddev", c.statisticSQL(t, "stddev")}, {"constant", c.isConstant(column.Name)}},
			fault:      &Fault{Output: "constant", Message: "every value of " + said(column.Name) + " is the same, so that the standard deviation is 0 and there is no z-score"}}
		s.unexpected = func(x string, statistic func(string) string) string {
			z := "(" + x + " - " + statistic("mean") + ") / NULLIF(" + statistic("stddev") + ", 0)"
			if double {
				z = "abs(" + z + ")"
			}
			return z + " >= " + c.Dialect.DoubleLiteral(limit)
		}
		words := "the z-score of " + column.Name + " is not below "
		if double {
			words = "the z-score of " + column.Name + ", whatever its sign, is not below "
		}
		c.countSpread(s, said(words+limit)+" in {unexpected_count} of {considered} {rows}{share}")
	},
}

// wantBoolean reads true or false, which must be there.
func (c *call) wantBoolean(name string) (value, ok bool) {
	n := c.e.Args.Get(name)
	if n == nil {
		return false, false // told by checkNames
	}
	if c.argument(name) == nil {
		c.wrongType(n, name, "true or false")
		return false, false
	}
	return c.boolean(name, false)
}
