package lint

import (
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// noTables holds that an entry is about something: a run of one without tables
// would do nothing, and succeed.
var noTables = rule{"no-tables", func(s *spec.Spec, list *diag.List) {
	if s.IsBare {
		list.Add(diag.Pos{File: s.Entry, Line: 1, Col: 1}, "no-tables", "this entry has no tables, and includes no file that has any: a run of it would do nothing").
			Suggest("add tables, or the files that hold them, as in include: [tables.yaml]")
	}
}}
