package engine_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/spec"
)

// version1 fills a target with what pipe left there when its records had
// version 1: a dump of such a database, after one run that published and one
// that failed.
func version1(t *testing.T, target string) {
	t.Helper()
	db, session := open(t, target, "pipe test")
	text, err := os.ReadFile(filepath.Join("testdata", "records", "version_1_"+string(db.Target.Driver)+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Exec(context.Background(), string(text)); err != nil {
		t.Fatal(err)
	}
	done(t, db, session)
}

// pointsProject is the project that loaded it.
func pointsProject(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "spec.yaml"), `version: 1
name: points
as_of: '${{ vars.as_of }}'
vars: {file: {type: path, default: good.csv}, as_of: {type: date, default: 2024-01-31}}
tables:
  points:
    source: '${{ vars.file }}'
    primary_key: [id]
    on_bad_row: quarantine
    max_rejects: 5
    columns:
      id: integer
      n: integer
      of: {type: integer, references: points.id}
snapshots:
  points_months: {from: points}
suites:
  - {table: points, expectations: [rule: n >= 0]}
`)
	write(t, filepath.Join(dir, "good.csv"), "id,n,of\n1,1,\n3,3,1\n7,7,3\n")
	return dir
}

// ask gives the rows of a query, a cell behind the other.
func ask(t *testing.T, target, query string) []string {
	t.Helper()
	db, session := open(t, target, "pipe test")
	var rows []string
	err := session.Rows(context.Background(), func(_ []string, values []any) error {
		var cells []string
		for _, v := range values {
			cells = append(cells, fmt.Sprint(v))
		}
		rows = append(rows, strings.Join(cells, "|"))
		return nil
	}, strings.ReplaceAll(query, "RECORDS.", dialect.For(db.Target.Driver).Records().Name("")))
	if err != nil {
		t.Fatal(err)
	}
	done(t, db, session)
	return rows
}

// tell executes a statement on the target.
func tell(t *testing.T, target, statement string) {
	t.Helper()
	db, session := open(t, target, "pipe test")
	if err := session.Exec(context.Background(), strings.ReplaceAll(statement, "RECORDS.", dialect.For(db.Target.Driver).Records().Name(""))); err != nil {
		t.Fatal(err)
	}
	done(t, db, session)
}

// recordsSchema are the columns of pipe's own tables.
func recordsSchema(t *testing.T, target string) []string {
	t.Helper()
	parsed, _, err := database.ParseTarget(target)
	if err != nil {
		t.Fatal(err)
	}
	if parsed.Driver == spec.SQLite {
		return ask(t, target, `SELECT m.name, c.cid, c.name, c.type, c."notnull", c.dflt_value, c.pk FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.name LIKE 'pipe_%' AND m.type = 'table' ORDER BY m.name, c.cid`)
	}
	return ask(t, target, `SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'pipe' ORDER BY table_name, row_number() OVER (PARTITION BY table_name ORDER BY ordinal_position)`)
}

const rejectsOfVersion1 = `SELECT table_name, code, path, line, column_name, value, original FROM RECORDS.rejects WHERE run_id LIKE '20261128T0650%' ORDER BY run_id, line`

