package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/report"
	"github.com/streamflow/pipe/engine/run"
	"github.com/streamflow/pipe/engine/spec"
)

// hostile are texts that some language on the way takes for more than a text.
var hostile = []string{
	"plain", "select", "order", "User", "user", "ORDER BY", "", " ", "a b", " lead", "trail ", "'", "''", `"`, `""`, "`", "``", "]", "[x]", `\`, `\\`, `\'`, `\!`, `\gset`, "\\! touch pwned",
	"'; DROP TABLE users; --", `"; DROP TABLE users; --`, "*/ DROP TABLE users; /*", "--", "-- x", "/*", "#", ";", ":", ":x", ":'x'", ":{?x}", "@x", "$1", "$$", "$pipe$", "$pi$pipe$pe$", "$pipe_$",
	"?", "?1", "%s", "%d%n", "%(x)s", "{}", "{{x}}", "${{", "}}", "{_newer_as_of}", "{values_t_read}", "~", "null", "NULL", "true", "no", "1", "1e3", "-1", "0x1F", ".", "..", "a.b", "*", "&a", "!x", "|", ">", "=1+1",
	"+1", "@SUM(1)", "<script>alert(1)</script>", "[a](b)", "**b**", "a|b", `a\|b`, "x\ty", "é", "e\u0301", "É", "ı", "İ", "ß", "\u202ertl", "\u200b", "\u2028", "\u0085", "\u00a0", "\ufeff", "\ufffd", "😀", "👩\u200d👩", "身長",
	"\x1b[31mred", "\x1b]0;title\x07", "\u009b31m", "\x7f", "\x01", strings.Repeat("n", 63), strings.Repeat("n", 64), strings.Repeat("é", 31) + "x", strings.Repeat("é", 32), "_line", "pipe_x", "sqlite_x", "pg_x", "rowid", "oid", "ctid", "xmin", "tableoid",
	"as_of", "pipe", "stage_x", "excluded", "EXCLUDED", "t", "s", "k", "c0", "value", "values", "pipe_value", "line", "table", "column", "count", "date", "tab\\t", "a\\nb", "::text", "E'x'", "U&'x'", "x'00'", "\\N", "\\.", "COPY", "\\x00",
}

// refusals are the reasons for which a name or a value may be refused, each with
// its place.
var refusals = []string{"name-too-long", "reserved-name", "case-clash", "bad-value", "empty-value", "duplicate-key", "defined-twice", "look-alike", "template-syntax", "template-unclosed",
	"unknown-name", "template-not-allowed", "outside-project", "null-in-set", "wrong-value", "wrong-type", "unsupported-argument", "cells", "cell-option", "snapshot-column", "template-failed", "template-argument"}

// naming is a spec made of texts that nobody would choose.
type naming struct {
	table, key, column, snapshot, parent, suite, name, prose, file string
	first, second                                                  string // values of the column
}

func (n naming) texts() []string {
	return []string{n.table, n.key, n.column, n.snapshot, n.parent, n.suite, n.name, n.prose, n.file, n.first, n.second}
}

func (n naming) spec() string {
	q := spec.Quote
	return "version: 1\nname: names\ndescription: " + q("d "+n.prose) + "\nas_of: '${{ vars.as_of }}'\nvars: {as_of: month_end, v: text}\ntables:\n" +
		"  " + q(n.parent) + ": {source: parent.csv, primary_key: [" + q(n.key) + "], columns: {" + q(n.key) + ": integer}, description: " + q("p "+n.prose) + "}\n" +
		"  " + q(n.table) + ":\n    source: {path: " + q(n.file+".csv") + ", null_values: [" + q("NULL "+n.second) + "]}\n    primary_key: [" + q(n.key) + "]\n" +
		"    columns: {" + q(n.key) + ": {type: integer, references: " + q(n.parent+"."+n.key) + "}, " + q(n.column) + ": text}\n" +
		"suites:\n  - table: " + q(n.table) + "\n    name: " + q("s "+n.suite) + "\n    expectations:\n" +
		"      - expect_column_values_to_be_in_set: {column: " + q(n.column) + ", value_set: [" + q(n.first) + ", " + q(n.second) + "]}\n        name: " + q("e "+n.name) + "\n        description: " + q("x "+n.prose) + "\n" +
		"      - expect_column_values_to_not_be_in_set: {column: " + q(n.column) + ", value_set: [" + q("other "+n.first) + "]}\n" +
		"      - expect_column_values_to_be_in_set: {column: " + q(n.column) + ", value_set: [" + q("none "+n.name) + "]}\n        severity: warn\n        name: " + q("w "+n.name) + "\n" +
		"      - expect_column_distinct_values_to_be_in_set: {column: " + q(n.column) + ", value_set: [" + q(n.first) + ", " + q(n.second) + "]}\n" +
		"      - expect_column_values_to_be_unique: {column: " + q(n.key) + "}\n" +
		"snapshots:\n  " + q(n.snapshot) + ": {from: " + q(n.table) + ", columns: [" + q(n.column) + "]}\n"
}

