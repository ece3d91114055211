package rule

import (
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/spec"
)

// keeps tells whether every operand keeps its digits where it does not stand
// beside a column: SQLite makes a literal there a double, and another number of
// one of too many digits. It tells the fault.
func (c *checker) keeps(operands ...node) bool {
	ok := true
	for _, x := range operands {
		l := literalOf(x)
		if l == nil || !l.known || l.t != integer && l.t != exact || dialect.For(spec.SQLite).ExactLiteral(l.value) {
			continue
		}
		c.add(l.place, "bad-literal", "%s has more digits than SQLite keeps of a number that is not compared with a column", c.describe(l)).
			Suggest("compare it with a column itself, as in x < %s, or write fewer digits", c.describe(l))
		ok = false
	}
	return ok
}
