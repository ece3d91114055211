package greatexpectations

import (
	"cmp"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// The paths that a trial suite is read under; nothing of them is on a disk.
const (
	trialEntry = "entry.yaml"
	trialSuite = "suite.yaml"
)

// kinds are the types that a column may turn out to have: the importer does not
// know them, so an expectation is taken when pipe takes it for some of them.
var kinds = []spec.Kind{spec.KindText, spec.KindNumeric, spec.KindDate, spec.KindTimestamp, spec.KindTimestamptz, spec.KindBoolean,
	spec.KindBigint, spec.KindInteger, spec.KindDouble, spec.KindUUID}

// probe reads an entry of a suite with pipe's own reader.
func probe(head, text string) (*trial, diag.List) {
	fsys := files{
		trialEntry: "version: 1\nname: trial\ninclude: [" + trialSuite + "]\n",
		trialSuite: head + text,
	}
	s, list := spec.Read(fsys, trialEntry)
	if list.HasErrors() {
		return nil, list
	}
	if len(s.Suites) != 1 || len(s.Suites[0].Expectations) != 1 {
		list.Add(diag.Pos{}, "unreadable", "it cannot be written as YAML")
		return nil, list
	}
	return &trial{suite: s.Suites[0], e: s.Suites[0].Expectations[0]}, nil
}

// trial is one expectation that is tried with several types of its columns.
type trial struct {
	suite  *spec.Suite
	e      *spec.Expectation
	table  string
	others []string // other tables that it names
	// types are those that a condition lets a column have; without them it may
	// have any.
	types       map[string][]spec.Kind
	conditional []string // the columns of the condition
	// alike names, for a column that the condition compares with others, one of
	// them, the same for all.
	alike  map[string]string
	trials int
	kind   *expectation.Kind
	args   *spec.Node
}

// start is a choice of types and what pipe says under it.
type start struct {
	types []spec.Kind
	list  diag.List
}

// fit asks pipe's own check, under types of the columns that pipe takes: first
// all of one type, as far as each may have it, then, from the best of those, one
// column after the other changed while that helps. The faults are those under
// the types that suit it best.
func (t *trial) fit(columns []string) diag.List {
	var starts []start
	for _, kind := range kinds {
		var types []spec.Kind
		for _, name := range columns {
			types = append(types, t.nearest(name, kind))
		}
		if len(starts) > 0 && slices.Equal(types, starts[len(starts)-1].types) {
			continue
		}
		list := t.check(columns, types)
		if len(list) == 0 {
			return nil
		}
		starts = append(starts, start{types, list})
	}
	slices.SortStableFunc(starts, func(a, b start) int { return compare(a.list, b.list) })
	best := starts[0].list
	for _, fault := range best {
		// What is wrong whatever the types are stays wrong.
		if fault.Severity == diag.Error && everywhere(fault, starts) {
			return t.neutral(best, starts, columns)
		}
	}
	for _, s := range starts[:min(3, len(starts))] {
		if list := t.improve(columns, slices.Clone(s.types), s.list); compare(list, best) < 0 {
			best = list
		}
	}
	return t.neutral(best, starts, columns)
}

func everywhere(fault diag.Diagnostic, starts []start) bool {
	return !slices.ContainsFunc(starts, func(s start) bool { return !slices.Contains(s.list, fault) })
}

// nearest is a type, or, where a column cannot have it, the first that it can.
func (t *trial) nearest(column string, kind spec.Kind) spec.Kind {
	if possible := t.types[column]; possible != nil && !slices.Contains(possible, kind) {
		return possible[0]
	}
	return kind
}

// compare orders lists by their faults, then by their length.
func compare(a, b diag.List) int {
	return cmp.Or(cmp.Compare(faults(a), faults(b)), cmp.Compare(len(a), len(b)))
}

// maxTrials bounds how often one expectation is checked: with columns without
// number there would be no end of combinations.
const maxTrials = 120

func (t *trial) improve(columns []string, types []spec.Kind, list diag.List) diag.List {
	for better := true; better && faults(list) > 0; {
		better = false
		// The columns of a condition stand last, and are most often of another type.
		for i := len(columns) - 1; i >= 0; i-- {
			if first := t.alike[columns[i]]; first != "" && first != columns[i] {
				continue // it changes with that one
			}
			chosen, idle := types[i], 0
			for _, kind := range kinds {
				if kind == chosen || kind != t.nearest(columns[i], kind) {
					continue
				}
				if t.trials++; t.trials > maxTrials {
					return list
				}
				t.set(columns, types, i, kind)
				other := t.check(columns, types)
				if further(other, list) {
					list, chosen, better = other, kind, true
				}
				if slices.Equal(other, list) {
					idle++
				}
				if idle == 2 { // the fault is not about this column
					break
				}
			}
			t.set(columns, types, i, chosen)
		}
	}
	return list
}

// set gives a column a type, and those that must be of the same.
func (t *trial) set(columns []string, types []spec.Kind, i int, kind spec.Kind) {
	types[i] = kind
	for j, name := range columns {
		if first := t.alike[columns[i]]; first != "" && t.alike[name] == first {
			types[j] = kind
		}
	}
}

// further tells whether a list is of fewer faults, or of as many of which the
// first stands later: of a rule only its first fault is told.
func further(a, b diag.List) bool {
	if faults(a) != faults(b) {
		return faults(a) < faults(b)
	}
	first := func(l diag.List) diag.Pos {
		return l[slices.IndexFunc(l, func(d diag.Diagnostic) bool { return d.Severity == diag.Error })].Pos
	}
	return faults(a) > 0 && first(a).Compare(first(b)) > 0
}

func (t *trial) check(columns []string, types []spec.Kind) diag.List {
	c := expectation.Context{Suite: t.suite.Name.V, Table: t.table, Tables: map[string][]rule.Column{}}
	for i, name := range columns {
		c.Columns = append(c.Columns, rule.Column{Name: name, Type: spec.Type{Kind: types[i]}, Nullable: true})
	}
	for _, name := range append([]string{t.table}, t.others...) {
		c.Tables[name] = c.Columns
	}
	return expectation.Check(t.e, t.suite, c)
}

// faults weighs the errors in a list. That a type does not fit weighs most: the
// types are tried, and another fault tells more.
func faults(list diag.List) int {
	n := 0
	for _, d := range list {
		switch {
		case d.Severity != diag.Error:
		case d.Code == "type-mismatch":
			n += 2
		default:
			n++
		}
	}
	return n
}

var conditionColumn = regexp.MustCompile(`col\(\s*(?:"([^"]*)"|'([^']*)')`)

// columnsOf are the columns that an expectation names: in its arguments, and in
// a condition of Great Expectations' own form.
func columnsOf(k *expectation.Kind, args *spec.Node) (columns, tables []string) {
	add := func(n *spec.Node) {
		if name := textOf(n); name != "" && !slices.Contains(columns, name) {
			columns = append(columns, name)
		}
	}
	for _, p := range k.Params {
		n := args.Get(p.Name)
		if n == nil {
			continue
		}
		switch p.Type {
		case expectation.ParamColumn, expectation.ParamColumns, expectation.ParamOrder:
			add(n)
			for _, item := range n.Items {
				add(item)
			}
		case expectation.ParamTable:
			tables = append(tables, textOf(n))
		}
	}
	for _, m := range conditionColumn.FindAllStringSubmatch(textOf(args.Get("row_condition")), -1) {
		add(&spec.Node{Kind: spec.NodeText, Text: spec.Text{V: m[1] + m[2]}})
	}
	return columns, tables
}

// files is a file system of a few texts.
type files map[string]string

// Open gives a text as a file.
func (f files) Open(name string) (fs.File, error) {
	text, ok := f[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &textFile{Reader: strings.NewReader(text), name: name}, nil
}

type textFile struct {
	*strings.Reader
	name string
}

func (f *textFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *textFile) Close() error               { return nil }
func (f *textFile) Name() string               { return f.name }
func (f *textFile) Mode() fs.FileMode          { return 0o444 }
func (f *textFile) ModTime() time.Time         { return time.Time{} }
func (f *textFile) IsDir() bool                { return false }
func (f *textFile) Sys() any                   { return nil }
