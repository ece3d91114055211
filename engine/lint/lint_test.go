package lint

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/source"
	"github.com/streamflow/pipe/engine/spec"
)

var update = flag.Bool("update", false, "write the wanted diagnostics of testdata anew")

// project makes a project directory of an archive's files below a folder.
func project(a *txtar.Archive, folder string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, f := range a.Files {
		if name, ok := strings.CutPrefix(f.Name, folder+"/"); ok {
			fsys[name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return fsys
}

// lintProject reads and lints a project, which must be free of faults of form.
func lintProject(t *testing.T, fsys fstest.MapFS, check func(*spec.Spec) diag.List) diag.List {
	t.Helper()
	specs, files, faults := spec.ReadProject(fsys, nil)
	if len(faults) > 0 || len(specs) == 0 {
		t.Fatalf("%d specs, and they do not read clean:\n%s", len(specs), told(faults))
	}
	var list diag.List
	for _, s := range specs {
		list = append(list, check(s)...)
	}
	list.Sort()
	for _, d := range list {
		checkInside(t, d, files)
	}
	return list
}

// checkInside holds that a caret can be drawn for a diagnostic.
func checkInside(t *testing.T, d diag.Diagnostic, files []spec.File) {
	t.Helper()
	i := slices.IndexFunc(files, func(f spec.File) bool { return f.Path == d.File })
	if i < 0 {
		t.Errorf("%v: the file was not read", d)
		return
	}
	lines := strings.Split(files[i].Text, "\n")
	if d.Line < 1 || d.Line > len(lines) || d.Col < 1 || max(d.Col, d.EndCol) > utf8.RuneCountInString(lines[d.Line-1])+1 {
		t.Errorf("%v lies outside its file", d)
	}
}

func told(list diag.List) string {
	var b strings.Builder
	for _, d := range list {
		fmt.Fprintf(&b, "%s: %s: %s: %s\n", d.Pos, d.Severity, d.Code, d.Message)
		if d.Suggestion != "" {
			fmt.Fprintf(&b, "    %s\n", d.Suggestion)
		}
	}
	return b.String()
}

// Every lint rule has an archive of its name: files under bad/, of which "want"
// says what is told, and the same mended under fixed/, of which nothing is.
func TestRules(t *testing.T) {
	for _, r := range slices.Concat(rules, afterwards) {
		t.Run(r.name, func(t *testing.T) {
			name := filepath.Join("testdata", r.name+".txtar")
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			run := func(s *spec.Spec) diag.List { return Run(s) }
			list := lintProject(t, project(archive, "bad"), run)
			if !slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.Code == r.name }) {
				t.Errorf("the rule tells nothing of its own bad files")
			}
			if fixed := lintProject(t, project(archive, "fixed"), run); len(fixed) > 0 {
				t.Errorf("the fixed files must be clean:\n%s", told(fixed))
			}
			want := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
			if *update {
				if want >= 0 {
					archive.Files = slices.Delete(archive.Files, want, want+1)
				}
				archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(told(list))})
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want < 0 {
				t.Fatal("the archive has no want")
			}
			if diff := cmp.Diff(string(archive.Files[want].Data), told(list)); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
		})
	}
}

// An archive without a rule would be a test that nobody runs.
func TestArchivesHaveRules(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !slices.ContainsFunc(slices.Concat(rules, afterwards), func(r rule) bool { return r.name+".txtar" == filepath.Base(name) }) {
			t.Errorf("%s belongs to no rule", name)
		}
	}
}

// The project's own specs are what users copy.
func TestShippedSpecsAreClean(t *testing.T) {
	fsys := os.DirFS("../..")
	if _, err := os.Stat("../../specs/ingest_month.yaml"); err != nil {
		t.Fatal(err)
	}
	specs, _, list := spec.ReadProject(fsys, nil)
	for _, s := range specs {
		list = append(list, Run(s)...)
	}
	if len(specs) == 0 || len(list) > 0 {
		t.Errorf("%d specs:\n%s", len(specs), told(list))
	}
}

// What could not be read must not make the rules stumble: any tree that Read
// gives can be linted.
func TestPartialSpecs(t *testing.T) {
	whole := `version: 1
as_of: '${{ vars.as_of }}'
vars: {as_of: date, unused: {type: path, default: ../x}}
targets: {a: {driver: postgres, url: 'postgres://u:p@h/d'}}
target: b
tables:
  users: {source: {path: a.csv, quote: ","}, primary_key: [id], columns: {id: {type: text, references: users.id}}}
  t: {source: b.csv, columns: {u: {type: date, formats: ["%Q", "%"], references: users.id}}}
suites:
  - {table: t, expectations: [{expect_x: {a: [b]}, where: u > 0}], tests: [{rule: u > 0, rows: [{x: 1}], fails: []}]}
snapshots: {s: {from: t, columns: [u, as_of]}}
`
	for i := range whole {
		for _, text := range []string{whole[:i], whole[:i] + whole[i+1:], whole[:i] + ":" + whole[i:]} {
			s, _ := spec.Read(fstest.MapFS{"e.yaml": {Data: []byte(text)}}, "e.yaml")
			for _, d := range Run(s) {
				checkInside(t, d, s.Files)
			}
		}
	}
}

// The encodings that lint knows are the ones that package source reads.
func TestEncodingsAreThoseOfSource(t *testing.T) {
	known, read := slices.Sorted(slices.Values(encodings)), slices.Sorted(slices.Values(source.Encodings()))
	if diff := cmp.Diff(read, known); diff != "" {
		t.Errorf("encodings (-source +lint):\n%s", diff)
	}
}
