package lint

import (
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// noColumns holds that a table that is loaded or snapshotted declares its
// columns.
var noColumns = rule{"no-columns", func(s *spec.Spec, list *diag.List) {
	for _, t := range s.Tables {
		if t.Source != nil && len(t.Columns) == 0 && !t.ColumnsTold {
			at(list, t.Name, "no-columns", "table %s is loaded from a file and declares no columns", t.Name.V).
				Suggest("columns: {name: type, ...}, one for each field of the file's header")
		}
	}
	for _, snapshot := range s.Snapshots {
		if t := s.Table(snapshot.From.V); t != nil && t.Source == nil && len(t.Columns) == 0 {
			at(list, snapshot.From, "no-columns", "table %s declares no columns, so the types of this snapshot's are not known", t.Name.V).
				Suggest("declare the columns of %s", t.Name.V)
		}
	}
}}
