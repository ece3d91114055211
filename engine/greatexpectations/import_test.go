package greatexpectations_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/greatexpectations"
	"github.com/streamflow/pipe/engine/spec"
)

var update = flag.Bool("update", false, "rewrite the wanted parts of testdata")

// Each archive holds a suite as Great Expectations stores it and what comes of
// it: the suite of pipe and the report, or what is wrong with the file.
func TestImport(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			input := archive.Files[0]
			table, _ := strings.CutPrefix(strings.TrimSpace(string(archive.Comment)), "--table ")
			got := result(t, input.Name, input.Data, table)
			if *update {
				archive.Files = append(archive.Files[:1], got...)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			compare(t, archive.Files[1:], got)
		})
	}
}

// result is what a user gets of a file: suite.yaml and report.txt, or faults.txt.
func result(t *testing.T, name string, text []byte, table string) []txtar.File {
	t.Helper()
	imported, list := greatexpectations.Import(name, text, table)
	if list.HasErrors() {
		var b bytes.Buffer
		if err := diag.Fprint(&b, list, func(string) (string, bool) { return string(text), true }); err != nil {
			t.Fatal(err)
		}
		return []txtar.File{{Name: "faults.txt", Data: b.Bytes()}}
	}
	var suite, report bytes.Buffer
	if err := imported.WriteYAML(&suite); err != nil {
		t.Fatal(err)
	}
	if err := imported.WriteReport(&report); err != nil {
		t.Fatal(err)
	}
	roundTrip(t, text, suite.String(), imported)
	return []txtar.File{{Name: "suite.yaml", Data: suite.Bytes()}, {Name: "report.txt", Data: report.Bytes()}}
}

func compare(t *testing.T, want, got []txtar.File) {
	t.Helper()
	for i := range max(len(want), len(got)) {
		var w, g txtar.File
		if i < len(want) {
			w = want[i]
		}
		if i < len(got) {
			g = got[i]
		}
		if diff := cmp.Diff(strings.Split(w.Name+"\n"+string(w.Data), "\n"), strings.Split(g.Name+"\n"+string(g.Data), "\n")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// roundTrip reads the suite with pipe's own reader: it is without faults, has
// the expectations that were carried over in their order, and every argument
// has the value that the JSON states.
func roundTrip(t *testing.T, text []byte, suite string, imported *greatexpectations.Imported) {
	t.Helper()
	if imported.Carried() == 0 {
		return
	}
	s, list := spec.Read(fstest.MapFS{
		"entry.yaml": {Data: []byte("version: 1\nname: x\ninclude: [suite.yaml]\n")},
		"suite.yaml": {Data: []byte(suite)},
	}, "entry.yaml")
	if list.HasErrors() {
		t.Fatalf("the suite has faults: %v\n%s", list, suite)
	}
	var stored struct {
		Expectations []struct {
			Kwargs map[string]any
		}
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&stored); err != nil {
		t.Fatal(err)
	}
	read := s.Suites[0].Expectations
	for i, o := range imported.Expectations {
		if !o.Carried {
			continue
		}
		if len(read) == 0 {
			t.Fatal("the suite ends too early")
		}
		e := read[0]
		read = read[1:]
		if !strings.EqualFold(e.Kind.V, o.Name) {
			t.Errorf("[%d] is %s, and was %s", i, e.Kind.V, o.Name)
		}
		got, _ := e.Args.JSON().(map[string]any)
		for name, value := range got {
			if name == "meta" || name == "notes" || name == "exact_match" {
				continue
			}
			if want := stored.Expectations[i].Kwargs[name]; !reflect.DeepEqual(want, value) {
				t.Errorf("[%d] %s: %s is %v, and was %v", i, o.Name, name, value, want)
			}
		}
		for name, value := range stored.Expectations[i].Kwargs {
			if _, there := got[name]; !there && value != nil && !saysNothing(o.Name, name, value, e) {
				t.Errorf("[%d] %s: %s was %v, and is lost", i, o.Name, name, value)
			}
		}
	}
	if len(read) > 0 {
		t.Errorf("%d expectations too many", len(read))
	}
}

// saysNothing tells whether an argument may be absent from what was carried
// over: it stands beside the expectation, is the default, or no verdict depends
// on it.
func saysNothing(kind, name string, value any, e *spec.Expectation) bool {
	switch name {
	case "mostly":
		return e.Mostly.V == 1 && fmt.Sprint(value) == "1" || fmt.Sprint(value) == "1.0" || e.Mostly.Set
	case "row_condition", "condition_parser":
		return e.Where.Set
	case "auto", "profiler_config", "batch_id", "result_format", "catch_exceptions", "output_strftime_format", "parse_strings_as_datetimes", "windows":
		return true
	}
	for _, k := range expectation.Catalogue {
		for _, p := range k.Params {
			if strings.EqualFold(k.Name, kind) && p.Name == name {
				return p.Default == fmt.Sprint(value)
			}
		}
	}
	return value == false
}

// Whatever the file, the importer ends, its diagnostics lie within the file,
// and a suite that it writes is one.
func FuzzImport(f *testing.F) {
	paths, err := filepath.Glob("testdata/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range paths {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		if archive := txtar.Parse(text); strings.HasSuffix(file, ".txtar") && len(archive.Files) > 0 {
			text = archive.Files[0].Data
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		imported, list := greatexpectations.Import("suite.json", text, "")
		lines := bytes.Count(text, []byte("\n")) + 1
		for _, d := range list {
			if d.Line < 1 || d.Line > lines {
				t.Errorf("%v lies outside the file", d)
			}
		}
		if list.HasErrors() || imported.Carried() == 0 {
			return
		}
		var suite bytes.Buffer
		if err := imported.WriteYAML(&suite); err != nil {
			t.Fatal(err)
		}
		_, faults := spec.Read(fstest.MapFS{
			"entry.yaml": {Data: []byte("version: 1\nname: x\ninclude: [suite.yaml]\n")},
			"suite.yaml": {Data: suite.Bytes()},
		}, "entry.yaml")
		faults = slices.DeleteFunc(faults, func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
		if len(faults) > 0 {
			t.Errorf("%v\n%s", faults, suite.String())
		}
	})
}

// A condition on many columns of many types is carried over: what each stands
// beside tells its type, so that none is searched for.
func TestImportWideCondition(t *testing.T) {
	var parts []string
	for i := range 10 {
		parts = append(parts, fmt.Sprintf("n%d > %d and t%d == 'a' and flag%d and d%d < '2024-01-31'", i, i, i, i, i))
	}
	var b strings.Builder
	for i := range 50 {
		fmt.Fprintf(&b, `%s{"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "c", "row_condition": "%s", "condition_parser": "pandas"}}`,
			strings.Repeat(",", min(i, 1)), strings.Join(parts, " and "))
	}
	imported, list := greatexpectations.Import("suite.json", []byte(`{"name": "s", "expectations": [`+b.String()+`]}`), "")
	if list.HasErrors() {
		t.Fatal(list)
	}
	for _, o := range imported.Expectations {
		if !o.Carried {
			t.Fatalf("[%d] was not carried over: %s", o.Index, o.Reason)
		}
	}
}