func csvText(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// lay writes the project into a folder; false when the system has no such file
// name.
func (n naming) lay(t *testing.T, dir string) bool {
	t.Helper()
	write(t, filepath.Join(dir, "spec.yaml"), n.spec())
	write(t, filepath.Join(dir, "parent.csv"), csvText(n.key)+"\n1\n2\n")
	if strings.ContainsAny(n.file, "/\x00") {
		return false
	}
	rows := csvText(n.key) + "," + csvText(n.column) + "\n1," + csvText(n.first) + "\n2," + csvText(n.second) + "\n"
	return os.WriteFile(filepath.Join(dir, n.file+".csv"), []byte(rows), 0o600) == nil
}

// server is a database that the executions of a fuzz test share.
type server struct {
	target database.Target
	admin  *database.DB
	psql   string
	url    string
}

// check runs the spec on one target and reads everything back. It gives whether
// the spec was taken.
func (n naming) check(t *testing.T, target string, dir string) bool {
	t.Helper()
	compiled, err := engine.Compile(engine.Request{Project: os.DirFS("."), Spec: "spec.yaml", Vars: map[string]string{"v": n.first, "as_of": "2024-01-31"}, Target: target, Env: func(string) string { return "" }})
	if list, ok := diag.AsList(err); ok {
		// The rest may follow from the first.
		if !slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return slices.Contains(refusals, d.Code) && d.Line > 0 }) {
			t.Errorf("%q is refused: %v", n.texts(), list)
		}
		return false
	}
	if err != nil {
		t.Fatalf("%q: %v", n.texts(), err)
	}
	for i := range 2 {
		o := run.Options{RunID: run.NewID(time.Now()), Version: "test", Host: "h", User: "u"}
		db, err := run.Open(context.Background(), compiled.Plan, compiled.Target, database.ReadWrite, &o)
		if err != nil {
			t.Fatal(err)
		}
		result := run.Run(context.Background(), compiled.Plan, db, o)
		if result.Error != nil || !result.Published || result.Checks.Passed != 4 || result.Checks.Warned != 1 || (i == 1) != (result.Status == run.Unchanged) {
			t.Fatalf("%q on %s: %s, %+v, %+v, %+v", n.texts(), compiled.Target.Driver, result.Status, result.Checks, result.Error, result.Problems)
		}
		n.views(t, compiled, result, dir)
		n.readBack(t, db, compiled.Target.Driver)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return true
}

// views writes every view; none may fail, leave its folder, or hold what a
// terminal obeys.
func (n naming) views(t *testing.T, compiled *engine.Compiled, r *run.Result, dir string) {
	t.Helper()
	paths, err := report.Write(filepath.Join(dir, "reports"), compiled.Plan, r)
	if err != nil {
		t.Fatalf("%q: %v", n.texts(), err)
	}
	for _, p := range paths {
		if filepath.Dir(p) != filepath.ToSlash(filepath.Join(dir, "reports")) {
			t.Errorf("%q: a report was written to %s", n.texts(), p)
		}
	}
	for name, view := range map[string]func(io.Writer) error{
		"summary":   func(w io.Writer) error { return report.Summary(w, compiled.Plan, r, report.TextOptions{}) },
		"plan":      func(w io.Writer) error { return report.PlanText(w, compiled.Plan, report.TextOptions{}) },
		"md":        func(w io.Writer) error { return report.Markdown(w, compiled.Plan, r) },
		"drawing":   func(w io.Writer) error { return report.Drawing(w, compiled.Plan, 80) },
		"json":      func(w io.Writer) error { return report.JSON(w, r) },
		"mermaid":   func(w io.Writer) error { return report.Graph(w, compiled.Plan, "mermaid") },
		"dot":       func(w io.Writer) error { return report.Graph(w, compiled.Plan, "dot") },
		"junit":     func(w io.Writer) error { return report.JUnit(w, r) },
		"plan.json": func(w io.Writer) error { return report.PlanJSON(w, compiled.Plan) },
	} {
		var b bytes.Buffer
		if err := view(&b); err != nil {
			t.Fatalf("%q: %s: %v", n.texts(), name, err)
		}
		if at := strings.IndexFunc(b.String(), obeyed); at >= 0 {
			t.Errorf("%q: the view %s holds %q", n.texts(), name, b.String()[max(0, at-10):min(at+10, b.Len())])
		}
	}
}

