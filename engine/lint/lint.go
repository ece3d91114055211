package lint

import (
	"slices"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// rule is one lint rule: it looks at a whole spec and adds what it finds.
type rule struct {
	// name is the code of its diagnostics, and the name of its archive in
	// testdata.
	name  string
	check func(s *spec.Spec, list *diag.List)
}

// rules are all lint rules. A new one is a file, a line here and an archive.
var rules = []rule{
	unknownTable,
	definedTwice,
	reference,
	referenceCycle,
	primaryKey,
	noTables,
	noColumns,
	snapshotColumn,
	asOf,
	cellOption,
	dateFormat,
	timeZone,
	sourceOption,
	unknownEncoding,
	outsideProject,
	unknownTarget,
	literalPassword,
	secretVar,
	unusedVar,
	testColumn,
	caseClash,
	lookAlike,
	reservedName,
	cells, // the last: it leaves out what others told
}

// afterwards are the lint rules that leave out what anything else told.
var afterwards = []rule{
	testOfNothing,
}

// checks are the checks of other packages that every lint runs.
var checks = []func(*spec.Spec) diag.List{
	vars.Check,
}

// Run applies every lint rule, and the extra checks, to a spec. The spec may be
// a partial one: what could not be read is passed over. The list is sorted.
func Run(s *spec.Spec, extra ...func(*spec.Spec) diag.List) diag.List {
	var list diag.List
	for _, r := range rules {
		r.check(s, &list)
	}
	for _, check := range checks {
		list = append(list, check(s)...)
	}
	for _, check := range extra {
		list = append(list, check(s)...)
	}
	for _, r := range afterwards {
		r.check(s, &list)
	}
	list = slices.DeleteFunc(list, func(d diag.Diagnostic) bool {
		return s.Unread.Definitions && slices.Contains(saysAbsent.definitions, d.Code) || s.Unread.Entry && slices.Contains(saysAbsent.entry, d.Code)
	})
	spec.ClampWidths(list, s.Files)
	list.Sort()
	return list
}

// saysAbsent are the codes of findings that say that something is not there: they
// are told when all was read that might hold it, so that no slip of syntax makes
// them of what is right.
var saysAbsent = struct{ definitions, entry []string }{
	definitions: []string{"unknown-table", "unused-var", "test-of-nothing"},
	entry:       []string{"unknown-var", "unknown-target", "as-of"},
}
