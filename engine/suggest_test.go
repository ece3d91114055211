package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/profile"
)

// What is suggested for a file loads that file, lints as it stands and holds on
// its rows, on both databases; and so does what is then suggested for the
// table, with a spec that declares it and without one.
func TestSuggestionsHoldOnTheRowsTheyWereMadeFrom(t *testing.T) {
	var files []string
	for _, pattern := range []string{"../data/seeds/month_000/*.csv", "testdata/suggest/*.csv"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files (%v)", pattern, len(found), err)
		}
		files = append(files, found...)
	}
	onBoth(t, func(t *testing.T, target string) {
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".csv"), func(t *testing.T) { suggestAll(t, target, file) })
		}
	})
}

func suggestAll(t *testing.T, target, file string) {
	dir := t.TempDir()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Base(file)
	table := strings.TrimSuffix(name, ".csv")
	write(t, filepath.Join(dir, name), string(text))
	suggest := func(more ...string) string {
		cmd, out := pipe(dir, append([]string{"suggest"}, more...)...)
		var told strings.Builder
		cmd.Stderr = &told
		if err := cmd.Run(); err != nil {
			t.Fatalf("pipe suggest %s: %v\n%s", strings.Join(more, " "), err, told.String())
		}
		return out.String()
	}
	write(t, filepath.Join(dir, "entry.yaml"), "version: 1\nname: trial\ninclude: [suggested.yaml]\n")

	fromFile := suggest(name, "--declare")
	write(t, filepath.Join(dir, "suggested.yaml"), fromFile)
	holds(t, dir, fromFile, "run", "entry.yaml", "--target", target, "--report", "none", "--format", "json", "--progress", "none")

	fromTable := suggest(table, "entry.yaml", "--target", target)
	declaration, _, _ := strings.Cut(fromFile, "suites:")
	both := declaration + fromTable
	write(t, filepath.Join(dir, "suggested.yaml"), both)
	holds(t, dir, both, "check", "entry.yaml", "--target", target, "--format", "json")

	alone := suggest(table, "--target", target, "--declare")
	write(t, filepath.Join(dir, "suggested.yaml"), alone)
	holds(t, dir, alone, "check", "entry.yaml", "--target", target, "--format", "json")
}

// holds runs a command and asks its JSON whether every expectation held.
func holds(t *testing.T, dir, suite string, args ...string) {
	t.Helper()
	cmd, out := pipe(dir, args...)
	cmd.Stderr = nil
	err := cmd.Run()
	var result struct {
		Checks       struct{ Declared, Passed int }
		Expectations []struct {
			Name    string
			Success bool
			Error   any
		}
	}
	if err != nil || json.Unmarshal(out.Bytes(), &result) != nil {
		lint, told := pipe(dir, "lint", "entry.yaml")
		t.Fatalf("pipe %s: %v\n%s\nlint: %v\n%s\n%s", strings.Join(args, " "), err, out, lint.Run(), told, suite)
	}
	if result.Checks.Declared == 0 || result.Checks.Passed != result.Checks.Declared || result.Checks.Declared != strings.Count(suite, "severity: warn\n") {
		var failed []string
		for _, e := range result.Expectations {
			if !e.Success {
				failed = append(failed, fmt.Sprint(e.Name, " ", e.Error))
			}
		}
		t.Errorf("pipe %s: %d of %d held; not: %s\n%s", strings.Join(args, " "), result.Checks.Passed, result.Checks.Declared, strings.Join(failed, ", "), suite)
	}
}

// Whatever a file holds, what is suggested for it lints beside its own
// declaration, but for what only people can mend: rows that nothing tells apart.
func FuzzSuggestionsLint(f *testing.F) {
	for _, text := range []string{
		"id,name\n1,a\n2,b\n", "No,\"a: b\",true\nyes,#,~\n", "vars,in,let\n1,2,3\n", "a b;c\n1,5;x\n", "${{ x }},b\n\"${{ y }}\",1e400\n",
		"x\n0001-01-01\n", "x\n-0.0\n0\n", "x,y\n99999999999999999999.5,1e-300\n", "\" \",\"\u00a0\"\n1,2\n", "☃,\u2028\n1,\u0085\n",
		"A,a,\u212a,k,K\n1,2,3,4,5\n", "s,ſ,ß,SS\n1,2,3,4\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "t.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := engine.ProfileFile(context.Background(), path, profile.FileOptions{})
		if err != nil {
			return
		}
		p.Source.Path = "t.csv"
		var out strings.Builder
		if err := profile.WriteSuite(&out, p, profile.WriteOptions{Declare: true}); err != nil {
			t.Fatal(err)
		}
		project := fstest.MapFS{
			"spec.yaml":      {Data: []byte("version: 1\nname: trial\ninclude: [suggested.yaml]\n")},
			"suggested.yaml": {Data: []byte(out.String())},
		}
		_, list, err := engine.Read(project, "spec.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			if d.Code == "primary-key" && p.Key == nil {
				continue
			}
			t.Errorf("%v\n%s", d, out.String())
		}
	})
}

