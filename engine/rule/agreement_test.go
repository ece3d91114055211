package rule_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/lib/pq"
	"modernc.org/sqlite"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/internal/sqlitefunc"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// wideScope is what generated rules may name.
var wideScope = rule.Scope{Table: "t", Columns: wide, Tables: map[string][]rule.Column{"other": other}}

// A rule means one thing: of the same rows, Go, SQLite and PostgreSQL find the
// same ones true, false and unknown; a table rule is the same truth of the same
// aggregates.
func FuzzAgreement(f *testing.F) {
	for i := range uint64(64) {
		f.Add(randomBytes(i))
	}
	bases := agreementBases(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		agree(t, bases, &generator{bytes: data})
	})
}

// The same on a fixed set of rules, so that a plain test run proves something
// of every operation, and that what is generated is nearly always a rule.
func TestAgreement(t *testing.T) {
	bases := agreementBases(t)
	n := 1500
	if testing.Short() {
		n = 200
	}
	compiled := 0
	for i := range n {
		if agree(t, bases, &generator{bytes: randomBytes(uint64(i))}) {
			compiled++
		}
		if t.Failed() {
			t.Fatalf("case %d", i)
		}
	}
	if compiled < n*8/10 {
		t.Errorf("of %d generated rules only %d compile", n, compiled)
	}
}

func randomBytes(seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, 300+r.IntN(300))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// base is a database that answers what a rule is of rows.
type base struct {
	*sql.Conn
	name    string
	dialect dialect.Dialect
	// fill makes t hold rows, and gives what stands before a query for that.
	fill func(testing.TB, [][]string) string
}

func agreementBases(t testing.TB) []base {
	d := &sqlite.Driver{}
	if err := sqlitefunc.Register(d); err != nil {
		t.Fatal(err)
	}
	lite := base{Conn: connection(t, sql.OpenDB(connector{d})), name: "SQLite", dialect: sqliteDialect}
	var columns []string
	for _, c := range wide {
		columns = append(columns, sqliteDialect.Quote(c.Name)+" "+sqliteDialect.Type(c.Type))
	}
	execute(t, lite.Conn, "CREATE TABLE t (id INTEGER PRIMARY KEY, "+strings.Join(columns, ", ")+")")
	lite.fill = func(t testing.TB, rows [][]string) string {
		lite.insert(t, "t", wide, rows)
		return ""
	}
	execute(t, lite.Conn, "CREATE TABLE other (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, c numeric, d TEXT)")
	lite.insert(t, "other", other, otherRows)
	bases := []base{lite}
	if os.Getenv("PIPE_TEST_POSTGRES") != "" {
		pool, err := sql.Open("postgres", pgtest.Database(t))
		if err != nil {
			t.Fatal(err)
		}
		pg := base{Conn: connection(t, pool), name: "PostgreSQL", dialect: postgres, fill: valuesCTE}
		execute(t, pg.Conn, "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET jit = off")
		bases = append(bases, pg)
	}
	return bases
}

// insert stores values as the loader does: integral numerics as integers, other
// numbers as doubles.
func (b base) insert(t testing.TB, table string, columns []rule.Column, rows [][]string) {
	execute(t, b.Conn, "DELETE FROM "+table)
	holes := strings.TrimSuffix(strings.Repeat("?, ", len(columns)+1), ", ")
	for i, row := range rows {
		args := []any{i}
		for c, v := range row {
			args = append(args, sqliteValue(t, columns[c].Type.Kind, v))
		}
		if _, err := b.ExecContext(context.Background(), "INSERT INTO "+table+" VALUES ("+holes+")", args...); err != nil {
			t.Fatal(err)
		}
	}
}

func sqliteValue(t testing.TB, kind spec.Kind, v string) any {
	switch {
	case v == "NULL":
		return nil
	case kind == spec.KindBoolean:
		return v == "true"
	case kind == spec.KindInteger, kind == spec.KindBigint:
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	case kind == spec.KindNumeric:
		if r, ok := new(big.Rat).SetString(v); ok && r.IsInt() && r.Num().IsInt64() {
			return r.Num().Int64()
		}
		fallthrough
	case kind == spec.KindDouble:
		f, err := strconv.ParseFloat(v, 64)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	return v
}

// valuesCTE is rows as common table expressions: one round trip.
func valuesCTE(_ testing.TB, rows [][]string) string {
	return "WITH " + expressionOf("other", other, otherRows) + ", " + expressionOf("t", wide, rows) + " "
}

func expressionOf(table string, columns []rule.Column, rows [][]string) string {
	var b strings.Builder
	b.WriteString(postgres.Quote(table) + ` ("id"`)
	for _, c := range columns {
		b.WriteString(", " + postgres.Quote(c.Name))
	}
	b.WriteString(") AS MATERIALIZED (VALUES ")
	for i, row := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + strconv.Itoa(i))
		for c, v := range row {
			b.WriteString(", ")
			if v != "NULL" {
				v = dialect.Text(v)
			}
			b.WriteString(v + "::" + postgres.Type(columns[c].Type))
		}
		b.WriteString(")")
	}
	return b.String() + ")"
}

