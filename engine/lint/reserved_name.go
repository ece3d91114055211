package lint

import (
	"slices"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// reservedName tells of tables and snapshots whose names SQLite, or pipe's own
// tables there, have taken: an error where no target is another database, a
// warning where a run may go well on one.
var reservedName = rule{"reserved-name", func(s *spec.Spec, list *diag.List) {
	isSQLite := func(t *spec.Target) bool { return t.Driver.V == spec.SQLite }
	if !slices.ContainsFunc(s.Targets, isSQLite) {
		return
	}
	onOther := slices.ContainsFunc(s.Targets, func(t *spec.Target) bool { return !isSQLite(t) })
	check := func(name spec.Text) {
		if !spec.IsReservedOnSQLite(name.V) {
			return
		}
		d := at(list, name, "reserved-name", "%q is a name of SQLite's or of pipe's own tables there", name.V).
			Suggest("choose a name that begins neither with pipe_ nor with sqlite_")
		if onOther {
			d.Severity = diag.Warning
		}
	}
	for _, t := range s.Tables {
		check(t.Name)
	}
	for _, snapshot := range s.Snapshots {
		check(snapshot.Name)
	}
}}