// The records of an older pipe are read as they are, and the next run brings
// them forward: nothing they knew is lost, and no difference to new ones is left.
func TestRecordsOfVersion1AreBroughtForward(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		version1(t, target)
		dir := pointsProject(t)
		if out := exits(t, 0, dir, "runs", "spec.yaml", "--target", target, "--format", "csv"); strings.Count(out, "20261128T0650") != 2 {
			t.Errorf("the runs of version 1 are\n%s", out)
		}
		failed := ask(t, target, "SELECT run_id FROM RECORDS.runs WHERE status = 'failed'")[0]
		before := exits(t, 0, dir, "rejects", failed, "spec.yaml", "--target", target, "--format", "csv")
		if strings.Count(before, "\n") != 1+6 || !strings.Contains(before, `,points,bad_integer,a.zip/worse.csv,,7,,n,x,"""x"" is not an integer, which is an optional sign and digits","6,x,",,false`) {
			t.Errorf("the rejects of version 1 are\n%s", before)
		}
		exits(t, 0, dir, "run", "spec.yaml", "--target", target, "--report", "none", "--dry-run")
		if got := ask(t, target, "SELECT version FROM RECORDS.meta"); got[0] != "1" {
			t.Errorf("a dry run left version %s", got)
		}
		exits(t, 0, dir, "run", "spec.yaml", "--target", target, "--report", "none")
		if got := ask(t, target, "SELECT version FROM RECORDS.meta"); cmp.Diff([]string{"2"}, got) != "" {
			t.Errorf("the version is %s", got)
		}
		want := []string{
			"points|bad_integer|bad.csv|3|n|two|2,two,",
			"points|duplicate_key|bad.csv|5|id|4|<nil>",
			"points|duplicate_key|bad.csv|6|id|4|<nil>",
			"points|orphan|bad.csv|7|of|99|<nil>",
			"points|invalid_utf8|bad.csv|8|n||6,\ufffd",
		}
		for line, n := 2, 1; n <= 6; line, n = line+1, n+1 {
			want = append(want, fmt.Sprintf("points|bad_integer|a.zip/worse.csv|%d|n|x|%d,x,", line, n))
		}
		if diff := cmp.Diff(want, ask(t, target, rejectsOfVersion1)); diff != "" {
			t.Error(diff)
		}
		if after := exits(t, 0, dir, "rejects", failed, "spec.yaml", "--target", target, "--format", "csv"); after != before {
			t.Errorf("the rejects now read\n%s, and were\n%s", after, before)
		}
	})
}

func TestRecordsBroughtForwardAreThoseMadeNew(t *testing.T) {
	onBoth(t, func(t *testing.T, old string) {
		fresh := "sqlite:" + filepath.Join(t.TempDir(), "fresh.db")
		if !strings.HasPrefix(old, "sqlite:") {
			fresh = pgtest.Database(t)
		}
		version1(t, old)
		dir := pointsProject(t)
		exits(t, 0, dir, "run", "spec.yaml", "--target", old, "--report", "none")
		exits(t, 0, dir, "run", "spec.yaml", "--target", fresh, "--report", "none")
		if diff := cmp.Diff(recordsSchema(t, fresh), recordsSchema(t, old)); diff != "" {
			t.Error(diff)
		}
	})
}

// A migration that cannot be done leaves version 1 as it was, and says why.
func TestAMigrationThatFailsChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		version1(t, target)
		dir := pointsProject(t)
		tell(t, target, "CREATE VIEW places AS SELECT place FROM RECORDS.rejects")
		before := append(recordsSchema(t, target), ask(t, target, "SELECT * FROM RECORDS.rejects ORDER BY run_id, position")...)
		tables := ask(t, target, "SELECT * FROM points ORDER BY id")
		out := exits(t, 3, dir, "run", "spec.yaml", "--target", target, "--report", "none")
		for _, want := range []string{"pipe's own tables, from version 1 to 2", "records_blocked", "view places", "drop what the message names", "at spec.yaml:2:7 in step prepare.records"} {
			if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
				t.Errorf("it does not say %q:\n%s", want, out)
			}
		}
		if strings.Contains(out, "CASCADE") {
			t.Errorf("it advises to lose the view:\n%s", out)
		}
		after := append(recordsSchema(t, target), ask(t, target, "SELECT * FROM RECORDS.rejects ORDER BY run_id, position")...)
		if diff := cmp.Diff(before, after); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(tables, ask(t, target, "SELECT * FROM points ORDER BY id")); diff != "" {
			t.Error(diff)
		}
		tell(t, target, "DROP VIEW places")
		exits(t, 0, dir, "run", "spec.yaml", "--target", target, "--report", "none")
	})
}