// obeyed are the characters that a terminal obeys rather than shows: controls,
// and the marks that change the direction of writing.
func obeyed(r rune) bool {
	return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// readBack holds that the tables have the names and the values of the spec.
func (n naming) readBack(t *testing.T, db *database.DB, driver spec.Driver) {
	t.Helper()
	quote := func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
	if driver == spec.SQLite {
		quote = func(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
	}
	session, err := db.Session(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := session.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	for table, first := range map[string]string{n.table: n.first, n.snapshot: n.first} {
		var got []string
		err := session.Rows(context.Background(), func(columns []string, v []any) error {
			if columns[0] != n.key || columns[1] != n.column {
				t.Errorf("%q: the columns are %q", n.texts(), columns)
			}
			got = append(got, fmt.Sprint(v[1]))
			return nil
		}, "SELECT "+quote(n.key)+", "+quote(n.column)+" FROM "+quote(table)+" ORDER BY 1")
		if err != nil {
			t.Fatalf("%q: %v", n.texts(), err)
		}
		if want := []string{first, n.second}; !slices.Equal(got, want) {
			t.Errorf("%q: %q came back from %q", want, got, table)
		}
	}
}

// FuzzNames makes a whole spec of any texts, runs it on both databases and by
// psql, and reads back what it wrote: the same names, the same values, nothing
// else.
func FuzzNames(f *testing.F) {
	// A fourth of what can stand together; fuzzing takes it from there.
	for i := range len(hostile) / 4 {
		at := func(k int) string { return hostile[(i*4+k*41)%len(hostile)] }
		f.Add(at(0), at(1), at(2), at(3), at(4), at(5), at(6))
	}
	for _, text := range []string{"as_of", "tables", "select", "'; DROP TABLE users; --", "ctid", "\x1b[31mred", "$pi$pipe$pe$", `\! touch pwned`, "e\u0301", "*/ DROP TABLE users; /*"} {
		f.Add(text, "k", text+" 1", "h "+text, text, text, "not "+text)
	}
	s := newServer(f)
	f.Fuzz(func(t *testing.T, table, key, column, snapshot, prose, first, second string) {
		n := naming{table: table, key: key, column: column, snapshot: snapshot, parent: "p" + key, suite: prose, name: prose, prose: prose, file: "f" + prose, first: first, second: second}
		for _, text := range n.texts() {
			if !utf8.ValidString(text) || strings.ContainsRune(text, 0) || len(text) > 200 {
				t.Skip("no YAML file holds it")
			}
		}
		if strings.Contains(n.file, "${{") || strings.Contains(n.file, ".zip") || strings.ContainsAny(first+second+key+column, "\r") || first == second || strings.TrimSpace(key+column) == "" ||
			strings.Contains(first, "NULL "+second) || strings.Contains(n.parent+n.key, ".") {
			t.Skip("it means something else: a template, an archive, a line end of the file, another table")
		}
		dir := t.TempDir()
		t.Chdir(dir)
		if !n.lay(t, dir) {
			t.Skip("no file has such a name")
		}
		n.check(t, "sqlite:"+filepath.Join(dir, "target.db"), dir)
		s.empty(t)
		taken := n.check(t, s.url, dir)
		h := fnv.New32()
		_, _ = h.Write([]byte(n.spec()))
		if taken && h.Sum32()%4 == 0 {
			s.empty(t)
			n.byPsql(t, s, dir)
		}
		if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil {
			t.Errorf("%q: a command was executed", n.texts())
		}
	})
}

func newServer(f *testing.F) *server {
	f.Helper()
	s := &server{url: pgtest.Database(f)}
	var err error
	if s.target, _, err = database.ParseTarget(s.url); err == nil {
		s.admin, err = database.Open(context.Background(), s.target, "administrator", database.ReadWrite)
	}
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := s.admin.Close(); err != nil {
			f.Error(err)
		}
	})
	if s.psql, err = exec.LookPath("psql"); err != nil {
		f.Log("there is no psql on this machine: scripts are not tried")
	}
	return s
}

// empty makes the database as new.
func (s *server) empty(t *testing.T) {
	t.Helper()
	session, err := s.admin.Session(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Exec(context.Background(), "DROP SCHEMA IF EXISTS pipe CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public"); err != nil {
		t.Fatal(err)
	}
	if err := session.Close(); err != nil {
		t.Fatal(err)
	}
}

// byPsql executes the plan's script, which must do what the run does.
func (n naming) byPsql(t *testing.T, s *server, dir string) {
	t.Helper()
	if s.psql == "" {
		return
	}
	compiled, err := engine.Compile(engine.Request{Project: os.DirFS("."), Spec: "spec.yaml", Vars: map[string]string{"v": n.first, "as_of": "2024-01-31"}, Target: s.url, Env: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	var script bytes.Buffer
	if err := report.PlanSQL(&script, compiled.Plan); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "plan.sql"), script.String())
	quote := func(text, mark string) string { return mark + strings.ReplaceAll(text, mark, mark+mark) + mark }
	var fill strings.Builder
	for _, step := range compiled.Plan.Steps {
		for _, action := range step.Actions {
			staging, ok := action.(plan.Load)
			if !ok {
				continue
			}
			values := "SELECT i, i FROM generate_series(1, 2) AS i"
			if staging.Name == n.table {
				values = "VALUES (1, " + quote(n.first, "'") + ", 1), (2, " + quote(n.second, "'") + ", 2)"
			}
			fmt.Fprintf(&fill, "INSERT INTO %s %s;\n", staging.Staging, values)
		}
	}
	write(t, filepath.Join(dir, "fill.sql"), fill.String())
	cmd := exec.Command(s.psql, "--no-psqlrc", "--quiet", "-o", os.DevNull, "-v", "fill=fill.sql", "-f", "plan.sql", s.url)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "PGCLIENTENCODING=LATIN1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%q: psql: %v\n%s", n.texts(), err, out)
	}
	db, err := database.Open(context.Background(), s.target, "look", database.ReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	n.readBack(t, db, spec.Postgres)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// FuzzQuoting holds that a text as a literal is that text, and a name as an
// identifier that name, on both databases: the whole of what keeps texts from
// being taken for SQL.
func FuzzQuoting(f *testing.F) {
	for i, text := range hostile {
		f.Add(text, hostile[len(hostile)-1-i])
	}
	sessions := map[spec.Driver]*database.Session{}
	for driver, target := range map[spec.Driver]string{spec.SQLite: "sqlite:" + filepath.Join(f.TempDir(), "target.db"), spec.Postgres: pgtest.Database(f)} {
		parsed, _, err := database.ParseTarget(target)
		if err != nil {
			f.Fatal(err)
		}
		db, err := database.Open(context.Background(), parsed, "fuzz", database.ReadWrite)
		if err != nil {
			f.Fatal(err)
		}
		if sessions[driver], err = db.Session(context.Background()); err != nil {
			f.Fatal(err)
		}
		f.Cleanup(func() {
			if err := errors.Join(sessions[driver].Close(), db.Close()); err != nil {
				f.Error(err)
			}
		})
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		if !utf8.ValidString(name) || !utf8.ValidString(value) || strings.ContainsRune(name+value, 0) || name == "" || len(name) > 63 {
			t.Skip("no spec holds it")
		}
		for driver, session := range sessions {
			d := dialect.For(driver)
			query := "SELECT " + dialect.Text(value) + " AS " + d.Quote(name) + ", " + dialect.Text("'"+value) + ", " + dialect.Text(value+`\`)
			err := session.Rows(context.Background(), func(columns []string, v []any) error {
				if columns[0] != name || v[0] != value || v[1] != "'"+value || v[2] != value+`\` {
					t.Errorf("%s: %q and %q came back as %q and %q", driver, name, value, columns[0], v)
				}
				return nil
			}, query)
			if err != nil {
				t.Errorf("%s: %s: %v", driver, query, err)
			}
		}
	})
}
