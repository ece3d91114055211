package expectation

import (
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
)

var columnMostCommonValueToBeInSet = Kind{
	Name: "expect_column_most_common_value_to_be_in_set",
	Doc:  "The most common value of the column is one of a set.",
	Params: []Param{columnParam,
		{Name: "value_set", Type: ParamValues, Required: true, Doc: "The values of the set."},
		{Name: "ties_okay", Type: ParamBoolean, Default: "false", Doc: "Whether several values may be the most common, one of them in the set."}},
	Condition: true,
	Notes: []string{
		"NULL is no value: a column of nothing but NULL has no most common value, which fails.",
		"When several values are equally common, it fails unless ties_okay is true; then one of them in the set is enough.",
		"observed_value lists the most common values in their order, the first 20 of them.",
	},
	Example: `{column: kind, value_set: [parcel]}`,
	compile: compileMostCommon,
}

func compileMostCommon(c *call) {
	column, ok := c.column("column")
	ties, fits := c.boolean("ties_okay", false)
	if !ok || !fits {
		return
	}
	t := rule.Of(column)
	list, given, ok := c.values("value_set", t)
	if !ok {
		return
	}
	if !given {
		c.wrongType(c.e.Args.Get("value_set"), "value_set", "a list of values")
		return
	}
	g := c.groups(column)
	inside := dialect.Filtered("count(*)", g.term().In(list).Operand(c.Dialect))
	success := "count(*) = 1 AND " + inside + " = 1"
	if ties {
		success = inside + " > 0"
	}
	with := g.with() + ", pipe_modes AS (SELECT " + groupValue + ", " + groupRows + " FROM pipe_groups WHERE " + groupRows +
		" = (SELECT max(" + groupRows + ") FROM pipe_groups))"
	g.query(with, []Output{{"success", success}, {"modes", "count(*)"}, {"inside", inside}, {"often", "COALESCE(max(" + groupRows + "), 0)"},
		g.gather("pipe_modes")}, "pipe_modes")
	c.out.Judge = Judge{Kind: JudgeTruth, Mostly: 1, Gathered: &Gathered{Output: "gathered", Kind: column.Type.Kind},
		Sentence: "most common in " + said(column.Name) + ": {values} ({often} rows each); of these {modes}, {inside} among " + said(literals(list))}
}
