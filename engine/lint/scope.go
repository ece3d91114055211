package lint

import (
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// asOfColumn is the column that pipe adds to every snapshot.
const asOfColumn = "as_of"

// at tells a fault of a whole text, with its width where it stands verbatim.
func at(list *diag.List, t spec.Text, code, format string, args ...any) *diag.Diagnostic {
	d := list.Add(t.Pos, code, format, args...)
	if t.IsVerbatim() {
		d.Width(utf8.RuneCountInString(t.V))
	}
	return d
}

// tableNames are the names of all tables.
func tableNames(s *spec.Spec) []string {
	var names []string
	for _, t := range s.Tables {
		names = append(names, t.Name.V)
	}
	return names
}

// columnNames are the declared columns of a table.
func columnNames(t *spec.Table) []string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name.V)
	}
	return names
}

// relationColumns are the columns of a table or a snapshot, as far as they are
// declared; nil when they are not known.
func relationColumns(s *spec.Spec, name string) []string {
	if t := s.Table(name); t != nil {
		return columnNames(t)
	}
	snapshot := s.Snapshot(name)
	if snapshot == nil {
		return nil
	}
	from := s.Table(snapshot.From.V)
	if from == nil || len(from.Columns) == 0 {
		return nil
	}
	if snapshot.Columns == nil {
		return append(columnNames(from), asOfColumn)
	}
	names := []string{asOfColumn}
	for _, list := range [][]spec.Text{from.PrimaryKey, snapshot.Columns} {
		for _, c := range list {
			names = append(names, c.V)
		}
	}
	return names
}
