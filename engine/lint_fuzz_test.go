package engine_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// FuzzLint holds of the whole lint what FuzzRead holds of the reader: no text
// makes it panic or hang, and each finding lies inside its file. What it accepts
// compiles to a plan.
func FuzzLint(f *testing.F) {
	pipeline, err := os.ReadFile("../specs/pipeline.yaml")
	if err != nil {
		f.Fatal(err)
	}
	entry := []byte("version: 1\nas_of: '${{ vars.as_of }}'\nvars: {as_of: month_end, seed_dir: {type: path, default: x}}\ntargets: {a: {driver: sqlite, path: a.db}}\ninclude: [b.yaml, c.yaml]\n")
	suites, err := filepath.Glob("../expectations/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range append(suites, "../specs/snapshots.yaml") {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(entry, pipeline, text)
	}
	for _, m := range mistakes {
		f.Add(entry, pipeline, []byte("suites:\n  - table: users\n    expectations:\n"+strings.ReplaceAll(m.wrong, "»", "")))
	}
	f.Fuzz(func(t *testing.T, entry, tables, suites []byte) {
		project := fstest.MapFS{"specs/a.yaml": {Data: entry}, "specs/b.yaml": {Data: tables}, "specs/c.yaml": {Data: suites}}
		specs, _, list := spec.ReadProject(project, nil)
		list = append(list, engine.LintAll(specs)...)
		for _, d := range list {
			checkInside(t, project, d)
		}
		if list.HasErrors() || len(specs) != 1 {
			return
		}
		_, err := engine.Compile(engine.Request{Project: project, Spec: "specs/a.yaml", Vars: map[string]string{"as_of": "2024-01-31"},
			Env: func(string) string { return "" }, ChecksOnly: true})
		if found, ok := diag.AsList(err); ok && !strings.Contains(found.Error(), "env-not-set") && !strings.Contains(found.Error(), "template-failed") {
			t.Errorf("lint accepts it and plan does not: %v", found)
		}
	})
}

// checkInside holds that a caret can be drawn for a finding.
func checkInside(t *testing.T, project fs.FS, d diag.Diagnostic) {
	t.Helper()
	if d.Line == 0 {
		return
	}
	text, err := fs.ReadFile(project, d.File)
	if err != nil {
		t.Errorf("%v: the file is not there: %v", d, err)
		return
	}
	lines := strings.Split(strings.TrimPrefix(string(text), "\uFEFF"), "\n")
	if d.Line > len(lines) {
		t.Errorf("%v: the file has %d lines", d, len(lines))
		return
	}
	width := utf8.RuneCountInString(strings.TrimSuffix(lines[d.Line-1], "\r"))
	if d.Col < 0 || max(d.Col, d.EndCol) > width+1 {
		t.Errorf("%v, to column %d: the line has %d characters", d, d.EndCol, width)
	}
}
