package rule_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

func source(text string) spec.Text {
	return spec.Verbatim(text, diag.Pos{File: "suite.yaml", Line: 1, Col: 1})
}

// readEntries reads the rules of a file: each is a line that begins in the first
// column; what follows it, indented, is what is wanted of it.
func readEntries(t testing.TB, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimRight(line, "\n"); line != "" && line[0] != ' ' && line[0] != '#' {
			list = append(list, line)
		}
	}
	return list
}

func compareFile(t *testing.T, path string, got []string) {
	t.Helper()
	text := strings.Join(got, "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(text, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// Every row rule has its SQL on both databases, and the rows for which it is
// false and unknown are the same on both.
func TestRowRules(t *testing.T) {
	const path = "testdata/row_rules.txt"
	dbs := databases(t)
	var got []string
	for _, text := range readEntries(t, path) {
		r := compile(t, text)
		if r == nil {
			continue
		}
		if r.IsTable() {
			t.Errorf("%s: is a table rule", text)
		}
		got = append(got, text, "  postgres: "+r.SQL(postgres), "  sqlite:   "+r.SQL(sqliteDialect), answers(t, dbs, text, func(db database) string {
			f := ids(t, db, "("+r.SQL(db.dialect)+") IS FALSE")
			return "  false: " + f + "; unknown: " + ids(t, db, "("+r.SQL(db.dialect)+") IS NULL")
		}), "")
	}
	compareFile(t, path, got)
}

// Every table rule gives the same answer and the same aggregates.
func TestTableRules(t *testing.T) {
	const path = "testdata/table_rules.txt"
	dbs := databases(t)
	where := compile(t, "id <= 3 or flag")
	var got []string
	for _, text := range readEntries(t, path) {
		r := compile(t, text)
		if r == nil {
			continue
		}
		if !r.IsTable() {
			t.Errorf("%s: is a row rule", text)
		}
		got = append(got, text, "  postgres: "+r.SQLWhere(postgres, where), "  sqlite:   "+r.SQLWhere(sqliteDialect, where),
			answers(t, dbs, text, func(db database) string { return "  all rows: " + tableAnswer(t, db, r, nil) }),
			answers(t, dbs, text, func(db database) string { return "  filtered: " + tableAnswer(t, db, r, where) }), "")
	}
	compareFile(t, path, got)
}

// Every fault of a rule is told at once, each at its own characters.
func TestBadRules(t *testing.T) {
	const path = "testdata/bad_rules.txt"
	var got []string
	for _, text := range readEntries(t, path) {
		r, list := rule.Compile(source(text), scope)
		if r != nil || !list.HasErrors() {
			t.Errorf("%s: compiles", text)
		}
		got = append(got, text)
		for _, d := range list {
			line := fmt.Sprintf("  %d-%d %s: %s", d.Col, max(d.Col, d.EndCol-1), d.Code, d.Message)
			if d.Suggestion != "" {
				line += "; " + d.Suggestion
			}
			got = append(got, line)
		}
		got = append(got, "")
	}
	compareFile(t, path, got)
}

func compile(t *testing.T, text string) *rule.Rule {
	t.Helper()
	r, list := rule.Compile(source(text), scope)
	if len(list) > 0 {
		t.Errorf("%s: %v", text, list)
	}
	return r
}

// answers asks every database and wants one answer.
func answers(t *testing.T, dbs []database, text string, ask func(database) string) string {
	t.Helper()
	first := ask(dbs[0])
	for _, db := range dbs[1:] {
		if a := ask(db); a != first {
			t.Errorf("%s\n%s says %s\n%s says %s", text, dbs[0].dialect.Driver(), first, db.dialect.Driver(), a)
		}
	}
	return first
}

func ids(t *testing.T, db database, condition string) string {
	t.Helper()
	found, err := db.QueryContext(context.Background(), "SELECT id FROM t WHERE "+condition+" ORDER BY id")
	if err != nil {
		t.Errorf("%s: %v", condition, err)
		return "error"
	}
	defer found.Close()
	var list []string
	for found.Next() {
		var id string
		if err := found.Scan(&id); err != nil {
			t.Fatal(err)
		}
		list = append(list, id)
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, " ")
}

func tableAnswer(t *testing.T, db database, r, where *rule.Rule) string {
	t.Helper()
	outputs := []string{r.SQLWhere(db.dialect, where)}
	names := []string{"success"}
	for _, a := range r.Aggregates(db.dialect, where) {
		outputs = append(outputs, a.SQL)
		names = append(names, a.Written)
	}
	query := "SELECT " + strings.Join(outputs, ", ")
	if r.Scans() {
		query += " FROM t"
	}
	values := make([]any, len(outputs))
	into := make([]any, len(outputs))
	for i := range values {
		into[i] = &values[i]
	}
	if err := db.QueryRowContext(context.Background(), query).Scan(into...); err != nil {
		t.Errorf("%s: %v", query, err)
		return "error"
	}
	var list []string
	for i, v := range values {
		list = append(list, names[i]+" = "+plain(v))
	}
	return strings.Join(list, ", ")
}

// plain words a value alike for both drivers. Sums of decimals are exact on
// PostgreSQL and doubles on SQLite, so 15 digits count.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return "unknown"
	case bool:
		return map[bool]string{true: "1", false: "0"}[v]
	case []byte:
		if f, err := strconv.ParseFloat(string(v), 64); err == nil {
			return plain(f)
		}
		return string(v)
	case float64:
		return strconv.FormatFloat(v, 'g', 15, 64)
	}
	return fmt.Sprint(v)
}