// Records that a newer pipe made are neither written nor read.
func TestRecordsOfANewerPipeAreRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := pointsProject(t)
		exits(t, 0, dir, "run", "spec.yaml", "--target", target, "--report", "none")
		tell(t, target, "UPDATE RECORDS.meta SET version = 3")
		runs := ask(t, target, "SELECT count(*) FROM RECORDS.runs")
		write(t, filepath.Join(dir, "good.csv"), "id,n,of\n2,2,\n")
		for _, args := range [][]string{
			{"run", "spec.yaml", "--report", "none"},
			{"run", "spec.yaml", "--report", "none", "--dry-run"},
			{"runs", "spec.yaml"},
			{"show", "20", "spec.yaml"},
			{"rejects", "spec.yaml"},
		} {
			out := exits(t, 4, dir, append(args, "--target", target)...)
			for _, want := range []string{"version 3", "version 2", "newer pipe", "pipe version"} {
				if !strings.Contains(compact(out), compact(want)) {
					t.Errorf("pipe %s does not say %q:\n%s", args[0], want, out)
				}
			}
		}
		if got := ask(t, target, "SELECT n FROM points ORDER BY n"); cmp.Diff([]string{"1", "3", "7"}, got) != "" {
			t.Errorf("the table holds %s", got)
		}
		if diff := cmp.Diff(runs, ask(t, target, "SELECT count(*) FROM RECORDS.runs")); diff != "" {
			t.Error(diff)
		}
	})
}

// What is somebody else's and has the name of pipe's records is told as that, and
// left alone.
func TestRecordsThatAreSomebodyElses(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := pointsProject(t)
		if strings.HasPrefix(target, "postgres") {
			tell(t, target, "CREATE SCHEMA pipe")
		}
		for _, made := range []string{"TABLE RECORDS.runs (id integer)", "TABLE RECORDS.meta (number integer)"} {
			tell(t, target, "CREATE "+made)
			out := exits(t, 3, dir, "run", "spec.yaml", "--target", target, "--report", "none")
			for _, want := range []string{"error[records_foreign]", "is not pipe's: rename it", "in step prepare.records"} {
				if !strings.Contains(strings.Join(strings.Fields(out), " "), want) {
					t.Errorf("with %s it does not say %q:\n%s", made, want, out)
				}
			}
			if strings.Contains(made, "runs") {
				if out := exits(t, 3, dir, "runs", "--target", target); !strings.Contains(strings.Join(strings.Fields(out), " "), "is not pipe's: rename it") {
					t.Errorf("pipe runs says\n%s", out)
				}
			}
			tell(t, target, "DROP "+strings.Join(strings.Fields(made)[:2], " "))
		}
		exits(t, 0, dir, "run", "spec.yaml", "--target", target, "--report", "none")
	})
}

// Runs that begin at once bring the records forward once.
func TestRunsAtOnceBringRecordsForwardOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		version1(t, target)
		dir := pointsProject(t)
		text, err := os.ReadFile(filepath.Join(dir, "spec.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		var runs []func() error
		for i := range 4 {
			name := fmt.Sprintf("spec%d.yaml", i)
			write(t, filepath.Join(dir, name), strings.ReplaceAll(string(text), "points", fmt.Sprintf("points%d", i)))
			cmd, out := pipe(dir, "run", name, "--target", target, "--report", "none", "--wait", "1m")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			runs = append(runs, func() error {
				if err := cmd.Wait(); err != nil {
					return fmt.Errorf("%w\n%s", err, out)
				}
				return nil
			})
		}
		for _, wait := range runs {
			if err := wait(); err != nil {
				t.Error(err)
			}
		}
		if got := ask(t, target, "SELECT version FROM RECORDS.meta"); cmp.Diff([]string{"2"}, got) != "" {
			t.Errorf("the version is %s", got)
		}
		if got := ask(t, target, rejectsOfVersion1); len(got) != 11 {
			t.Errorf("%d rejects of version 1 are left", len(got))
		}
	})
}
