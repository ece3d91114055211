package lint

import (
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// unknownTable holds that suites look at, snapshots copy, and columns reference
// tables of the spec.
var unknownTable = rule{"unknown-table", func(s *spec.Spec, list *diag.List) {
	tables := tableNames(s)
	relations := tables
	for _, snapshot := range s.Snapshots {
		relations = append(relations[:len(relations):len(relations)], snapshot.Name.V)
	}
	for _, suite := range s.Suites {
		name := suite.Table
		if name.Set && s.Table(name.V) == nil && s.Snapshot(name.V) == nil {
			at(list, name, "unknown-table", "there is no table or snapshot %q", name.V).Suggest("%s", nearestOf(name.V, relations))
		}
	}
	for _, snapshot := range s.Snapshots {
		from := snapshot.From
		switch {
		case !from.Set || s.Table(from.V) != nil:
		case s.Snapshot(from.V) != nil:
			at(list, from, "unknown-table", "%q is a snapshot, and a snapshot is made from a table", from.V).
				Suggest("name the table: from: %s", s.Snapshot(from.V).From.V)
		default:
			at(list, from, "unknown-table", "there is no table %q", from.V).Suggest("%s", nearestOf(from.V, tables))
		}
	}
	for _, t := range s.Tables {
		for _, c := range t.Columns {
			if r := c.References; r != nil && s.Table(r.Table) == nil {
				at(list, r.Text, "unknown-table", "there is no table %q", r.Table).Width(len([]rune(r.Table))).Suggest("%s", nearestOf(r.Table, tables))
			}
		}
	}
}}

// nearestOf says which of the names was meant, or which there are.
func nearestOf(name string, names []string) string {
	if meant := diag.DidYouMean(name, names); meant != "" {
		return meant
	}
	if len(names) == 0 || len(names) > 12 {
		return ""
	}
	return "there are: " + strings.Join(names, ", ")
}
