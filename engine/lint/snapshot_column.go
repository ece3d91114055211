package lint

import (
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// snapshotColumn holds that a snapshot copies columns of its table, and that
// the key and as_of, which every snapshot has, are not listed again.
var snapshotColumn = rule{"snapshot-column", func(s *spec.Spec, list *diag.List) {
	for _, snapshot := range s.Snapshots {
		t := s.Table(snapshot.From.V)
		if t == nil {
			continue
		}
		if c := t.Column(asOfColumn); c != nil && (snapshot.Columns == nil || t.IsKey(asOfColumn)) {
			d := at(list, snapshot.From, "snapshot-column", "table %s has a column as_of, which is the name of the column that dates a snapshot's rows", t.Name.V)
			if d.Suggest("rename the column at %s", c.Name.Pos); !t.IsKey(asOfColumn) {
				d.Suggestion += ", or list the snapshot's columns without it"
			}
		}
		for _, column := range snapshot.Columns {
			switch {
			case column.V == asOfColumn:
				at(list, column, "snapshot-column", "as_of is added to every snapshot, and cannot be listed").Suggest("remove it from the list")
			case t.IsKey(column.V):
				at(list, column, "snapshot-column", "%s is a key column of %s, which every snapshot has", column.V, t.Name.V).Suggest("remove it from the list")
			case len(t.Columns) > 0 && t.Column(column.V) == nil:
				at(list, column, "snapshot-column", "table %s has no column %q", t.Name.V, column.V).Suggest("%s", nearestOf(column.V, columnNames(t)))
			}
		}
	}
}}
