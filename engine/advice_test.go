package engine_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// advised is a table that a spec or a file no longer fits, and what is told of
// it. {t} stands for the table.
type advised struct {
	name             string
	postgres, sqlite []string // what makes the table as it is; a nil one is not tried
	columns          []string // declared, as written in YAML
	key              []string // the first of the columns, unless stated
	file             []string
	// told is in the message. Of what would mend it, alter tells that the
	// statements do, and declare that the lines of YAML do; of a header both do
	// together. none is in the help where neither can.
	told           string
	alter, declare bool
	none           string
}

const plainTable = "CREATE TABLE t (id integer PRIMARY KEY, n integer, note text)"

var plain = []string{plainTable, "INSERT INTO t VALUES (1, 10, 'a'), (2, 20, 'b')"}

var advice = []advised{
	{name: "a new column", postgres: plain, sqlite: plain, columns: []string{"id: integer", "n: integer", "note: text"},
		file: []string{"id,n,note,more", "1,10,a,2024-01-31", "3,30,c,2024-02-29"}, told: "+ more", alter: true, declare: true},
	{name: "a new column with an odd name", postgres: plain, sqlite: plain, columns: []string{"id: integer", "n: integer", "note: text"},
		file: []string{"id,n,note,\"a b`c\"\"d: #e\"", "1,10,a,x", "3,30,c,y"}, told: "d: #e", alter: true, declare: true},
	{name: "a column that is gone", postgres: plain, sqlite: plain, columns: []string{"id: integer", "n: integer", "note: text"},
		file: []string{"id,note", "1,a", "3,c"}, told: "- n", declare: true},
	{name: "a column that is gone, and the table wants it",
		postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, note text)"},
		sqlite:   []string{"CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, note text)"},
		columns:  []string{"id: integer", "n: integer", "note: text"},
		file:     []string{"id,note", "1,a", "3,c"}, told: "- n", alter: true, declare: true},
	{name: "a renamed column", postgres: plain, sqlite: plain, columns: []string{"id: integer", "n: integer", "note: text"},
		file: []string{"id,n,remark", "1,10,a", "2,20,b"}, told: "renamed?", alter: true, declare: true},
	{name: "a renamed key", postgres: plain, sqlite: plain, columns: []string{"id: integer", "n: integer", "note: text"},
		file: []string{"ident,n,note", "1,10,a", "2,20,b"}, told: "renamed?", alter: true, declare: true},
	{name: "a recased column", postgres: plain, sqlite: plain, columns: []string{"id: integer", "n: integer", "note: text"},
		file: []string{"id,n,Note", "1,10,a", "2,20,b"}, told: "the same name in another case", alter: true, declare: true},
	{name: "a recased column of the table", postgres: []string{`CREATE TABLE t (id integer PRIMARY KEY, n integer, "NOTE" text)`},
		sqlite:  []string{"CREATE TABLE t (id integer PRIMARY KEY, n integer, NOTE text)"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "named NOTE", alter: true},
	{name: "a new column that the table has in another case",
		postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n integer, note text, more text)"},
		sqlite:   []string{"CREATE TABLE t (id integer PRIMARY KEY, n integer, note text, more text)"},
		columns:  []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note,More", "1,10,a,x"}, told: "+ More", alter: true, declare: true},
	{name: "a column that is not there", postgres: plain, sqlite: plain, columns: []string{"id: integer", "n: integer", "note: text", "more: date"},
		file: []string{"id,n,note,more", "1,10,a,2024-01-31"}, told: "no such column", alter: true},
	{name: "a text for numbers", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n text, note text)", "INSERT INTO t VALUES (1, '10', 'a')"},
		sqlite:  []string{"CREATE TABLE t (id integer PRIMARY KEY, n text, note text)", "INSERT INTO t VALUES (1, '10', 'a')"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a", "2,20,b"}, told: "n is declared integer", alter: true, declare: true},
	{name: "a text with a default for numbers", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n text DEFAULT 'none', note text)"},
		sqlite:  []string{"CREATE TABLE t (id integer PRIMARY KEY, n text DEFAULT 'none', note text)"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "n is declared integer", alter: true, declare: true},
	{name: "a number for texts", postgres: plain, sqlite: plain, columns: []string{"id: integer", "n: text", "note: text"},
		file: []string{"id,n,note", "1,10,a", "2,020,b"}, told: "n is declared text", alter: true},
	{name: "a truth for numbers", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n boolean, note text)", "INSERT INTO t VALUES (1, true, 'a')"},
		columns: []string{"id: integer", "n: bigint", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "n is declared bigint", none: "no cast"},
	{name: "times for dates", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n timestamp, note text)", "INSERT INTO t VALUES (1, '2024-01-31 23:59', 'a')"},
		columns: []string{"id: integer", "n: date", "note: text"}, file: []string{"id,n,note", "1,2024-01-31 00:00:00,a"}, told: "n is declared date", declare: true, none: "times would be cut"},
	{name: "times of a zone for times of none", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n timestamptz, note text)"},
		columns: []string{"id: integer", "n: timestamp", "note: text"}, file: []string{"id,n,note", "1,2024-01-31T10:00:00Z,a"}, told: "n is declared timestamp", declare: true, none: "time zone of the session"},
	{name: "dates for times", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n date, note text)", "INSERT INTO t VALUES (1, '2024-01-31', 'a')"},
		columns: []string{"id: integer", "n: timestamp", "note: text"}, file: []string{"id,n,note", "1,2024-01-31 10:00:00,a"}, told: "n is declared timestamp", alter: true},
	{name: "a narrow number", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n numeric(5,1), note varchar(2))", "INSERT INTO t VALUES (1, 1.5, 'a')"},
		columns: []string{"id: integer", `n: "numeric(10,2)"`, "note: text"}, file: []string{"id,n,note", "1,1.5,a"}, told: "n is declared numeric(10,2)", alter: true},
	{name: "an indexed text for numbers", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n text, note text)", "CREATE INDEX i ON t (n)"},
		sqlite: []string{"CREATE TABLE t (id integer PRIMARY KEY, n text, note text)", "CREATE INDEX i ON t (n)",
			"CREATE UNIQUE INDEX j ON t (lower(n))", "CREATE INDEX k ON t (note) WHERE n > 0", "CREATE INDEX l ON t (note)"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "n is declared integer", alter: true, declare: true},
	{name: "a text for numbers that a view shows", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n text, note text)", "CREATE VIEW v AS SELECT n FROM t"},
		sqlite:  []string{"CREATE TABLE t (id integer PRIMARY KEY, n text, note text)", "CREATE VIEW v AS SELECT n FROM t"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "n is declared integer", declare: true, none: "view v"},
	{name: "a unique text for numbers", sqlite: []string{"CREATE TABLE t (id integer PRIMARY KEY, n text UNIQUE, note text)"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "n is declared integer", declare: true, none: "make the table anew"},
	{name: "a checked text for numbers", sqlite: []string{"CREATE TABLE t (id integer PRIMARY KEY, n text, note text, CHECK (n <> note))"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "n is declared integer", declare: true, none: "make the table anew"},
	{name: "a referring text for numbers", sqlite: []string{"CREATE TABLE other (n text PRIMARY KEY)", "INSERT INTO other VALUES ('10')", "CREATE TABLE t (id integer PRIMARY KEY, n text REFERENCES other(n), note text)"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "n is declared integer", declare: true, none: "make the table anew"},
	{name: "a key of texts", postgres: []string{"CREATE TABLE t (id text PRIMARY KEY, n integer, note text)", "INSERT INTO t VALUES ('1', 10, 'a')"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "id is declared integer", alter: true, declare: true},
	{name: "a key of texts in SQLite",
		sqlite:  []string{"CREATE TABLE t (id text PRIMARY KEY, n integer, note text)", "INSERT INTO t VALUES ('1', 10, 'a')"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "id is declared integer", declare: true, none: "primary key"},
	{name: "a column without a type", sqlite: []string{"CREATE TABLE t (id integer PRIMARY KEY, n, note text)", "INSERT INTO t VALUES (1, '10', 'a')"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "a column without a type", alter: true},
	{name: "no key", postgres: []string{"CREATE TABLE t (id integer, n integer, note text)"}, sqlite: []string{"CREATE TABLE t (id integer, n integer, note text)"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "no unique index", alter: true},
	{name: "another key", postgres: []string{"CREATE TABLE t (id integer NOT NULL, n integer, note text, PRIMARY KEY (n, note))"},
		sqlite:  []string{"CREATE TABLE t (id integer NOT NULL, n integer NOT NULL, note text NOT NULL, PRIMARY KEY (n, note))"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "no unique index", alter: true, declare: true},
	{name: "a key of more columns", postgres: []string{plainTable, "INSERT INTO t VALUES (1, 10, 'a')"}, key: []string{"note", "id"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a", "1,10,b"}, told: "no unique index", alter: true},
	{name: "a key of more columns, and another table needs the one there is",
		postgres: []string{plainTable, "CREATE TABLE other (id integer CONSTRAINT needs REFERENCES t)"}, key: []string{"id", "n"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a", "1,20,b"}, told: "no unique index", none: "the foreign key needs of other"},
	{name: "a key of more columns in SQLite", sqlite: plain, key: []string{"id", "n"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a", "1,20,b"}, told: "no unique index", none: "make the table anew"},
	{name: "a view", postgres: []string{"CREATE VIEW t AS SELECT 1 AS id, 2 AS n"}, sqlite: []string{"CREATE TABLE u (id integer, n integer)", "CREATE VIEW t AS SELECT id, n FROM u"},
		columns: []string{"id: integer", "n: integer"}, file: []string{"id,n", "1,10"}, told: "it is a view", none: "name a table"},
	{name: "a column that must be filled in", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n integer, note text, more date NOT NULL)"},
		sqlite:  []string{"CREATE TABLE t (id integer PRIMARY KEY, n integer, note text, more text NOT NULL)"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "more is not declared", alter: true},

	{name: "a key that the database gives", postgres: []string{"CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n integer, note text)"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a"}, told: "GENERATED ALWAYS AS IDENTITY", alter: true},
	{name: "a number that the database gives", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n bigint GENERATED ALWAYS AS IDENTITY, note text)", "INSERT INTO t (id) VALUES (1)"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a", "2,20,b"}, told: "GENERATED ALWAYS AS IDENTITY", alter: true},
	{name: "a number that the database gives, for texts", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n bigint GENERATED ALWAYS AS IDENTITY, note text)", "INSERT INTO t (id) VALUES (1)"},
		columns: []string{"id: integer", "n: text", "note: text"}, file: []string{"id,n,note", "1,10,a", "2,20,b"}, told: "GENERATED ALWAYS AS IDENTITY", alter: true},
	{name: "a computed column", postgres: []string{"CREATE TABLE t (id integer PRIMARY KEY, n integer GENERATED ALWAYS AS (id * 10) STORED, note text)", "INSERT INTO t (id) VALUES (1)"},
		sqlite:  []string{"CREATE TABLE t (id integer PRIMARY KEY, n integer GENERATED ALWAYS AS (id * 10) STORED, note text)", "INSERT INTO t (id) VALUES (1)"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a", "2,21,b"}, told: "a generated column", alter: true},
	{name: "a column that is computed when it is read", sqlite: []string{"CREATE TABLE t (id integer PRIMARY KEY, n integer GENERATED ALWAYS AS (id * 10), note text)", "INSERT INTO t (id) VALUES (1)"},
		columns: []string{"id: integer", "n: integer", "note: text"}, file: []string{"id,n,note", "1,10,a", "2,21,b"}, told: "a generated column", alter: true},
}

// What a message says would accept what is there does accept it, pasted as it
// is shown, and where nothing would, it says so.
func TestAdviceWorksAsItIsPrinted(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		for _, c := range advice {
			ddl := c.postgres
			if strings.HasPrefix(target, "sqlite:") {
				ddl = c.sqlite
			}
			if ddl == nil {
				continue
			}
			t.Run(c.name, func(t *testing.T) {
				t.Parallel() // beside tests that wait
				c.follow(t, target, ddl)
			})
		}
	})
}

func (c advised) follow(t *testing.T, target string, ddl []string) {
	isHeader := strings.HasPrefix(c.told, "+") || strings.HasPrefix(c.told, "- ") || strings.Contains(c.told, "renamed?") ||
		strings.Contains(c.told, "another case") || strings.Contains(c.told, "d: #e")
	ways := [][2]bool{{c.alter, c.declare}}
	if !isHeader {
		ways = nil
		if c.alter {
			ways = append(ways, [2]bool{true, false})
		}
		if c.declare {
			ways = append(ways, [2]bool{false, true})
		}
		if ways == nil || c.none != "" && !c.declare {
			ways = append(ways, [2]bool{})
		}
	}
	for _, way := range ways {
		target := fresh(t, target)
		dir := t.TempDir()
		write(t, filepath.Join(dir, "t.csv"), strings.Join(c.file, "\n")+"\n")
		declared := map[string]any{}
		for _, line := range c.columns {
			parse(t, line, declared)
		}
		key := c.key
		if key == nil {
			first, _, _ := strings.Cut(c.columns[0], ":")
			key = []string{first}
		}
		spec := map[string]any{"version": 1, "name": "advice", "tables": map[string]any{"t": map[string]any{
			"source": "t.csv", "primary_key": key, "columns": declared}}}
		save(t, dir, spec)
		for _, statement := range ddl {
			tell(t, target, statement)
		}
		arguments := []string{"run", "spec.yaml", "--target", target, "--report", "none", "--format", "json", "--progress", "none"}
		message, help := errorOf(t, exits(t, 1, dir, arguments...))
		if !strings.Contains(message, c.told) || !strings.Contains(help, c.none) {
			t.Fatalf("told: %s\n%s\nwant %s, %s", message, help, c.told, c.none)
		}
		statements, lines, replaced := adviceIn(help)
		if !isHeader && !c.alter && len(statements) > 0 {
			t.Errorf("what cannot work is advised:\n%s", help)
		}
		if way == [2]bool{} {
			continue
		}
		if way[0] {
			if len(statements) == 0 {
				t.Errorf("no statement is advised: %s\n%s", message, help)
			}
			for _, statement := range statements {
				tell(t, target, statement)
			}
		}
		if way[1] {
			apply(t, spec, lines, replaced)
			save(t, dir, spec)
		}
		if out, ok := tries(dir, arguments...); !ok {
			t.Errorf("alter %v, declare %v: the advice does not work: %s\n%s\nand then\n%s", way[0], way[1], message, help, out)
		}
	}
}

func tries(dir string, arguments ...string) (string, bool) {
	cmd, out := pipe(dir, arguments...)
	err := cmd.Run()
	return out.String(), err == nil
}

func errorOf(t *testing.T, out string) (message, help string) {
	t.Helper()
	var result struct {
		Error struct{ Code, Message, Hint string }
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if e := result.Error; e.Code != "table_misfit" && e.Code != "header_mismatch" {
		t.Fatalf("%s: %s", e.Code, e.Message)
	}
	return result.Error.Message, result.Error.Hint
}

var (
	aStatement = regexp.MustCompile(`(?ms)^(ALTER|UPDATE|CREATE|DROP) .*?;$`)
	instead    = regexp.MustCompile(`(?m)^ *# instead of (.*)$`)
)

// adviceIn takes the SQL and the YAML out of a help, and the columns that others
// take the place of.
func adviceIn(help string) (statements []string, lines string, replaced []string) {
	statements = aStatement.FindAllString(help, -1)
	if _, rest, ok := strings.Cut("\n"+help, "\ntables:\n"); ok {
		rest, _, _ = strings.Cut(rest, "\nand in the target:")
		lines = "tables:\n" + rest
	}
	for _, m := range instead.FindAllStringSubmatch(help, -1) {
		replaced = append(replaced, m[1])
	}
	return statements, lines, replaced
}

func apply(t *testing.T, spec map[string]any, lines string, replaced []string) {
	t.Helper()
	var patch map[string]map[string]map[string]any
	if err := yaml.Unmarshal([]byte(lines), &patch); err != nil {
		t.Fatalf("%v:\n%s", err, lines)
	}
	table := spec["tables"].(map[string]any)["t"].(map[string]any)
	columns := table["columns"].(map[string]any)
	for key, value := range patch["tables"]["t"] {
		if key != "columns" {
			table[key] = value
			continue
		}
		for name, column := range value.(map[string]any) {
			columns[name] = column
		}
	}
	for name := range columns {
		if slices.Contains(replaced, name) {
			delete(columns, name)
		}
	}
}

func parse(t *testing.T, line string, into map[string]any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(line), &into); err != nil {
		t.Fatal(err)
	}
}

func save(t *testing.T, dir string, spec map[string]any) {
	t.Helper()
	text, err := yaml.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "spec.yaml"), string(text))
}
