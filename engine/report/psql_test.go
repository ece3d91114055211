package report

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/spec"
)

// psql runs a script in a database and gives what it wrote.
func psql(t *testing.T, url, script string, flags ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script.sql")
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=on", "--file", path}, flags...)
	out, err := exec.Command(program(t), append(args, url)...).CombinedOutput()
	if err != nil {
		t.Fatalf("psql: %v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

// program is psql: on the PATH, or beside the server's own binaries.
func program(t *testing.T) string {
	t.Helper()
	if path, err := exec.LookPath("psql"); err == nil {
		return path
	}
	if dir, err := pgtest.Binaries(); err == nil {
		if path := filepath.Join(dir, "psql"); exec.Command(path, "--version").Run() == nil {
			return path
		}
	}
	if os.Getenv("PIPE_TEST_REQUIRE_POSTGRES") != "" {
		t.Fatal("there is no psql on this machine")
	}
	t.Skip("there is no psql on this machine")
	return ""
}

// The printed plan is no picture of the statements: psql runs it.
func TestPlanSQLRunsInPsql(t *testing.T) {
	url := pgtest.Database(t)
	var b bytes.Buffer
	if err := PlanSQL(&b, monthPlan(spec.Postgres)); err != nil {
		t.Fatal(err)
	}
	script := b.String()

	fill := func(values string) string {
		var b strings.Builder
		for _, table := range monthTables {
			b.WriteString("INSERT INTO pipe.stage_" + table.name + " SELECT i::text, " + values + " FROM generate_series(1, 3) AS i;\n")
		}
		path := filepath.Join(t.TempDir(), "fill.sql")
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return "fill=" + path
	}
	psql(t, url, script, "--set", fill("'first'"))
	query := "SELECT (SELECT count(*) FROM subscriptions), (SELECT count(*) FROM labels_snapshots), (SELECT string_agg(run_id, ' ' ORDER BY run_id) FROM pipe.runs)"
	if out := psql(t, url, query); !strings.HasPrefix(out, "3|3|psql-") {
		t.Errorf("the first publish left %s, want 3|3|psql-...", out)
	}

	// The second time the tables hold rows, so the other branch of each condition runs,
	// and a fact given with -v wins over the script's own.
	psql(t, url, script, "--set", fill("'second'"), "--set", "run_id=it's", "--set", "subscriptions_has_9=false")
	query = "SELECT string_agg(DISTINCT months_active, ' '), count(add_on_security), (SELECT string_agg(run_id, ' ' ORDER BY run_id) FROM pipe.runs) FROM subscriptions"
	if out := psql(t, url, query); !strings.HasPrefix(out, "second|0|it's psql-") {
		t.Errorf("the second publish left %s, want second|0|it's psql-...", out)
	}
}

// What a message holds ends neither its quotes nor the script's language.
func TestAScriptRaisesAnyMessage(t *testing.T) {
	url := pgtest.Database(t)
	for _, message := range []string{"plain", "table 'x' is \"y\"", "$pipe$; CREATE TABLE pwned (); --", "$pi$pipe$pe$; CREATE TABLE pwned (); --", `\! touch pwned`, ":run_id $1 '' $$", "'; CREATE TABLE pwned (); --"} {
		var s script
		s.raise(message)
		dir := t.TempDir()
		path := filepath.Join(dir, "script.sql")
		if err := os.WriteFile(path, []byte(s.b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program(t), "--no-psqlrc", "--set", "ON_ERROR_STOP=on", "--set", "run_id=x", "--file", path, url)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "ERROR:  "+message+"\n") {
			t.Errorf("%q was raised as %v: %s", message, err, out)
		}
		if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil || psql(t, url, "SELECT to_regclass('pwned') IS NULL") != "t" {
			t.Errorf("%q was executed", message)
		}
	}
}
