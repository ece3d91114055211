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

// probe reads an entry of a suite with pipe's own reader and asks pipe's own
// check of it. The faults are those under the column types that suit it best.
func probe(table, text string, columns, others []string) (*spec.Expectation, diag.List) {
	fsys := files{
		trialEntry: "version: 1\nname: trial\ninclude: [" + trialSuite + "]\n",
		trialSuite: "suites:\n  - table: " + scalar(table) + "\n    expectations:\n" + text,
	}
	s, list := spec.Read(fsys, trialEntry)
	if list.HasErrors() {
		return nil, list
	}
	if len(s.Suites) != 1 || len(s.Suites[0].Expectations) != 1 {
		list.Add(diag.Pos{}, "unreadable", "it cannot be written as YAML")
		return nil, list
	}
	t := &trial{suite: s.Suites[0], e: s.Suites[0].Expectations[0], table: table, others: others}
	return t.e, t.fit(columns)
}

// trial is one expectation that is tried with several types of its columns.
type trial struct {
	suite  *spec.Suite
	e      *spec.Expectation
	table  string
	others []string // other tables that it names
}

// fit looks for types of the columns that pipe takes: first all of one type,
// then, from the best of those, one column after the other changed while that
// helps.
func (t *trial) fit(columns []string) diag.List {
	type start struct {
		types []spec.Kind
		list  diag.List
	}
	var starts []start
	for _, kind := range kinds {
		types := slices.Repeat([]spec.Kind{kind}, len(columns))
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
		if fault.Severity == diag.Error && !slices.ContainsFunc(starts, func(s start) bool { return !slices.Contains(s.list, fault) }) {
			return best
		}
	}
	for _, s := range starts[:3] {
		if list := t.improve(columns, s.types, s.list); compare(list, best) < 0 {
			best = list
		}
	}
	return best
}

// compare orders lists by their faults, then by their length.
func compare(a, b diag.List) int {
	return cmp.Or(cmp.Compare(faults(a), faults(b)), cmp.Compare(len(a), len(b)))
}

// maxTrials bounds how often one expectation is checked from one start: with
// columns without number there would be no end of combinations.
const maxTrials = 200

func (t *trial) improve(columns []string, types []spec.Kind, list diag.List) diag.List {
	trials := 0
	for better := true; better && faults(list) > 0; {
		better = false
		// The columns of a condition stand last, and are most often of another type.
		for i := len(columns) - 1; i >= 0; i-- {
			chosen := types[i]
			for _, kind := range kinds {
				if trials++; trials > maxTrials {
					return list
				}
				types[i] = kind
				if other := t.check(columns, types); faults(other) < faults(list) {
					list, chosen, better = other, kind, true
				}
			}
			types[i] = chosen
		}
	}
	return list
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
