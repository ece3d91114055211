package expectation

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
)

var columnDistinctValuesToBeInSet = Kind{
	Name:      "expect_column_distinct_values_to_be_in_set",
	Doc:       "Every value of the column is one of a set; no set, or an empty one, allows any.",
	Params:    []Param{columnParam, valueSet},
	Condition: true,
	Notes: []string{
		"NULL is no value: it is never outside the set.",
		"A value_set that is null or empty passes whatever the data, as it does in Great Expectations since 0.13; lint warns of it.",
		distinctNote,
	},
	Example: `{column: kind, value_set: [parcel, letter]}`,
	AsRule:  `kind in ["parcel", "letter"]`,
	compile: func(c *call) {
		c.distinct(true, false, "{outside} different values of %s are none of %s")
	},
}

// distinctNote is true of all kinds that compare different values with a set.
const distinctNote = "observed_value lists the different values in their order, and details.value_counts the rows of each: the first 20 of them."

// distinct compares the different values of a column with a set: whether none
// lies outside, and whether all of the set occur.
func (c *call) distinct(within, covering bool, sentence string) {
	column, ok := c.column("column")
	if !ok {
		return
	}
	t := rule.Of(column)
	list, _, ok := c.values("value_set", t)
	if !ok {
		return
	}
	if len(list) == 0 && (!within || !covering) {
		c.list.Warn(c.e.Args.Get("value_set").Pos, "checks-nothing", "there is no value in value_set, so that this passes whatever the data").
			Suggest("list the values")
	}
	g := c.groups(column)
	in := g.term().In(list).Operand(c.Dialect)
	inside, outside := dialect.Filtered("count(*)", in), dialect.Filtered("count(*)", in+" IS FALSE")
	var conditions []string
	if within && (covering || len(list) > 0) {
		conditions = append(conditions, outside+" = 0")
	}
	if covering {
		conditions = append(conditions, inside+" = "+strconv.Itoa(len(list)))
	}
	if len(conditions) == 0 {
		conditions = append(conditions, outside+" >= 0")
	}
	g.query(g.with(), []Output{{"success", strings.Join(conditions, " AND ")}, {"inside", inside}, {"outside", outside},
		g.gather("pipe_groups")}, "pipe_groups")
	c.out.Judge = Judge{Kind: JudgeTruth, Mostly: 1, Gathered: &Gathered{Output: "gathered", Kind: column.Type.Kind, Counts: true},
		Sentence: fmt.Sprintf(sentence, said(column.Name), said(literals(list)))}
}
