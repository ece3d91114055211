package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const itemsSpec = `version: 1
name: items
vars: {file: path}
tables:
  items:
    source: '${{ vars.file }}'
    primary_key: [id]
    ON_BAD_ROW
    columns: {id: "numeric(8,2)", n: integer, note: text}
suites:
  - {table: items, expectations: [rule: n < 100]}
`

// items makes a project with one table, whose bad rows are set aside unless
// told otherwise.
func items(t *testing.T, onBadRow string, rows ...string) string {
	t.Helper()
	dir := t.TempDir()
	if onBadRow == "" {
		onBadRow = "on_bad_row: quarantine\n    max_rejects: 100%"
	}
	write(t, filepath.Join(dir, "spec.yaml"), strings.Replace(itemsSpec, "ON_BAD_ROW", onBadRow, 1))
	write(t, filepath.Join(dir, "items.csv"), "id,n,note\n"+strings.Join(rows, "\n")+"\n")
	return dir
}

func itemsRun(target string, more ...string) []string {
	return append([]string{"run", "spec.yaml", "--target", target, "--report", "none", "--progress", "none", "--var", "file=items.csv"}, more...)
}

// A row that is bad in two columns is one reject; bad rows of a run whose checks
// fail are recorded, of a dry run they are only told.
func TestRejectsOfRunsThatDoNotPublish(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := items(t, "", "1,x,", "2,y,\x00", "3,500,", "4,1,")
		if out := exits(t, 1, dir, itemsRun(target, "--dry-run")...); !strings.Contains(out, "2 bad rows") || strings.Contains(out, "pipe rejects") {
			t.Errorf("a dry run says\n%s", out)
		}
		exits(t, 1, dir, itemsRun(target)...)
		got := told(t, exits(t, 0, dir, "rejects", "spec.yaml", "--target", target, "--format", "json"))
		want := []reject{
			{Table: "items", Code: "bad_integer", File: "items.csv", Column: "n", Value: "x", Line: 2, Offset: 10, Original: "1,x,"},
			{Table: "items", Code: "nul_byte", File: "items.csv", Column: "note", Value: `\x00`, Line: 3, Offset: 15, Original: "2,y,\x00"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if got := ask(t, target, "SELECT status, count(*) FROM RECORDS.runs GROUP BY status"); cmp.Diff([]string{"checks_failed|1"}, got) != "" {
			t.Errorf("the runs are %s", got)
		}
	})
}

// Of a table that fails on bad rows all are counted, and the first ten thousand
// recorded; of one that sets them aside all are recorded, also beyond its limit.
func TestHowManyRejectsAreRecorded(t *testing.T) {
	rows := make([]string, 12_000)
	for i := range rows {
		rows[i] = fmt.Sprintf("%d,x,%s", i, strings.Repeat("é", 40)) // more than the spool holds in memory
	}
	onBoth(t, func(t *testing.T, target string) {
		for onBadRow, recorded := range map[string]int{"on_bad_row: fail": 10_000, "on_bad_row: quarantine\n    max_rejects: 99.99%": 12_000} {
			dir := items(t, onBadRow, rows...)
			var result struct {
				Total   int `json:"rejects_total"`
				Rejects []struct{ At string }
			}
			if err := json.Unmarshal([]byte(exits(t, 1, dir, itemsRun(target, "--format", "json")...)), &result); err != nil {
				t.Fatal(err)
			}
			if result.Total != 12_000 || len(result.Rejects) != 100 || result.Rejects[99].At != "items.csv:101" {
				t.Errorf("%s: %d are counted, and %d shown", onBadRow, result.Total, len(result.Rejects))
			}
			got := told(t, exits(t, 0, dir, "rejects", "spec.yaml", "--target", target, "--format", "json"))
			if len(got) != recorded {
				t.Fatalf("%s: %d are recorded, want %d", onBadRow, len(got), recorded)
			}
			for i, r := range got {
				if r.Line != int64(i+2) || r.Original != rows[i] {
					t.Fatalf("%s: reject %d is %+v", onBadRow, i, r)
				}
			}
			text := exits(t, 0, dir, "rejects", "spec.yaml", "--target", target)
			partly := strings.Contains(strings.Join(strings.Fields(text), " "), "rejected 12,000 rows, of which the first 10,000 are recorded")
			if partly != (recorded == 10_000) || !strings.Contains(text, "the first 10 of") {
				t.Errorf("%s: it is told as\n%s", onBadRow, text)
			}
		}
	})
}

