package expectation_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	_ "github.com/lib/pq"
	"github.com/rogpeppe/go-internal/txtar"
	"modernc.org/sqlite"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/internal/sqlitefunc"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

var update = flag.Bool("update", false, "rewrite the wanted parts of testdata")

// Each file holds a spec of tables and one suite (spec.yaml), the rows of the
// tables (rows/<table>: one row of SQL literals a line), and what is wanted:
// the SQL for each database and the verdict, which is the same on both; or for
// a suite at fault the diagnostics. Where a table is not as pipe creates it, the
// parts types/<driver> give declarations of columns (table.column type), and
// setup/<driver> is SQL that runs first.
func TestKinds(t *testing.T) {
	forEachFile(t, func(t *testing.T, archive *txtar.Archive, file string) {
		c := read(t, archive)
		checkFaults(t, c, archive, file)
		checkVerdicts(t, c, archive, file)
	})
}

// PostgreSQL says of every expectation what SQLite says.
func TestKindsOnPostgres(t *testing.T) {
	pool, err := sql.Open("postgres", pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	forEachFile(t, func(t *testing.T, archive *txtar.Archive, file string) {
		c := read(t, archive)
		db := inSQLite(t, c)
		other := fill(t, pool, dialect.For(spec.Postgres), c)
		c.each(func(s *spec.Suite, e *spec.Expectation) {
			if expectation.Check(e, s, c.context(s, nil)).HasErrors() {
				return
			}
			want := verdict(t, db, compile(t, e, s, c.context(s, db.dialect)))
			got := verdict(t, other, compile(t, e, s, c.context(s, other.dialect)))
			if want != got {
				t.Errorf("%s[%d]\nSQLite:\n%sPostgreSQL:\n%s", s.Name.V, e.Index, want, got)
			}
		})
		for name := range c.tables {
			if _, err := other.ExecContext(context.Background(), "DROP TABLE "+other.dialect.Quote(name)); err != nil {
				t.Error(err)
			}
		}
	})
}

func forEachFile(t *testing.T, do func(t *testing.T, a *txtar.Archive, file string)) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			do(t, archive, file)
		})
	}
}

// Every kind of the catalogue has a file that tests it.
func TestEveryKindIsTested(t *testing.T) {
	for _, k := range expectation.Catalogue {
		if _, err := os.Stat("testdata/" + k.Name + ".txtar"); err != nil {
			t.Error(err)
		}
		if k.Doc == "" || !strings.HasSuffix(k.Doc, ".") {
			t.Errorf("%s: its Doc is no sentence", k.Name)
		}
		for _, p := range k.Params {
			if p.Doc == "" {
				t.Errorf("%s: %s has no Doc", k.Name, p.Name)
			}
		}
	}
}

// suiteCase is one archive, read.
type suiteCase struct {
	spec   *spec.Spec
	tables map[string][]rule.Column
	rows   map[string][]string
	// types and setup are by driver; types by table.column too.
	types map[spec.Driver]map[string]string
	setup map[spec.Driver]string
}

func part(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func read(t *testing.T, a *txtar.Archive) suiteCase {
	t.Helper()
	fsys := fstest.MapFS{
		"specs/entry.yaml": {Data: []byte("version: 1\nname: test\ninclude: [suite.yaml]\nvars: {as_of: {type: date, default: 2024-01-31}}\n")},
		"specs/suite.yaml": {Data: []byte(part(a, "suite.yaml"))},
	}
	s, list := spec.Read(fsys, "specs/entry.yaml")
	if list.HasErrors() {
		t.Fatal(list)
	}
	c := suiteCase{spec: s, tables: map[string][]rule.Column{}, rows: map[string][]string{},
		types: map[spec.Driver]map[string]string{}, setup: map[spec.Driver]string{}}
	for _, driver := range []spec.Driver{spec.SQLite, spec.Postgres} {
		c.types[driver], c.setup[driver] = map[string]string{}, part(a, "setup/"+string(driver))
		for line := range strings.Lines(part(a, "types/"+string(driver))) {
			name, declared, _ := strings.Cut(strings.TrimSpace(line), " ")
			c.types[driver][name] = declared
		}
	}
	for _, table := range s.Tables {
		for _, col := range table.Columns {
			c.tables[table.Name.V] = append(c.tables[table.Name.V],
				rule.Column{Name: col.Name.V, Type: col.Type.V, Nullable: !table.IsKey(col.Name.V)})
		}
		for line := range strings.Lines(part(a, "rows/"+table.Name.V)) {
			if line = strings.TrimSpace(line); line != "" {
				c.rows[table.Name.V] = append(c.rows[table.Name.V], line)
			}
		}
	}
	return c
}

func (c suiteCase) context(s *spec.Suite, d dialect.Dialect) expectation.Context {
	var key []string
	for _, k := range c.spec.Table(s.Table.V).PrimaryKey {
		key = append(key, k.V)
	}
	return expectation.Context{Suite: s.Name.V, Table: s.Table.V, Columns: c.tables[s.Table.V], Tables: c.tables, Key: key, Dialect: d,
		Vars: map[string]rule.Var{"as_of": {Type: spec.VarDate, Value: "2024-01-31", Known: true}}}
}

// checkFaults compares the diagnostics of every suite.
func checkFaults(t *testing.T, c suiteCase, a *txtar.Archive, file string) {
	var all diag.List
	for _, s := range c.spec.Suites {
		for _, e := range s.Expectations {
			all = append(all, expectation.Check(e, s, c.context(s, nil))...)
		}
	}
	all.Sort()
	var text strings.Builder
	if err := diag.Fprint(&text, all, c.spec.Source); err != nil {
		t.Fatal(err)
	}
	compare(t, a, file, "faults", text.String())
}

func compare(t *testing.T, a *txtar.Archive, file, name, got string) {
	t.Helper()
	if !*update {
		if diff := cmp.Diff(strings.Split(part(a, name), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		return
	}
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == name })
	if got != "" {
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(got)})
	}
	if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// checkVerdicts compares the SQL of every expectation without faults, and what
