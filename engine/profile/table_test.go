package profile

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/spec"
)

// made opens a database in which the statements were executed.
func made(t *testing.T, url string, statements ...string) *database.DB {
	t.Helper()
	ctx := context.Background()
	target, _, err := database.ParseTarget(url)
	if err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(ctx, target, "test", database.ReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := db.Session(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range statements {
		if err := s.Exec(ctx, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return db
}

func onBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "target.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.Database(t)) })
}

// The same rows give the same figures, whether they lie in a file, in SQLite or
// in PostgreSQL.
func TestATableIsProfiledLikeItsFile(t *testing.T) {
	const rows = `ORD-1,1.50,true,2024-01-31,2024-01-31 10:00:00,b,
ORD-2,-3,false,2023-12-01,2024-01-31 10:00:00.5,a,x
ORD-30,,true,,2024-02-01 00:00:00,B,
`
	p, err := look(t, "t.csv", "id,amount,flag,day,at,word,seldom\n"+rows, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	onBoth(t, func(t *testing.T, url string) {
		var values []string
		for line := range strings.Lines(rows) {
			var cells []string
			for i, cell := range strings.Split(strings.TrimSuffix(line, "\n"), ",") {
				switch {
				case cell == "":
					cell = "NULL"
				case i == 2 && strings.HasPrefix(url, "sqlite"):
					cell = map[string]string{"true": "1", "false": "0"}[cell]
				case i == 2:
				default:
					cell = "'" + cell + "'"
				}
				cells = append(cells, cell)
			}
			values = append(values, "("+strings.Join(cells, ", ")+")")
		}
		db := made(t, url, "CREATE TABLE t (id text PRIMARY KEY, amount numeric, flag boolean, day date, at timestamp, word text, seldom text)",
			"INSERT INTO t VALUES "+strings.Join(values, ", "))
		got, err := Table(context.Background(), db, TableOptions{Table: "t"})
		if err != nil {
			t.Fatal(err)
		}
		if got.Rows != p.Rows || !slices.Equal(got.Key, []string{"id"}) || got.KeyFound || len(got.Columns) != len(p.Columns) {
			t.Fatalf("got %+v", got)
		}
		for i, g := range got.Columns {
			w := p.Columns[i]
			// What a database counts of types that make no key is not asked of files.
			w.Values, g.Values = slices.Clone(w.Values), slices.Clone(g.Values)
			if !isKeyType(w.Type.Kind) {
				w.Unique, g.Unique = Unknown, Unknown
			}
			if w.Min == "1.5" || g.Max == "1.50" {
				g.Max = strings.TrimSuffix(g.Max, "0") // digits are kept as they are stored
			}
			if w.Name != g.Name || w.Type != g.Type || w.Nulls != g.Nulls || w.Distinct != g.Distinct || w.Unique != g.Unique || w.Min != g.Min || w.Max != g.Max ||
				w.Shortest != g.Shortest || w.Longest != g.Longest || !slices.Equal(w.Values, g.Values) || w.Shape != g.Shape {
				t.Errorf("got  %+v\nwant %+v", g, w)
			}
		}
	})
}

func TestTypesOfPostgres(t *testing.T) {
	db := made(t, pgtest.Database(t),
		"CREATE TYPE mood AS ENUM ('sad', 'happy')", "CREATE DOMAIN short AS varchar(3)",
		`CREATE TABLE "Odd one" (b integer, a char(4), "Größe" numeric(10,2), big bigint, small smallint, r real, d double precision, n numeric, at timestamptz, at3 timestamp(3),
		  u uuid, s short, m mood, j json, arr integer[], iv interval, xs bytea, inf date, PRIMARY KEY (b, a))`,
		`INSERT INTO "Odd one" SELECT i, 'x' || i, i * 1.5, i * 10000000000, i, i / 3.0, CASE i WHEN 3 THEN 'NaN'::float8 ELSE i END, CASE i WHEN 3 THEN 'NaN'::numeric ELSE i END, TIMESTAMPTZ '2024-01-31 12:00+02' + i * INTERVAL '1 day',
		  TIMESTAMP '2024-01-31 12:00:00.125', gen_random_uuid(), 'abc', 'sad', '{}', '{1}', INTERVAL '1 day', 'x', DATE 'infinity' FROM generate_series(1, 3) AS i`)
	p, err := Table(context.Background(), db, TableOptions{Table: "Odd one"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range p.Columns {
		got = append(got, c.Name+" "+c.Type.String()+" "+c.Min+" "+c.Max)
	}
	want := `b integer 1 3, a text  , Größe numeric(10,2) 1.50 4.50, big bigint 10000000000 30000000000, small integer 1 3, r double 0.33333334 1, d double 1 NaN, n numeric 1 NaN, at timestamptz 2024-02-01 10:00:00+00 2024-02-03 10:00:00+00, at3 timestamp 2024-01-31 12:00:00.125 2024-01-31 12:00:00.125, u uuid  , s text  , inf date infinity infinity`
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if !slices.Equal(p.Key, []string{"b", "a"}) {
		t.Errorf("the key is %v", p.Key)
	}
	var left []string
	for _, o := range p.Left {
		left = append(left, o.Column)
	}
	if strings.Join(left, " ") != "m j arr iv xs" {
		t.Errorf("left out: %v", p.Left)
	}
	for _, s := range Suggest(p) {
		if strings.HasSuffix(s.Name, "in_range") && (s.Column == "d" || s.Column == "n" || s.Column == "inf") {
			t.Errorf("a range of what is not finite: %+v", s)
		}
	}
}

// SQLite stores anything anywhere: a column that holds something else than its
// type says is left out, and told.
func TestSQLiteColumnsThatAreNotWhatTheySay(t *testing.T) {
	db := made(t, "sqlite:"+filepath.Join(t.TempDir(), "target.db"),
		"CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, d DATE, flag BOOLEAN, x TEXT, bare, price DECIMAL(8,2), label VARCHAR(20), at DATETIME)",
		"INSERT INTO t VALUES (1, 5, '2024-01-31', 1, 'a', 1, 1.5, 'p', '2024-01-31 10:00:00'), (2, 'five', '31.01.2024', 2, x'00', 2, 2, 'q', '2024-02-01 10:00:00')",
		"CREATE VIEW v AS SELECT id, label FROM t")
	p, err := Table(context.Background(), db, TableOptions{Table: "t"})
	if err != nil {
		t.Fatal(err)
	}
	var got, left []string
	for _, c := range p.Columns {
		got = append(got, c.Name+" "+c.Type.String())
	}
	for _, o := range p.Left {
		left = append(left, o.Column+", "+o.Why)
	}
	if text := strings.Join(got, "; "); text != "id bigint; price numeric(8,2); label text; at timestamp" {
		t.Errorf("got %s", text)
	}
	if text := strings.Join(left, "; "); text != "bare, which has no type; n, which holds 1 value of another type than bigint; d, which holds 1 value of another type than date; "+
		"flag, which holds 1 value of another type than boolean; x, which holds 1 value of another type than text" {
		t.Errorf("left out: %s", text)
	}
	if p, err = Table(context.Background(), db, TableOptions{Table: "v"}); err != nil || len(p.Columns) != 2 || !slices.Equal(p.Key, []string{"id"}) || !p.KeyFound {
		t.Errorf("a view: %+v %v", p, err)
	}
}

// What a spec declares wins over what the database says, and what the table
// does not have is told.
func TestDeclaredColumns(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		db := made(t, url, "CREATE TABLE t (id integer PRIMARY KEY, day date, more text)", "INSERT INTO t VALUES (1, '2024-01-31', 'x')")
		p, err := Table(context.Background(), db, TableOptions{Table: "t", Key: []string{"id"}, Columns: []dialect.Column{
			{Name: "id", Type: spec.Type{Kind: spec.KindInteger}}, {Name: "day", Type: spec.Type{Kind: spec.KindDate}}, {Name: "later", Type: spec.Type{Kind: spec.KindText}}}})
		if err != nil {
			t.Fatal(err)
		}
		if !p.Declared || len(p.Columns) != 2 || p.Column("id").Type.Kind != spec.KindInteger || len(p.Left) != 1 || p.Left[0].Column != "later" {
			t.Errorf("got %+v", p)
		}
	})
}

func TestTablesThatTellNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		db := made(t, url, "CREATE TABLE users (id integer)")
		var empty *EmptyError
		if _, err := Table(context.Background(), db, TableOptions{Table: "users"}); !errors.As(err, &empty) {
			t.Errorf("an empty table: %v", err)
		}
		var unknown *UnknownTableError
		if _, err := Table(context.Background(), db, TableOptions{Table: "usres"}); !errors.As(err, &unknown) || !slices.Equal(unknown.Tables, []string{"users"}) {
			t.Errorf("no such table: %v", err)
		}
		// The session went back in order.
		if _, err := Table(context.Background(), db, TableOptions{Table: "users"}); !errors.As(err, &empty) {
			t.Errorf("once more: %v", err)
		}
	})
}

func TestAVeryWideTable(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		var columns, values []string
		for i := range 450 {
			columns = append(columns, "c"+strconv.Itoa(i)+" integer")
			values = append(values, strconv.Itoa(i))
		}
		db := made(t, url, "CREATE TABLE wide ("+strings.Join(columns, ", ")+")", "INSERT INTO wide VALUES ("+strings.Join(values, ", ")+")")
		p, err := Table(context.Background(), db, TableOptions{Table: "wide"})
		if err != nil || len(p.Columns) != 450 || p.Columns[449].Max != "449" || p.Rows != 1 {
			t.Errorf("%d columns, %v", len(p.Columns), err)
		}
	})
}

// Tables are those of the schema of the target.
func TestOtherSchemas(t *testing.T) {
	url := pgtest.Database(t)
	made(t, url, "CREATE SCHEMA other", "CREATE TABLE other.t (id integer)", "INSERT INTO other.t VALUES (1)", "CREATE TABLE public.u (id integer)")
	target, _, err := database.ParseTarget(url)
	if err != nil {
		t.Fatal(err)
	}
	target.Schema = "other"
	db, err := database.Open(context.Background(), target, "test", database.ReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if p, err := Table(context.Background(), db, TableOptions{Table: "t"}); err != nil || p.Rows != 1 {
		t.Errorf("%+v %v", p, err)
	}
	var unknown *UnknownTableError
	if _, err := Table(context.Background(), db, TableOptions{Table: "u"}); !errors.As(err, &unknown) || !slices.Equal(unknown.Tables, []string{"t"}) {
		t.Errorf("a table of another schema: %v", err)
	}
}