// The file is read again for the lines of rows that only the database found
// bad. Where it is another by then, nothing lands.
func TestAFileThatChangesBeforeItsRejectsAreRead(t *testing.T) {
	for change, text := range map[string]string{
		"another line":  "id,n,note\n1,1,\n1,3,\n2,2,\n",
		"fewer rows":    "id,n,note\n1,1,\n",
		"other columns": "id,n,other\n1,1,\n1,2,\n2,2,\n",
		"gone":          "",
	} {
		t.Run(change, func(t *testing.T) {
			target := fresh(t, "postgres://")
			dir := items(t, "", "7,7,")
			exits(t, 0, dir, itemsRun(target)...)
			write(t, filepath.Join(dir, "items.csv"), "id,n,note\n1,1,\n1,2,\n2,2,\n")
			// Whoever holds the table keeps the run from publishing.
			db, session := open(t, target, "pipe test")
			if err := session.Begin(context.Background()); err != nil {
				t.Fatal(err)
			}
			if err := session.Exec(context.Background(), "LOCK TABLE items IN SHARE ROW EXCLUSIVE MODE"); err != nil {
				t.Fatal(err)
			}
			cmd, out := pipe(dir, itemsRun(target)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waiting := "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'LOCK TABLE%'"
			for deadline := time.Now().Add(20 * time.Second); ask(t, target, waiting)[0] == "0"; time.Sleep(20 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("the run does not come to wait:\n%s", out)
				}
			}
			if text == "" {
				if err := os.Remove(filepath.Join(dir, "items.csv")); err != nil {
					t.Fatal(err)
				}
			} else {
				write(t, filepath.Join(dir, "items.csv"), text)
			}
			if err := session.Rollback(context.Background()); err != nil {
				t.Fatal(err)
			}
			done(t, db, session)
			_ = cmd.Wait() // the exit code is looked at
			if code := cmd.ProcessState.ExitCode(); code != 3 || !strings.Contains(out.String(), "source_changed") {
				t.Errorf("exit %d:\n%s", code, out)
			}
			if got := ask(t, target, "SELECT CAST(id AS text), n FROM items"); cmp.Diff([]string{"7.00|7"}, got) != "" {
				t.Errorf("the table holds %s", got)
			}
		})
	}
}

// A row whose parent stands in a line that cannot be split is the orphan of a
// reject where the key can be read all the same: it is before what is damaged.
// Where it cannot, the message says that such lines there are.
func TestOrphansOfLinesThatCannotBeSplit(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "spec.yaml"), `version: 1
name: families
tables:
  parents: {source: parents.csv, primary_key: [id], on_bad_row: quarantine, max_rejects: 100%, columns: {name: text, id: integer, town: text}}
  children: {source: children.csv, primary_key: [n], on_bad_row: quarantine, max_rejects: 100%, columns: {n: integer, parent: {type: integer, references: parents.id}}}
  pets: {source: pets.csv, primary_key: [n], on_bad_row: quarantine, max_rejects: 100%, columns: {n: integer, owner: {type: integer, references: children.n}}}
`)
		write(t, filepath.Join(dir, "parents.csv"), strings.Join([]string{"name,id,town",
			`good,1,here`, `short,2`, `long,3,"there",more`, `behind,4,"th"ere`, `be"fore,5,there`, `,"6"x,there`, `two`, ``}, "\n"))
		write(t, filepath.Join(dir, "children.csv"), "n,parent\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n7,7\n")
		write(t, filepath.Join(dir, "pets.csv"), "n,owner\n1,1\n2,8\n")
		exits(t, 0, dir, "run", "spec.yaml", "--target", target, "--report", "none")
		want := []string{
			"2|orphan_of_reject|parent \"2\" is that of a row which is bad itself in this run; mend that row, and this one lands with it",
			"3|orphan_of_reject|parent \"3\" is that of a row which is bad itself in this run; mend that row, and this one lands with it",
			"4|orphan_of_reject|parent \"4\" is that of a row which is bad itself in this run; mend that row, and this one lands with it",
		}
		for _, n := range []int{5, 6, 7} {
			want = append(want, fmt.Sprintf("%d|orphan|parent \"%d\" is in no row that it references; load that row too, or take this one out (6 lines in the file of parents could not be split, and one may hold it)", n, n))
		}
		got := ask(t, target, "SELECT line - 1, code, message FROM RECORDS.rejects WHERE table_name = 'children' ORDER BY line")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		got = ask(t, target, "SELECT message FROM RECORDS.rejects WHERE table_name = 'pets'")
		if diff := cmp.Diff([]string{`owner "8" is in no row that it references; load that row too, or take this one out`}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// The key of a row that is damaged behind it is known, and two rows that say
// different things of one key are both bad. Where fields are too many or too few
// nobody can tell which is the key.
func TestNoRowLandsOfTheKeyOfADamagedRow(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := items(t, "", `1,1,"a"b`, `1,2,c`, `2,1,one`, `3,1`, `3,2,two`, `4,"1"0,x`, `4,3,y`)
		exits(t, 0, dir, itemsRun(target)...)
		got := ask(t, target, "SELECT line, code FROM RECORDS.rejects ORDER BY line, code")
		if diff := cmp.Diff([]string{"2|bad_quote", "3|duplicate_key", "5|short_row", "7|bad_quote", "8|duplicate_key"}, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"2", "3"}, ask(t, target, "SELECT CAST(id AS integer) FROM items ORDER BY id")); diff != "" {
			t.Error(diff)
		}
	})
}