// What is suggested for a table holds on it, whatever a database let into it
// that no file could bring.
func TestSuggestionsHoldOnAwkwardTables(t *testing.T) {
	for _, tc := range []struct{ name, database, make, fill string }{
		{"moments before Christ, without end and after the year 9999", "postgres",
			"CREATE TABLE t (id integer PRIMARY KEY, d date, at timestamp, tz timestamptz, inf date, minus timestamp, late date, past date)",
			`INSERT INTO t SELECT i, CASE i WHEN 1 THEN DATE '0044-03-15 BC' ELSE DATE '2024-01-01' + i END, CASE i WHEN 1 THEN TIMESTAMP '0044-03-15 10:00:00 BC' ELSE DATE '2024-01-01' + i END,
			  CASE i WHEN 1 THEN TIMESTAMPTZ '0044-03-15 10:00:00+00 BC' ELSE DATE '2024-01-01' + i END, CASE i WHEN 1 THEN DATE 'infinity' ELSE DATE '2024-01-01' + i END,
			  CASE i WHEN 1 THEN TIMESTAMP '-infinity' ELSE DATE '2024-01-01' + i END, CASE i WHEN 1 THEN DATE '12000-01-01' ELSE DATE '2024-01-01' + i END, DATE '0044-03-15 BC' + i
			FROM generate_series(1, 30) AS i`},
		{"days of the year 0", "sqlite", "CREATE TABLE t (id INTEGER PRIMARY KEY, d DATE, at TIMESTAMP)",
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
			INSERT INTO t SELECT i, date('0000-01-01', i || ' days'), datetime('0000-01-01', i || ' days') FROM n`},
		{"columns that rules take for values", "both", `CREATE TABLE t (id INTEGER PRIMARY KEY, "true" text, "false" text, "null" integer, "nil" text)`,
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
			INSERT INTO t SELECT i, 'x' || i, 'a', i * 3, CASE WHEN i < 5 THEN NULL ELSE 'text of ' || (i * i) END FROM n`},
		{"characters that no text of PostgreSQL has, and bytes that are none", "sqlite", "CREATE TABLE t (id INTEGER PRIMARY KEY, nul TEXT, ends TEXT, same TEXT, broken TEXT, each TEXT)",
			`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
			INSERT INTO t SELECT i, CASE WHEN i < 15 THEN 'a' || char(0) || 'b' ELSE 'c' END, 'ab' || char(0), CASE WHEN i < 15 THEN 'ab' ELSE 'ab' || char(0) END,
			  CASE WHEN i < 15 THEN CAST(x'ff' AS TEXT) ELSE 'c' END, 'x' || i || char(0) || 'y' FROM n`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, target string) {
				if isPostgres := strings.HasPrefix(target, "postgres"); tc.database == "sqlite" && isPostgres || tc.database == "postgres" && !isPostgres {
					return
				}
				db, session := open(t, target, "test")
				for _, statement := range []string{tc.make, tc.fill} {
					if err := session.Exec(context.Background(), statement); err != nil {
						t.Fatal(err)
					}
				}
				done(t, db, session)
				dir := t.TempDir()
				write(t, filepath.Join(dir, "entry.yaml"), "version: 1\nname: trial\ninclude: [suggested.yaml]\n")
				exits(t, 0, dir, "suggest", "t", "--target", target, "--declare", "--output", "suggested.yaml")
				text, err := os.ReadFile(filepath.Join(dir, "suggested.yaml"))
				if err != nil {
					t.Fatal(err)
				}
				holds(t, dir, string(text), "check", "entry.yaml", "--target", target, "--format", "json")
			})
		})
	}
}
