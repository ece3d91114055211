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
		// With its table, a name is the column's even where an output has it too.
		quoted, t := c.d.Quote(dt.Name)+"."+c.d.Quote(name), columnOf(dt, name).Type
		value := c.d.AsText(quoted, t)
		if t.Kind == spec.KindNumeric {
			value = "min(" + value + ")" // 1.0 and 1.00 are one value
		}
		grouped := quoted
		if t.Kind == spec.KindText {
			// As text, since what is declared so may be of a type that the database
			// can neither sort nor collate, as an enumeration or json.
			value = c.d.CodePoints(value)
			grouped = value
		}
		values, groups = append(values, value), append(groups, grouped)
		order = append(order, grouped+" IS NULL", grouped)
	}
	return text(fmt.Sprintf("SELECT %s, count(*)\nFROM %s WHERE %s\nGROUP BY %s\nORDER BY %s\nLIMIT %d", strings.Join(values, ", "),
		c.d.Quote(dt.Name), e.Failing, strings.Join(groups, ", "), strings.Join(order, ", "), MaxFrequent), "the most frequent unexpected values of "+e.Name)
}
