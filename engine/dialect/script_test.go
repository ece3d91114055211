package dialect

import "testing"

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
		{"", "", 0},
	} {
		if word, line := TransactionControl(c.script); word != c.word || line != c.line {
			t.Errorf("%q: %q on line %d, want %q on line %d", c.script, word, line, c.word, c.line)
		}
	}
}