// rowsInGo are the same rows for the evaluator.
func rowsInGo(t testing.TB, columns []rule.Column, rows [][]string) []rule.Row {
	var list []rule.Row
	for _, row := range rows {
		r := rule.Row{}
		for c, v := range row {
			if v == "NULL" {
				continue
			}
			switch columns[c].Type.Kind {
			case spec.KindBoolean:
				r[columns[c].Name] = v == "true"
			case spec.KindInteger, spec.KindBigint, spec.KindNumeric:
				n, ok := new(big.Rat).SetString(v)
				if !ok {
					t.Fatalf("%q is not a number", v)
				}
				r[columns[c].Name] = n
			case spec.KindDouble:
				f, err := strconv.ParseFloat(v, 64)
				if err != nil {
					t.Fatal(err)
				}
				r[columns[c].Name] = f
			default:
				r[columns[c].Name] = v
			}
		}
		list = append(list, r)
	}
	return list
}

// Of texts of every length, what is asked of their bytes first is what is asked
// of their characters.
func TestQuickConditionsOfText(t *testing.T) {
	bases := agreementBases(t)
	texts := []string{"NULL", "", " ", "\t\r\n\f\v", " a", "a ", "\u00a0", "!", "\x01", "é", "éé", "日本語", "😀", "😀😀😀😀", "abcd", "abcde", "abcdef", "ééééé",
		strings.Repeat("x", 20), strings.Repeat("é", 20), strings.Repeat("😀", 21)}
	var rows [][]string
	for _, text := range texts {
		var row []string
		for _, c := range wide {
			v := "NULL"
			if c.Name == "s" {
				v = text
			}
			row = append(row, v)
		}
		rows = append(rows, row)
	}
	rules := []string{`trim(s) != ""`, `"" != trim(s)`, `trim(s) == ""`, `length(s) != 1`, `length(s) in 2..20`}
	for _, op := range []string{"<", "<=", ">", ">=", "=="} {
		for _, n := range []string{"-1", "0", "1", "2", "4", "5", "6", "20", "20.5", "1e3"} {
			rules = append(rules, "length(s) "+op+" "+n)
		}
	}
	for _, text := range rules {
		r, list := rule.Compile(source(text), wideScope)
		if list.HasErrors() {
			t.Fatal(list)
		}
		c := agreement{t: t, rule: r, rows: rows, data: rule.Data{Rows: rowsInGo(t, wide, rows)}}
		for _, b := range bases {
			c.ofRows(b)
		}
	}
}

// agree compares one generated case; false when what was generated is no rule.
func agree(t testing.TB, bases []base, g *generator) bool {
	t.Helper()
	isTable, filtered := g.pick(3) == 1, g.pick(2) == 1
	var text, where string
	if isTable {
		text = g.tableRule()
		if filtered {
			where = g.truth(1)
		}
	} else {
		text = g.rule()
	}
	rows := g.table()
	r, list := rule.Compile(source(text), wideScope)
	if r == nil {
		for _, d := range list {
			if d.Code != "constant" && d.Code != "rule-too-long" && d.Code != "type-mismatch" {
				t.Errorf("%s: %v", text, d)
			}
		}
		return false
	}
	var filter *rule.Rule
	if where != "" {
		if filter, _ = rule.Compile(source(where), wideScope); filter == nil {
			return false
		}
	}
	c := agreement{t, r, filter, rows, rule.Data{Rows: rowsInGo(t, wide, rows), Where: filter, Tables: map[string][]rule.Row{"other": rowsInGo(t, other, otherRows)}}, g.inexact}
	for _, b := range bases {
		if r.IsTable() {
			c.ofTable(b)
		} else {
			c.ofRows(b)
		}
	}
	return true
}

// agreement is one case.
type agreement struct {
	t       testing.TB
	rule    *rule.Rule
	where   *rule.Rule
	rows    [][]string
	data    rule.Data
	inexact bool
}

func (c agreement) differs(b base, query, inGo, inBase string) {
	c.t.Helper()
	var table strings.Builder
	for i, row := range c.rows {
		fmt.Fprintf(&table, "\n  row %d:", i)
		for col, v := range row {
			if strings.Contains(c.rule.Text(), wide[col].Name) || c.where != nil && strings.Contains(c.where.Text(), wide[col].Name) {
				fmt.Fprintf(&table, " %s=%q", wide[col].Name, v)
			}
		}
	}
	where := ""
	if c.where != nil {
		where = "\nwhere " + c.where.Text()
	}
	c.t.Errorf("%s%s\nGo says %s\n%s says %s%s\n%s", c.rule.Text(), where, inGo, b.name, inBase, table.String(), query)
}

const truthCase = "CASE (%s) WHEN %s THEN 't' WHEN %s THEN 'f' ELSE '?' END"

