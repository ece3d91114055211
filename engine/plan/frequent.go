package plan

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/spec"
)

// MaxFrequent is how many of the most frequent unexpected values are told.
const MaxFrequent = 20

// frequent counts the unexpected values of an expectation: the most frequent
// first, and among equals the least, NULL last.
func (c *compiler) frequent(e Expectation, dt dialect.Table) Statement {
	if e.Test != nil || len(e.Tested) == 0 {
		return Statement{}
	}
	var values, groups []string
	order := []string{"count(*) DESC"}
	for _, name := range e.Tested {
		quoted, t := c.d.Quote(name), columnOf(dt, name).Type
		value := c.d.AsText(quoted, t)
		if t.Kind == spec.KindNumeric {
			value = "min(" + value + ")" // 1.0 and 1.00 are one value
		}
		sorted := quoted
		if t.Kind == spec.KindText {
			sorted = c.d.CodePoints(quoted)
		}
		values, groups = append(values, value), append(groups, quoted)
		order = append(order, quoted+" IS NULL", sorted)
	}
	return text(fmt.Sprintf("SELECT %s, count(*)\nFROM %s WHERE %s\nGROUP BY %s\nORDER BY %s\nLIMIT %d", strings.Join(values, ", "),
		c.d.Quote(dt.Name), e.Failing, strings.Join(groups, ", "), strings.Join(order, ", "), MaxFrequent), "the most frequent unexpected values of "+e.Name)
}
