package engine_test

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/lib/pq" // to look at the tables

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/cli"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/report"
)

// shipped compiles the project's own spec.
func shipped(t *testing.T, target, asOf string) *plan.Plan {
	t.Helper()
	compiled, err := engine.Compile(engine.Request{Project: os.DirFS(".."), Spec: "specs/ingest_month.yaml",
		Vars: map[string]string{"as_of": asOf}, Target: target, Env: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	return compiled.Plan
}

func TestAPlanIsTheSameBytesTwice(t *testing.T) {
	for _, target := range []string{"sqlite:x.db", "postgres://localhost/x"} {
		first, err := shipped(t, target, "2024-01-31").Hash()
		if err != nil {
			t.Fatal(err)
		}
		second, err := shipped(t, target, "2024-01-31").Hash()
		if err != nil {
			t.Fatal(err)
		}
		other, err := shipped(t, target, "2024-02-29").Hash()
		if err != nil {
			t.Fatal(err)
		}
		if first != second || first == other {
			t.Errorf("%s: %s and %s for one month, %s for another", target, first, second, other)
		}
	}
}

// The statements that the plan prints, run by psql over a filled staging, give
// the same rows as a run.
func TestPsqlOverAFilledStagingGivesTheSameRowsAsARun(t *testing.T) {
	psql, err := exec.LookPath("psql")
	if err != nil {
		t.Skip("there is no psql on this machine")
	}
	run, script := pgtest.Database(t), pgtest.Database(t)
	for _, month := range []string{"2024-01-31", "2024-02-29"} {
		runShipped(t, run, month)
		p := shipped(t, script, month)
		var text bytes.Buffer
		if err := report.PlanSQL(&text, p); err != nil {
			t.Fatal(err)
		}
		file, fill := filepath.Join(t.TempDir(), "plan.sql"), filepath.Join(t.TempDir(), "fill.sql")
		if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(fill, []byte(fillFrom(t, p)), 0o600); err != nil {
			t.Fatal(err)
		}
		twice := filepath.Join(t.TempDir(), "twice.sql")
		double := fillFrom(t, p) + "INSERT INTO pipe.stage_labels SELECT user_id, NOT churn_label, _line + 100000 FROM pipe.stage_labels LIMIT 1;\n"
		if err := os.WriteFile(twice, []byte(double), 0o600); err != nil {
			t.Fatal(err)
		}
		// What a run refuses stops the script: here two rows of one key.
		if out, err := exec.Command(psql, "--no-psqlrc", "--quiet", "--set", "fill="+twice, "--file", file, script).CombinedOutput(); err == nil || !strings.Contains(string(out), "rows of one key that differ") {
			t.Fatalf("%s: the script goes on over two rows of one key: %v\n%s", month, err, out)
		}
		args := []string{"--no-psqlrc", "--quiet", "--set", "fill=" + fill, "--set", "run_id=" + month, "--file", file}
		for _, has := range []string{"9", "10", "11", "12"} {
			args = append(args, "--set", "subscriptions_has_"+has+"=false")
		}
		if out, err := exec.Command(psql, append(args, script)...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", month, err, out)
		}
		for _, table := range p.Tables {
			compareRows(t, month, `public."`+table.Name+`"`, run, script)
		}
		for _, snapshot := range p.Snapshots {
			compareRows(t, month, `public."`+snapshot.Name+`"`, run, script)
		}
		compareRows(t, month, "(SELECT table_name, as_of, rows_read, rejected, collapsed, loaded, inserted, updated, unchanged, absent FROM pipe.ledgers)", run, script)
	}
}

func runShipped(t *testing.T, target, month string) {
	t.Helper()
	var out, errs bytes.Buffer
	t.Chdir("..")
	if code := cli.Main([]string{"run", "specs/ingest_month.yaml", "--var", "as_of=" + month, "--target", target, "--report", "none"}, &out, &errs); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, &out, &errs)
	}
	t.Chdir("engine")
}

// fillFrom writes what psql fills each staging by: its own \copy, and a line
// number.
func fillFrom(t *testing.T, p *plan.Plan) string {
	t.Helper()
	var b strings.Builder
	for _, s := range p.Steps {
		for _, a := range s.Actions {
			l, ok := a.(plan.Load)
			if !ok {
				continue
			}
			path, err := filepath.Abs(filepath.Join("..", l.Source))
			if err != nil {
				t.Fatal(err)
			}
			f, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			header, err := csv.NewReader(f).Read()
			if err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			columns := strings.Join(header, ", ")
			fmt.Fprintf(&b, "CREATE TEMP TABLE raw AS SELECT %[1]s FROM %[2]s WHERE false;\n\\copy raw (%[1]s) FROM '%[3]s' CSV HEADER\n", columns, l.Staging, path)
			fmt.Fprintf(&b, "INSERT INTO %[1]s (%[2]s, _line) SELECT %[2]s, row_number() OVER () + 1 FROM raw;\nDROP TABLE raw;\n", l.Staging, columns)
		}
	}
	return b.String()
}

func compareRows(t *testing.T, month, rows, run, script string) {
	t.Helper()
	var found [2]string
	for i, url := range []string{run, script} {
		db, err := sql.Open("postgres", url)
		if err != nil {
			t.Fatal(err)
		}
		query := fmt.Sprintf(`SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(CAST(t AS text), '|' ORDER BY CAST(t AS text))), '') FROM %s AS t`, rows)
		if err := db.QueryRow(query).Scan(&found[i]); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if found[0] != found[1] || strings.HasPrefix(found[0], "0 rows") {
		t.Errorf("%s, %s: a run left %s, psql %s", month, rows, found[0], found[1])
	}
}
