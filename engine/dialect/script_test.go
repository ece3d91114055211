package dialect

import (
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/spec"
)

func TestTransactionControlIsFoundInScripts(t *testing.T) {
	for _, c := range []struct {
		script, word string
		line         int
	}{
		{"CREATE TABLE a (x int);\nCREATE TABLE b (x int);", "", 0},
		{"create table zz(a int); end;", "end", 1},
		{"create table a(x int);\n\n  Commit;", "commit", 3},
		{"-- commit;\n/* rollback; */ select 'begin; ';\nSTART  TRANSACTION;", "start transaction", 3},
		{"create table a(x int); rollback; begin; create table z(a int); commit;", "rollback", 1},
		{"CREATE TRIGGER tr BEFORE INSERT ON t WHEN new.k = 'b' BEGIN SELECT raise(IGNORE); END;\nCREATE TABLE c (x int);", "", 0},
		{"CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET v = 1; DELETE FROM u; END; COMMIT", "commit", 1},
		{"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;", "", 0},
		{"DO $body$ BEGIN PERFORM 1; COMMIT; END $body$;\nselect 1", "", 0},
		{"CREATE TABLE \"commit;\" (`begin;` int); ", "", 0},
		{"SELECT 'it''s; commit;'; SELECT ';commit;'", "", 0},
		{"SELECT '\\'; commit; --'", "commit", 1},
		{"SELECT 1; -- '\ncommit", "commit", 2},
		{"/* ' */ commit; --'", "commit", 1},
		{"SELECT 'never closed; commit;", "", 0},
		{"", "", 0},
	} {
		for _, driver := range []spec.Driver{spec.Postgres, spec.SQLite} {
			if word, line := TransactionControl(driver, c.script); word != c.word || line != c.line {
				if driver == spec.SQLite && strings.Contains(c.script, "$") || driver == spec.Postgres && strings.Contains(c.script, "`") {
					continue // of the other database alone
				}
				t.Errorf("%q on %s: %q on line %d, want %q on line %d", c.script, driver, word, line, c.word, c.line)
			}
		}
	}
}

// Where one database reads on and the other one has ended.
func TestScriptsAreReadAsTheirDatabaseDoes(t *testing.T) {
	for _, c := range []struct {
		driver       spec.Driver
		script, word string
	}{
		{spec.Postgres, "/* /* */ ' */ commit; --'", "commit"},
		{spec.SQLite, "/* /* */ ; commit; -- */", "commit"},
		{spec.Postgres, "/* /* */ ; commit; -- */", ""},
		{spec.Postgres, `SELECT E'it\'; commit; --'`, ""},
		{spec.Postgres, `SELECT name'it\'; commit; --'`, "commit"},
		{spec.SQLite, `SELECT 'it\'; commit; --'`, "commit"},
		{spec.Postgres, "DO $a$ $b$ ; commit; $a$;", ""},
		{spec.Postgres, "DO $a$ x $a$; commit; DO $b$ y $b$", "commit"},
		{spec.Postgres, "SELECT a$b$; commit; SELECT $b$", "commit"},
		{spec.SQLite, "SELECT [a; commit;]", ""},
		{spec.Postgres, "SELECT x[1]; commit", "commit"},
		{spec.SQLite, "SELECT `a; commit;`", ""},
	} {
		if word, _ := TransactionControl(c.driver, c.script); word != c.word {
			t.Errorf("%s on %s: %q, want %q", c.script, c.driver, word, c.word)
		}
	}
}

func TestMetaCommandsAreFoundInScripts(t *testing.T) {
	for script, line := range map[string]int{
		"SELECT 1;\n\\! touch pwned\n": 2, "SELECT 1 \\gexec": 1, `SELECT '\!', "\!", E'\\!', $$ \! $$; -- \!`: 0, "/* /* */ \\! */ SELECT 1": 0, "/* */ \\! */": 1, "": 0,
	} {
		if got := MetaCommand(spec.Postgres, script); got != line {
			t.Errorf("%q: line %d, want %d", script, got, line)
		}
		if got := MetaCommand(spec.SQLite, script); got != 0 {
			t.Errorf("%q on SQLite: line %d", script, got)
		}
	}
}
