package plan

import (
	"fmt"

	"github.com/streamflow/pipe/engine/dialect"
)

// tested changes what is fetched of an expectation whose values Go looks at:
// the database cannot tell which rows fail, so that it gives every row whose
// value was tested, in the order of the key, and the run keeps those that fail.
func (c *compiler) tested(e *Expectation, dt dialect.Table) {
	if e.Test == nil {
		return
	}
	e.Alone.Title = "the values that " + e.Name + " tests"
	e.FailingRows.Title = "the rows among which pipe finds those that fail " + e.Name
	// No SQL finds the failing rows for people either; what says so is a comment,
	// in front, so that the text stays one that runs, whatever is put behind it.
	e.UserSQL = fmt.Sprintf("/* of these, pipe itself finds those that fail */ SELECT * FROM %s WHERE %s", c.d.Quote(dt.Name), e.Failing)
}