func (c agreement) ofRows(b base) {
	c.t.Helper()
	var want strings.Builder
	for _, row := range c.data.Rows {
		truth, err := c.rule.Eval(row, c.data)
		if err != nil {
			c.t.Fatalf("%s: %v", c.rule.Text(), err)
		}
		want.WriteString(strings.Repeat(map[rule.Truth]string{rule.True: "t", rule.False: "f", rule.Unknown: "?"}[truth], 2))
	}
	// As a whole, and as the conditions that the scan of many rules is made of.
	truth := fmt.Sprintf(truthCase+" || "+truthCase, c.rule.SQL(b.dialect), b.dialect.Bool(true), b.dialect.Bool(false),
		conjunction(c.rule, b.dialect), b.dialect.Bool(true), b.dialect.Bool(false))
	query := b.fill(c.t, c.rows) + "SELECT " + truth + " FROM t ORDER BY id"
	found, err := b.QueryContext(context.Background(), query)
	if err == nil {
		var got string
		if got, err = oneText(found); err == nil && got != want.String() {
			c.differs(b, query, want.String(), got)
		}
	}
	if err != nil && !outOfRange(err) {
		c.t.Errorf("%s: %v\n%s", c.rule.Text(), err, query)
	}
}

// conjunction joins a rule's conjuncts again.
func conjunction(r *rule.Rule, d dialect.Dialect) string {
	var list []string
	for _, c := range r.Conjuncts(d) {
		list = append(list, c.SQL)
	}
	return strings.Join(list, " AND ")
}

// oneText joins a column of texts.
func oneText(rows *sql.Rows) (string, error) {
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return "", err
		}
		b.WriteString(s)
	}
	return b.String(), rows.Err()
}

// outOfRange tells PostgreSQL's refusal of a double that is too large or too
// small, by which an expectation fails as not evaluated.
func outOfRange(err error) bool {
	var fault *pq.Error
	return errors.As(err, &fault) && fault.Code == "22003" || strings.Contains(err.Error(), "value out of range") // SQLite's
}

func (c agreement) ofTable(b base) {
	c.t.Helper()
	truth, err := c.rule.EvalTable(c.data)
	if err != nil {
		c.t.Fatalf("%s: %v", c.rule.Text(), err)
	}
	want, err := c.rule.Observe(c.data)
	if err != nil {
		c.t.Fatalf("%s: %v", c.rule.Text(), err)
	}
	aggregates := c.rule.Aggregates(b.dialect, c.where)
	outputs := []string{fmt.Sprintf(truthCase, c.rule.SQLWhere(b.dialect, c.where), b.dialect.Bool(true), b.dialect.Bool(false))}
	for _, a := range aggregates {
		outputs = append(outputs, a.SQL)
	}
	query := b.fill(c.t, c.rows) + "SELECT " + strings.Join(outputs, ", ")
	if c.rule.Scans() {
		query += " FROM t"
	}
	values := make([]any, len(outputs))
	into := make([]any, len(outputs))
	for i := range values {
		into[i] = &values[i]
	}
	if err := b.QueryRowContext(context.Background(), query).Scan(into...); err != nil {
		if !outOfRange(err) {
			c.t.Errorf("%s: %v\n%s", c.rule.Text(), err, query)
		}
		return
	}
	for i, a := range aggregates {
		if !c.equal(want[i].Value, values[i+1]) {
			c.differs(b, query, fmt.Sprintf("%s = %s", a.Written, rule.Text(want[i].Value)), shown(values[i+1]))
		}
	}
	letter := map[rule.Truth]string{rule.True: "t", rule.False: "f", rule.Unknown: "?"}[truth]
	if got := textOf(values[0]); got != letter && !c.inexact {
		c.differs(b, query, letter, got)
	}
}

func textOf(v any) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(v)
}

func shown(v any) string {
	switch v := v.(type) {
	case []byte:
		return string(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}

// equal tells whether a database's value is Go's. Numbers are the decimals
// that they read as.
func (c agreement) equal(want, got any) bool {
	switch w := want.(type) {
	case nil:
		return got == nil
	case bool:
		return got != nil && (textOf(got) == "true" || textOf(got) == "1") == w
	case *big.Rat:
		g, ok := new(big.Rat).SetString(shown(got))
		return ok && g.Cmp(w) == 0
	case float64:
		g, err := strconv.ParseFloat(shown(got), 64)
		return err == nil && (g == w || c.inexact && c.near(g, w))
	}
	return got != nil && textOf(got) == want
}

// near compares sums of doubles that were added in another order. What may be
// lost is a share of the largest, which the sum itself may not show.
func (c agreement) near(a, b float64) bool {
	largest := 0.0
	for _, row := range c.data.Rows {
		for _, v := range row {
			switch v := v.(type) {
			case float64:
				largest = max(largest, math.Abs(v))
			case *big.Rat:
				f, _ := v.Float64()
				largest = max(largest, math.Abs(f))
			}
		}
	}
	return math.Abs(a-b) <= 1e-12*3*largest
}
