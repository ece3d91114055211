package database_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/spec"
)

// Whatever SQL is executed where nothing can be written, nothing is; and
// afterwards the same transaction writes again.
func TestReadOnlyOnPostgres(t *testing.T) {
	target := database.Target{Name: "test", Driver: spec.Postgres, URL: pgtest.Database(t)}
	testReadOnly(t, target, []string{
		"INSERT INTO t VALUES (9, NULL) RETURNING id",
		"WITH x AS (DELETE FROM t RETURNING id) SELECT id FROM x",
		"SELECT sneak()",
		"SELECT nextval('s')",
		"SELECT id FROM t FOR UPDATE",
		"SELECT set_config('transaction_read_only', 'off', true)",
		"SELECT 1; DELETE FROM t",
	}, "CREATE SEQUENCE s", "CREATE FUNCTION sneak() RETURNS integer LANGUAGE sql AS 'INSERT INTO t VALUES (9, NULL) RETURNING id'")
}

func TestReadOnlyOnSQLite(t *testing.T) {
	target := database.Target{Name: "test", Driver: spec.SQLite, Path: filepath.Join(t.TempDir(), "test.db")}
	testReadOnly(t, target, []string{
		"INSERT INTO t VALUES (9, NULL) RETURNING id",
		"SELECT 1; DELETE FROM t",
		"CREATE TEMP TABLE u (id integer)",
	})
}

func testReadOnly(t *testing.T, target database.Target, writing []string, setup ...string) {
	ctx := context.Background()
	db, err := database.Open(ctx, target, "test", database.ReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := db.Session(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range append([]string{"CREATE TABLE t (id integer, d date)"}, setup...) {
		must(s.Exec(ctx, text))
	}
	must(s.Begin(ctx))
	must(s.Exec(ctx, "INSERT INTO t VALUES (1, '2024-01-31'), (2, NULL)"))
	for _, text := range writing {
		err := s.ReadOnly(ctx, func() error {
			return s.Command(ctx, func([]string, []any) error { return nil }, text)
		})
		if err == nil {
			t.Errorf("%s: no error", text)
		}
	}
	var found [][]any
	must(s.ReadOnly(ctx, func() error {
		return s.Command(ctx, func(columns []string, values []any) error {
			if got := strings.Join(columns, " "); got != "id d" {
				t.Errorf("columns are %s", got)
			}
			found = append(found, values)
			return nil
		}, "SELECT id, d FROM t ORDER BY id")
	}))
	want := [][]any{{json.Number("1"), "2024-01-31"}, {json.Number("2"), nil}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("the rows are changed (-want +got):\n%s", diff)
	}
	must(s.Exec(ctx, "INSERT INTO t VALUES (3, NULL)"))
	must(s.Commit(ctx))
	row, err := s.One(ctx, "SELECT count(*) AS n FROM t")
	must(err)
	if row["n"] != int64(3) {
		t.Errorf("%v rows, 3 were written", row["n"])
	}
}

// No SQL reaches another file than the database's own, however it is hidden.
func TestSQLiteKeepsToItsFile(t *testing.T) {
	dir := t.TempDir()
	db, err := database.Open(context.Background(), database.Target{Name: "test", Driver: spec.SQLite, Path: filepath.Join(dir, "test.db")}, "pipe test", database.ReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	session, err := db.Session(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"ATTACH '" + filepath.Join(dir, "other.db") + "' AS other", "/* */ ATTACH ':memory:' AS other"} {
		if err := session.Exec(context.Background(), statement); err == nil || !strings.Contains(err.Error(), "too many attached databases") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "other.db")); err == nil {
		t.Error("another file was made")
	}
	if err := errors.Join(session.Close(), db.Close()); err != nil {
		t.Error(err)
	}
}
