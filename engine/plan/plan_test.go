package plan_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/plan"
)

var update = flag.Bool("update", false, "write the wanted statements of testdata anew")

// Each archive holds a project and the statements that its plan must hold for
// each database, in order, each with its purpose, condition and arguments.
func TestPlansHoldTheWantedStatements(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { testArchive(t, path) })
	}
}

func testArchive(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	project := fstest.MapFS{}
	for _, f := range archive.Files {
		project[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	for i, f := range archive.Files {
		name, ok := strings.CutPrefix(f.Name, "want.")
		if !ok {
			continue
		}
		target := map[string]string{"postgres": "postgres://localhost/x", "sqlite": "sqlite:x.db"}[name]
		compile := func() *plan.Plan {
			compiled, err := engine.Compile(engine.Request{Project: project, Spec: "spec.yaml", Target: target,
				Vars: map[string]string{"as_of": "2024-01-31"}, Env: func(string) string { return "" }})
			if err != nil {
				t.Fatal(err)
			}
			return compiled.Plan
		}
		got := listing(compile())
		if again := listing(compile()); again != got {
			t.Errorf("%s: compiled twice, the plan differs", name)
		}
		if *update {
			archive.Files[i].Data = []byte(got)
			continue
		}
		if diff := cmp.Diff(string(f.Data), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// listing writes a plan without pipe's own tables, which are the same in all.
func listing(p *plan.Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "locks %s\n", strings.Join(p.Locks, " "))
	for _, s := range p.Steps {
		fmt.Fprintf(&b, "\n== %s (%s) %s; needs %s\n", s.ID, s.Phase, s.Pos, strings.Join(s.Needs, " "))
		for _, a := range s.Actions {
			list(&b, a)
		}
	}
	return b.String()
}

func list(b *strings.Builder, a plan.Action) {
	write := func(verb string, q plan.Statement) {
		if q.Own || q.SQL == "" {
			return
		}
		fmt.Fprintf(b, "-- %s: %s", verb, q.Title)
		if len(q.When) > 0 {
			fmt.Fprintf(b, "; when %s", strings.Join(q.When, ", "))
		}
		if len(q.Args) > 0 {
			fmt.Fprintf(b, "; with %s", strings.Join(q.Args, ", "))
		}
		fmt.Fprintf(b, "\n%s\n", q.SQL)
	}
	switch a := a.(type) {
	case plan.Exec:
		write("execute", a.Statement)
	case plan.Probe:
		write("ask", a.Statement)
	case plan.Problems:
		write(string(a.Kind), a.Statement)
	case plan.Load:
		write("load "+a.Source, plan.Statement{SQL: a.Into, Title: strings.Join(a.Columns, ", ")})
	case plan.Limit:
		fmt.Fprintf(b, "-- limit %s: %s of %s\n", a.Max.Text, a.Rejected, a.Read)
	case plan.Require:
		fmt.Fprintf(b, "-- unless %s: %s (%s, exit %d)\n", strings.Join(a.Unless, ", "), a.Message, a.Code, a.Exit)
	case plan.Judge:
		write("judge", a.Scan)
		write("second look", a.Second)
		for _, e := range a.Expectations {
			if e.Query != "" {
				write("judge", e.Alone)
			}
			write("failing rows", e.FailingRows)
			write("or else", e.Narrow)
			write("frequent values", e.Frequent)
		}
	}
}
