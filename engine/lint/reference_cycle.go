package lint

import (
	"errors"
	"strings"

	"github.com/streamflow/pipe/engine/dag"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// referenceCycle holds that tables can be merged in some order, parents first.
// A table may reference itself.
var referenceCycle = rule{"reference-cycle", func(s *spec.Spec, list *diag.List) {
	type edge struct{ from, to string }
	told := map[edge]bool{}
	for {
		g := dag.New()
		for _, t := range s.Tables {
			g.Add(t.Name.V)
			for _, c := range t.Columns {
				r := c.References
				if r == nil || r.Table == t.Name.V || s.Table(r.Table) == nil || told[edge{t.Name.V, r.Table}] {
					continue
				}
				g.Add(t.Name.V, r.Table)
			}
		}
		_, err := g.Order()
		var cycle *dag.CycleError
		if !errors.As(err, &cycle) || len(cycle.Path) < 2 {
			return
		}
		first := edge{cycle.Path[0], cycle.Path[1]}
		told[first] = true
		for _, c := range s.Table(first.from).Columns {
			if r := c.References; r != nil && r.Table == first.to {
				at(list, r.Text, "reference-cycle", "these tables reference each other, so none can be loaded first: %s", strings.Join(cycle.Path, " -> ")).
					Suggest("remove one of the references, and check it with an expectation")
				break
			}
		}
	}
}}
