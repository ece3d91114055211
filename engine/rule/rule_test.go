package rule_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
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
	rules := compileAll(t, path, false)
	answer := func(t *testing.T, db database, r *rule.Rule) string {
		sql := "(" + r.SQL(db.dialect) + ")"
		return "  false: " + ids(t, db, sql+" IS FALSE") + "; unknown: " + ids(t, db, sql+" IS NULL")
	}
	db := inSQLite(t)
	var got []string
	for _, r := range rules {
		got = append(got, r.Text(), "  postgres: "+r.SQL(postgres), "  sqlite:   "+r.SQL(sqliteDialect), answer(t, db, r), "")
	}
	compareFile(t, path, got)
	t.Run("postgres", func(t *testing.T) {
		other := inPostgres(t)
		for _, r := range rules {
			same(t, r, answer(t, db, r), answer(t, other, r))
		}
	})
}

// Every table rule gives the same answer and the same aggregates.
func TestTableRules(t *testing.T) {
	const path = "testdata/table_rules.txt"
	rules := compileAll(t, path, true)
	where := compile(t, "id <= 3 or flag")
	db := inSQLite(t)
	var got []string
	for _, r := range rules {
		got = append(got, r.Text(), "  postgres: "+r.SQLWhere(postgres, where), "  sqlite:   "+r.SQLWhere(sqliteDialect, where),
			"  all rows: "+tableAnswer(t, db, r, nil), "  filtered: "+tableAnswer(t, db, r, where), "")
	}
	compareFile(t, path, got)
	t.Run("postgres", func(t *testing.T) {
		other := inPostgres(t)
		for _, r := range rules {
			same(t, r, tableAnswer(t, db, r, nil), tableAnswer(t, other, r, nil))
			same(t, r, tableAnswer(t, db, r, where), tableAnswer(t, other, r, where))
		}
	})
}

func same(t *testing.T, r *rule.Rule, sqlite, postgres string) {
	t.Helper()
	if sqlite != postgres {
		t.Errorf("%s\nSQLite says     %s\nPostgreSQL says %s", r.Text(), sqlite, postgres)
	}
}

func compileAll(t *testing.T, path string, table bool) []*rule.Rule {
	t.Helper()
	var rules []*rule.Rule
	for _, text := range readEntries(t, path) {
		r := compile(t, text)
		if r == nil {
			continue
		}
		if r.IsTable() != table {
			t.Errorf("%s: table rule is %v", text, r.IsTable())
		}
		rules = append(rules, r)
	}
	return rules
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

// A column whose declared type is at fault, which is told there, is nothing that
// a rule could be checked with: whatever the rule, nothing is told of it again,
// and nothing panics. What is wrong otherwise is told as ever.
func TestColumnsOfNoType(t *testing.T) {
	for _, path := range []string{"testdata/row_rules.txt", "testdata/table_rules.txt", "testdata/bad_rules.txt"} {
		for _, text := range readEntries(t, path) {
			_, known := rule.Compile(source(text), scope)
			for i := -1; i < len(scope.Columns); i++ {
				part := scope
				part.Columns = slices.Clone(scope.Columns)
				for j := range part.Columns {
					if i < 0 || i == j {
						part.Columns[j].Type = spec.Type{}
					}
				}
				_, list := rule.Compile(source(text), part)
				if path != "testdata/bad_rules.txt" && list.HasErrors() {
					t.Errorf("%s: without the type of column %d: %v (with it: %v)", text, i, list, known)
				}
			}
		}
	}
}

func compile(t *testing.T, text string) *rule.Rule {
	t.Helper()
	r, list := rule.Compile(source(text), scope)
	if list.HasErrors() {
		t.Errorf("%s: %v", text, list)
	}
	return r
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

// plain words a value alike for both drivers, numbers by their first 14 digits;
// TestAgreement compares all of them.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return "unknown"
	case bool:
		return map[bool]string{true: "1", false: "0"}[v]
	case []byte:
		return plain(string(v))
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return plain(f)
		}
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', 14, 64)
	}
	return fmt.Sprint(v)
}
