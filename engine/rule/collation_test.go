package rule_test

import (
	"context"
	"math/big"
	"testing"

	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// Text is compared by code point, whatever collation its column was declared
// with: the databases find what Go finds.
func TestTextOfColumnsWithCollations(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		db := inSQLite(t)
		execute(t, db.Conn, "CREATE TEMP TABLE c (id INTEGER, s TEXT COLLATE NOCASE, r TEXT COLLATE RTRIM)")
		execute(t, db.Conn, "CREATE TEMP TABLE other_c (name TEXT COLLATE NOCASE)")
		testCollations(t, db)
	})
	t.Run("postgres", func(t *testing.T) {
		db := inPostgres(t)
		execute(t, db.Conn, "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
		execute(t, db.Conn, "CREATE TEMP TABLE c (id integer, s text COLLATE loose, r text COLLATE \"en-x-icu\")")
		execute(t, db.Conn, "CREATE TEMP TABLE other_c (name text COLLATE loose)")
		testCollations(t, db)
	})
}

func testCollations(t *testing.T, db database) {
	column := func(name string, kind spec.Kind) rule.Column {
		return rule.Column{Name: name, Type: spec.Type{Kind: kind}, Nullable: true}
	}
	scope := rule.Scope{Table: "c", Columns: []rule.Column{column("id", spec.KindInteger), column("s", spec.KindText), column("r", spec.KindText)},
		Tables: map[string][]rule.Column{"other_c": {column("name", spec.KindText)}}}
	texts := []string{"abc", "ABC", "abc  ", "b", "B", "a_", "Z"}
	var rows []rule.Row
	for _, s := range texts {
		for _, r := range texts {
			if _, err := db.ExecContext(context.Background(), "INSERT INTO c VALUES ("+db.dialect.Param(1)+", "+db.dialect.Param(2)+", "+db.dialect.Param(3)+")", len(rows), s, r); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, rule.Row{"s": s, "r": r})
		}
	}
	execute(t, db.Conn, "INSERT INTO other_c VALUES ('ABC')")
	data := rule.Data{Tables: map[string][]rule.Row{"other_c": {{"name": "ABC"}}}}
	for _, text := range []string{`s == "abc"`, `"abc" == s`, `s != "b"`, `s in ["abc", "B"]`, `not (r in ["abc"])`, `s < "a"`, `r >= "b"`, `s == r`, `r <= s`, `lower(s) == r`,
		`trim(r) == "ABC"`, `s contains "B"`, `s startsWith r`, `r endsWith s`, `r startsWith "AB"`, `s matches "^a"`, `r matches "c$"`, `(id > 3 ? s : r) == "b"`, `(s ?? r) == "ABC"`,
		`exists_in(s, "other_c.name")`, `exists_in(upper(r), "other_c.name")`, `upper(s) == s`} {
		r, list := rule.Compile(source(text), scope)
		if list.HasErrors() {
			t.Fatal(list)
		}
		for i, row := range rows {
			row["id"] = big.NewRat(int64(i), 1)
			want, err := r.Eval(row, data)
			if err != nil {
				t.Fatal(err)
			}
			var got bool
			query := "SELECT (" + r.SQL(db.dialect) + ") IS TRUE FROM c WHERE id = " + db.dialect.Param(1)
			if err := db.QueryRowContext(context.Background(), query, i).Scan(&got); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			if got != (want == rule.True) {
				t.Errorf("%s: %t of s = %q, r = %q", text, got, row["s"], row["r"])
			}
		}
	}
	for text, want := range map[string]bool{`count_distinct(s) == 7`: true, `min(s) == "ABC"`: true, `max(r) == "b"`: true,
		`unique(s, r)`: true, `unique(s)`: false} {
		r, list := rule.Compile(source(text), scope)
		if list.HasErrors() {
			t.Fatal(list)
		}
		var got bool
		if err := db.QueryRowContext(context.Background(), "SELECT ("+r.SQL(db.dialect)+") FROM c").Scan(&got); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got != want {
			t.Errorf("%s is %t", text, got)
		}
	}
}

// The padding of a character(n) is no part of its texts.
func TestPaddedText(t *testing.T) {
	db := inPostgres(t)
	execute(t, db.Conn, "CREATE TEMP TABLE padded (s char(6))")
	execute(t, db.Conn, "INSERT INTO padded VALUES ('abc')")
	for text, want := range map[string]bool{`s == "abc"`: true, `s == "abc "`: false, `s in ["abc  "]`: false, `length(s) == 3`: true, `s matches "c$"`: true,
		`s endsWith "c"`: true, `s > "abc"`: false} {
		r := compileRow(t, text)
		var got bool
		if err := db.QueryRowContext(context.Background(), "SELECT ("+r.SQL(db.dialect)+") FROM padded").Scan(&got); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got != want {
			t.Errorf("%s is %t of a padded text", text, got)
		}
	}
}
