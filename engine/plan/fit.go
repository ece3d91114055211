package plan

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
)

// Fit asks whether what a column of an existing table holds can be read as it is
// declared. A run looks at every table before it begins; a check, which may look
// at tables that pipe never wrote, asks of the columns that its expectations use.
type Fit struct {
	Statement        // gives (column, declared, actual, hint) when it cannot
	Column    string `json:"column"`
	// Expectations are the indexes of those that use the column: they cannot be
	// evaluated when it does not fit.
	Expectations []int `json:"expectations"`
}

// fits are the questions that a check asks before its expectations; all is the
// one that makes the others needless when its answer, readable, is yes.
func (c *compiler) fits(j Judge, dt dialect.Table) (all Statement, list []Fit) {
	if !c.ChecksOnly {
		return Statement{}, nil
	}
	var columns []dialect.Column
	for _, col := range dt.Columns {
		quoted := c.d.Quote(col.Name)
		var users []int
		for _, e := range j.Expectations {
			// SQL of the user's own knows nothing of what is declared.
			if e.Own == nil && strings.Contains(e.Alone.SQL, quoted) {
				users = append(users, e.Index)
			}
		}
		if users != nil {
			title := fmt.Sprintf("whether %s of %s can be read as %s", col.Name, dt.Name, col.Type)
			columns = append(columns, col)
			list = append(list, Fit{text(dialect.Unreadable(c.d, dt, col), title), col.Name, users})
		}
	}
	if sql := dialect.AllReadable(c.d, dt, columns); sql != "" {
		all = text(sql, "whether "+dt.Name+" can be read as it is declared")
	}
	return all, list
}
