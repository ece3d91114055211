package run

import (
	"fmt"
	"slices"

	"github.com/streamflow/pipe/engine/plan"
)

// shownRejects is how many bad rows the result document lists.
const shownRejects = 100

// rejects are the bad rows of a run. Every one is counted; of a table that
// fails on bad rows only the first are kept, of one that sets them aside all
// are, since they must be recorded.
type rejects struct {
	total int64
	kept  []Reject
	held  map[string]int // kept, by table
}

func (r *rejects) add(reject Reject, keepAll bool) {
	r.total++
	if r.held == nil {
		r.held = map[string]int{}
	}
	if !keepAll && r.held[reject.Table] >= shownRejects {
		return
	}
	r.held[reject.Table]++
	r.kept = append(r.kept, reject)
}

func (r *rejects) first(table string) *Reject {
	for i := range r.kept {
		if r.kept[i].Table == table {
			return &r.kept[i]
		}
	}
	return nil
}

// clone is a copy to come back to.
func (r *rejects) clone() rejects {
	c := rejects{total: r.total, kept: slices.Clone(r.kept), held: map[string]int{}}
	for k, v := range r.held {
		c.held[k] = v
	}
	return c
}

// rejectStaged takes a bad row that was found in staging: (code, line,
// column, value, other_line).
func (x *execution) rejectStaged(p plan.Problems, v []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	path := x.lines[p.Table]
	message := fmt.Sprintf("%s %q: another row of this key, line %s, says something else; one of the two must go", v[2], v[3], v[4])
	if v[0] == "orphan" {
		message = fmt.Sprintf("%s %q is in no row that it references; load that row too, or take this one out", v[2], v[3])
	}
	x.rejects.add(Reject{Table: p.Table, Code: v[0], At: path + ":" + v[1], Column: v[2], Value: v[3], Message: message}, p.Quarantine)
}