// SQLite finds.
func checkVerdicts(t *testing.T, c suiteCase, a *txtar.Archive, file string) {
	db := inSQLite(t, c)
	var b strings.Builder
	c.each(func(s *spec.Suite, e *spec.Expectation) {
		if expectation.Check(e, s, c.context(s, nil)).HasErrors() {
			return
		}
		fmt.Fprintf(&b, "%s[%d]\n", s.Name.V, e.Index)
		for _, d := range []dialect.Dialect{dialect.For(spec.Postgres), dialect.For(spec.SQLite)} {
			b.WriteString(describe(compile(t, e, s, c.context(s, d)), d))
		}
		b.WriteString(verdict(t, db, compile(t, e, s, c.context(s, db.dialect))))
	})
	compare(t, a, file, "verdicts", b.String())
}

func (c suiteCase) each(do func(*spec.Suite, *spec.Expectation)) {
	for _, s := range c.spec.Suites {
		for _, e := range s.Expectations {
			do(s, e)
		}
	}
}

func compile(t *testing.T, e *spec.Expectation, s *spec.Suite, c expectation.Context) expectation.Compiled {
	t.Helper()
	compiled, list := expectation.Compile(e, s, c)
	if list.HasErrors() {
		t.Fatal(list)
	}
	return compiled
}

func describe(c expectation.Compiled, d dialect.Dialect) string {
	var b strings.Builder
	name := string(d.Driver())
	for _, o := range c.Scan {
		fmt.Fprintf(&b, "  %s scan %s: %s\n", name, o.Name, o.SQL)
	}
	if c.Query != "" {
		fmt.Fprintf(&b, "  %s query: %s\n", name, c.Query)
	}
	if c.Failing != "" {
		fmt.Fprintf(&b, "  %s failing: %s\n", name, c.Failing)
	}
	if c.Own != nil && c.Own.Base != "" {
		fmt.Fprintf(&b, "  %s base: %s\n  %s comparison: %s\n", name, c.Own.Base, name, c.Own.Comparison)
	}
	return b.String()
}

// verdict runs what the plan would run, and says what came of it.
func verdict(t *testing.T, db database, c expectation.Compiled) string {
	t.Helper()
	query := c.Query
	if query == "" {
		var outputs []string
		for _, o := range c.Scan {
			outputs = append(outputs, o.SQL+" AS e0_"+o.Name)
		}
		query = "SELECT " + strings.Join(outputs, ", ") + " FROM " + db.dialect.Quote(c.Table)
	}
	var outputs map[string]any
	if c.Own != nil && c.Own.Base != "" {
		outputs = compared(t, db, c.Own)
	} else if c.Test != nil {
		var err error
		if outputs, err = asked(t, db, c, query); err != nil {
			return "  error: " + err.Error() + "\n"
		}
	} else {
		outputs = one(t, db, query)
	}
	if len(outputs) == 0 {
		return "  error\n"
	}
	for name, v := range outputs {
		outputs[strings.TrimPrefix(name, "e0_")] = v
	}
	v := c.Judge.Verdict(outputs)
	if err := v.Err(); err != nil {
		return "  error: " + err.Error() + "\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  %s: %s\n", map[bool]string{true: "success", false: "failure"}[v.Success], v.Sentence)
	if c.Judge.Kind == expectation.JudgeRows {
		fmt.Fprintf(&b, "  %d elements, %d missing, %d unexpected\n", v.ElementCount, v.MissingCount, v.UnexpectedCount)
	}
	for _, field := range []struct {
		name  string
		value any
	}{{"observed", v.Observed}, {"details", v.Details}} {
		text, err := json.Marshal(field.value)
		if err != nil {
			t.Error(err)
		}
		if field.value != nil {
			fmt.Fprintf(&b, "  %s: %s\n", field.name, text)
		}
	}
	if c.Failing != "" {
		from := " FROM " + db.dialect.Quote(c.Table) + " WHERE " + c.Failing + " ORDER BY id"
		found := column(t, db, "SELECT id"+from)
		if c.Test != nil {
			found = failing(t, c, found, column(t, db, "SELECT "+db.dialect.Quote(c.Shown[0])+from))
		}
		fmt.Fprintf(&b, "  failing ids: %s; shown: %s\n", strings.Join(found, " "), strings.Join(c.Shown, ", "))
		if int64(len(found)) != v.UnexpectedCount {
			t.Errorf("%s on %s: %d rows fail, %d are unexpected", c.Name, db.dialect.Driver(), len(found), v.UnexpectedCount)
		}
	}
	return b.String()
}

