package lint

import (
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// caseClash holds that names differ by more than their case where the spec may
// run on SQLite, to which Users and users are one table, and Id and id one
// column.
var caseClash = rule{"case-clash", func(s *spec.Spec, list *diag.List) {
	if len(s.Targets) > 0 && !slices.ContainsFunc(s.Targets, func(t *spec.Target) bool { return t.Driver.V == spec.SQLite }) {
		return
	}
	sameNames(s, foldASCII, func(what string, name, other spec.Text) {
		at(list, name, "case-clash", "the %s %q and %q differ only in case, and are one to SQLite", what, other.V, name.V).
			Suggest("rename one; %q is at %s", other.V, other.Pos)
	})
}}

// sameNames tells the columns of a table, and the tables and snapshots, that
// differ but are one text when folded.
func sameNames(s *spec.Spec, fold func(string) string, tell func(what string, name, other spec.Text)) {
	clash := func(what string, names []spec.Text) {
		first := map[string]spec.Text{}
		for _, name := range names {
			folded := fold(name.V)
			if other, taken := first[folded]; taken && other.V != name.V {
				tell(what, name, other)
				continue
			}
			first[folded] = name
		}
	}
	var relations []spec.Text
	for _, t := range s.Tables {
		relations = append(relations, t.Name)
		var columns []spec.Text
		for _, c := range t.Columns {
			columns = append(columns, c.Name)
		}
		clash("columns", columns)
	}
	for _, snapshot := range s.Snapshots {
		relations = append(relations, snapshot.Name)
	}
	clash("tables", relations)
}

// foldASCII makes of names that SQLite takes for one the same text: it knows the
// case of A to Z alone.
func foldASCII(name string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, name)
}
