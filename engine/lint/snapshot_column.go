package lint

import (
	"strings"

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
		if c := dated(t); c != nil && (snapshot.Columns == nil || t.IsKey(c.Name.V)) {
			which := "which"
			if c.Name.V != asOfColumn {
				which = "which but for its case"
			}
			d := at(list, snapshot.From, "snapshot-column", "table %s has a column %s, %s is the name of the column that dates a snapshot's rows", t.Name.V, c.Name.V, which)
			if d.Suggest("rename the column at %s", c.Name.Pos); !t.IsKey(c.Name.V) {
				d.Suggestion += ", or list the snapshot's columns without it"
			}
		}
		for _, column := range snapshot.Columns {
			switch {
			case strings.EqualFold(column.V, asOfColumn):
				at(list, column, "snapshot-column", "%s is added to every snapshot, and cannot be listed", column.V).Suggest("remove it from the list")
			case t.IsKey(column.V):
				at(list, column, "snapshot-column", "%s is a key column of %s, which every snapshot has", column.V, t.Name.V).Suggest("remove it from the list")
			case len(t.Columns) > 0 && t.Column(column.V) == nil:
				at(list, column, "snapshot-column", "table %s has no column %q", t.Name.V, column.V).Suggest("%s", nearestOf(column.V, columnNames(t)))
			}
		}
	}
}}

// dated is the column that a snapshot of the table could not have beside the one
// that dates its rows: SQLite takes as_of and AS_OF for one.
func dated(t *spec.Table) *spec.Column {
	for _, c := range t.Columns {
		if strings.EqualFold(c.Name.V, asOfColumn) {
			return c
		}
	}
	return nil
}