// compared counts the rows of two queries that match.
func compared(t *testing.T, db database, own *expectation.Own) map[string]any {
	t.Helper()
	bag := own.Bag()
	for _, side := range []struct {
		query string
		take  func([]any)
	}{{own.Base, bag.Add}, {own.Comparison, bag.Match}} {
		found, err := db.QueryContext(context.Background(), side.query)
		if err != nil {
			t.Errorf("%s: %v", side.query, err)
			return nil
		}
		names, err := found.ColumnTypes()
		if err != nil {
			t.Fatal(err)
		}
		for found.Next() {
			values, into := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			if err := found.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for i, v := range values { // as package database reads them
				if b, ok := v.([]byte); ok && names[i].DatabaseTypeName() == "NUMERIC" {
					values[i] = json.Number(b)
				}
			}
			side.take(values)
		}
		if err := errors.Join(found.Err(), found.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return bag.Outputs()
}

// asked counts what a Test finds of the values that the query gives.
func asked(t *testing.T, db database, c expectation.Compiled, query string) (map[string]any, error) {
	t.Helper()
	expected, err := c.Test.Ask()
	if err != nil {
		t.Fatal(err)
	}
	found, err := db.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer found.Close()
	var elements, missing, unexpected, n int64
	for found.Next() {
		var value sql.NullString
		if err := found.Scan(&value, &n); err != nil {
			t.Fatal(err)
		}
		elements += n
		if !value.Valid {
			missing += n
			continue
		}
		fine, err := expected(value.String)
		if err != nil {
			return nil, err
		}
		if !fine {
			unexpected += n
		}
	}
	return map[string]any{"element_count": elements, "missing_count": missing, "unexpected_count": unexpected}, found.Err()
}

// failing are the ids whose values a Test does not expect.
func failing(t *testing.T, c expectation.Compiled, ids, values []string) []string {
	t.Helper()
	expected, err := c.Test.Ask()
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for i, id := range ids {
		if fine, err := expected(values[i]); err != nil || !fine {
			list = append(list, id)
		}
	}
	return list
}

type database struct {
	*sql.Conn
	dialect dialect.Dialect
	pool    *sql.DB
}

type connector struct{ d *sqlite.Driver }

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.d.Open(":memory:") }
func (c connector) Driver() driver.Driver                        { return c.d }

func inSQLite(t *testing.T, c suiteCase) database {
	t.Helper()
	d := &sqlite.Driver{}
	if err := errors.Join(sqlitefunc.Register(d), sqlitefunc.RegisterNumber(d)); err != nil {
		t.Fatal(err)
	}
	pool := sql.OpenDB(connector{d})
	t.Cleanup(func() { pool.Close() })
	return fill(t, pool, dialect.For(spec.SQLite), c)
}

func fill(t *testing.T, pool *sql.DB, d dialect.Dialect, c suiteCase) database {
	t.Helper()
	conn, err := pool.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	execute := func(query string) {
		if _, err := conn.ExecContext(context.Background(), query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	if setup := c.setup[d.Driver()]; setup != "" {
		execute(setup)
	}
	for name, columns := range c.tables {
		var list []string
		for _, col := range columns {
			declared := d.Type(col.Type)
			if t := c.types[d.Driver()][name+"."+col.Name]; t != "" {
				declared = t
			}
			list = append(list, d.Quote(col.Name)+" "+declared)
		}
		execute("CREATE TABLE " + d.Quote(name) + " (" + strings.Join(list, ", ") + ")")
		for _, row := range c.rows[name] {
			execute("INSERT INTO " + d.Quote(name) + " VALUES (" + row + ")")
		}
	}
	return database{conn, d, pool}
}

// one runs a query that must give one row.
func one(t *testing.T, db database, query string) map[string]any {
	t.Helper()
	found, err := db.QueryContext(context.Background(), query)
	if err != nil {
		t.Errorf("%s: %v", query, err)
		return nil
	}
	defer found.Close()
	names, _ := found.Columns()
	outputs := map[string]any{}
	for n := 0; found.Next(); n++ {
		values := make([]any, len(names))
		into := make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, name := range names {
			outputs[name] = values[i]
		}
		if n > 0 {
			t.Errorf("%s: gives more than one row", query)
		}
	}
	if err := found.Err(); err != nil {
		t.Errorf("%s: %v", query, err)
	}
	return outputs
}

func column(t *testing.T, db database, query string) []string {
	t.Helper()
	found, err := db.QueryContext(context.Background(), query)
	if err != nil {
		t.Errorf("%s: %v", query, err)
		return nil
	}
	defer found.Close()
	var list []string
	for found.Next() {
		var s string
		if err := found.Scan(&s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return list
}
