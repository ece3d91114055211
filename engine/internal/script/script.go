// Package script runs txtar scripts that type pipe's commands on real
// databases. Tests alone use it.
//
// Beside testscript's own commands there are:
//
//	exits CODE pipe ARGS...   run a command that must end with this exit code
//	table NAME FILE           the table holds exactly the rows of the CSV file
//	query FILE SQL            a query gives exactly the rows of the CSV file
//	sql SQL                   execute SQL on the target
//	replace FILE OLD NEW      change the only place in a file where a text stands
//	told FILE                 the errors that the last command printed are exactly the file's text
//
// and $TARGET, the URL of a fresh database, $DRIVER, postgres or sqlite,
// $PROJECT, the project's own folder, and $REAL, the folder of the real month
// where it lies beside the checkout. Conditions: [postgres] [sqlite] [real].
package script

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver of the databases looked at
	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // the same

	"github.com/streamflow/pipe/engine/internal/pgtest"
)

// Run runs every script of a folder on a target of the given driver.
func Run(t *testing.T, dir, driver string) {
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			env.Setenv("DRIVER", driver)
			env.Setenv("NO_COLOR", "1")
			env.Setenv("PROJECT", project())
			url := "sqlite:" + filepath.ToSlash(filepath.Join(env.WorkDir, "target.db"))
			if driver == "postgres" {
				url = pgtest.Database(t)
			}
			env.Setenv("TARGET", url)
			env.Setenv("RECORDS", map[string]string{"postgres": "pipe.", "sqlite": "pipe_"}[driver])
			env.Setenv("REAL", realMonth())
			return nil
		},
		Condition: func(cond string) (bool, error) {
			return cond == driver || cond == "real" && realMonth() != "", nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "table": table, "query": query, "sql": execute, "replace": replace, "told": told,
		},
	})
}

// project is the project's own folder, where specs and seeds are.
func project() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..")
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// realMonth is the folder of the real month, which is published beside the
// project and not copied into it; empty where it is not.
func realMonth() string {
	dir := filepath.Join(project(), "..", "shared", "data", "seeds")
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}

// replace changes the only place in a file where a text stands.
func replace(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if strings.Count(text, args[1]) != 1 {
		ts.Fatalf("%q stands %d times in %s", args[1], strings.Count(text, args[1]), args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o644))
}

// errorsOf are the errors of a run's text, up to the line that names the run.
var errorsOf = regexp.MustCompile(`(?ms)^  error\[.*?(?:\n\n^  [^\n]*, run [^\n]*\n|\z)`)

// aboutRun is the line that names the run and how long it took, on a slow
// machine seconds.
var aboutRun = regexp.MustCompile(`\d[\dhm. ]*s, run \d{8}T`)

// told compares the errors that were printed, without the line about the run.
func told(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: told FILE")
	}
	lines := strings.Split(errorsOf.FindString(ts.ReadFile("stdout")), "\n")
	var text strings.Builder
	for _, line := range lines {
		if !aboutRun.MatchString(line) {
			text.WriteString(strings.TrimPrefix(line, "  ") + "\n")
		}
		if len([]rune(line)) > 80 {
			ts.Fatalf("a line is wider than 80 columns: %s", line)
		}
	}
	got, want := strings.TrimSpace(text.String()), strings.TrimSpace(ts.ReadFile(args[0]))
	if got != want {
		ts.Fatalf("told is\n%s\n\nwant (%s)\n%s", got, args[0], want)
	}
}

func open(ts *testscript.TestScript) *sql.DB {
	target := ts.Getenv("TARGET")
	driver, source := "postgres", target
	if file, ok := strings.CutPrefix(target, "sqlite:"); ok {
		driver, source = "sqlite", "file:"+file+"?_pragma=busy_timeout(5000)"
	}
	if driver == "postgres" {
		// The role may be called pipe, and so may the first schema of its path.
		u, err := url.Parse(source)
		ts.Check(err)
		q := u.Query()
		q.Set("search_path", "public")
		u.RawQuery = q.Encode()
		source = u.String()
	}
	db, err := sql.Open(driver, source)
	ts.Check(err)
	return db
}

func table(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: table NAME FILE")
	}
	name := `"` + strings.ReplaceAll(args[0], `"`, `""`) + `"`
	compare(ts, args[1], "SELECT * FROM "+name, true)
}

func query(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: query FILE SQL")
	}
	compare(ts, args[0], strings.Join(args[1:], " "), false)
}

func execute(ts *testscript.TestScript, _ bool, args []string) {
	db := open(ts)
	_, err := db.Exec(strings.Join(args, " "))
	ts.Check(errors.Join(err, db.Close()))
}

// compare prints what a query gives as CSV, a NULL as the word NULL, and
// compares it with a file.
func compare(ts *testscript.TestScript, file, text string, sorted bool) {
	db := open(ts)
	defer db.Close()
	rows, err := db.Query(text)
	ts.Check(err)
	defer rows.Close()
	names, err := rows.Columns()
	ts.Check(err)
	types, err := rows.ColumnTypes()
	ts.Check(err)
	var lines [][]string
	for rows.Next() {
		values := make([]any, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		ts.Check(rows.Scan(into...))
		line := make([]string, len(names))
		for i, v := range values {
			line[i] = cell(v, types[i].DatabaseTypeName())
		}
		lines = append(lines, line)
	}
	ts.Check(rows.Err())
	if sorted {
		sortLines(lines)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	ts.Check(w.WriteAll(append([][]string{names}, lines...)))
	if got, want := b.String(), ts.ReadFile(file); got != want {
		if os.Getenv("UPDATE_SCRIPTS") != "" {
			ts.Logf("%s would be:\n%s", file, got)
		}
		ts.Fatalf("%s\ngave:\n%s\nwant %s:\n%s", text, got, file, want)
	}
}

func cell(v any, kind string) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case []byte:
		text := string(v)
		// 1.10 and 1.1 are one value; SQLite keeps no zeros behind the point.
		if strings.EqualFold(kind, "numeric") && strings.Contains(text, ".") {
			text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
		}
		return text
	case bool:
		return strconv.FormatBool(v)
	case int64:
		if strings.EqualFold(kind, "boolean") {
			return strconv.FormatBool(v != 0)
		}
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		if strings.EqualFold(kind, "date") {
			return v.Format(time.DateOnly)
		}
		text := v.UTC().Format("2006-01-02 15:04:05.999999")
		if strings.EqualFold(kind, "timestamptz") {
			text += "+00"
		}
		return text
	default:
		return fmt.Sprint(v)
	}
}
