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
	compile: func(c *call) {
		c.distinct(true, false, "{outside} different values of %s are none of %s")
	},
}

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
	name, filter := c.Dialect.Quote(column.Name), c.filter()
	in := t.In(list)
	inside := dialect.Filtered("count(DISTINCT "+name+")", both(filter, in.Operand(c.Dialect)))
	outside := dialect.Filtered("count(DISTINCT "+name+")", both(filter, in.Operand(c.Dialect)+" IS FALSE"))
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
	c.query([]Output{{"success", strings.Join(conditions, " AND ")}, {"inside", inside}, {"outside", outside}}, " FROM "+c.Dialect.Quote(c.Table))
	c.out.Judge = Judge{Kind: JudgeTruth, Mostly: 1, Sentence: fmt.Sprintf(sentence, column.Name, literals(list))}
}
