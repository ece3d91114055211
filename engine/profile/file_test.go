package profile

import (
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/source"
)

// look writes a file and looks at it.
func look(t testing.TB, name, text string, o FileOptions) (*Profile, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return File(context.Background(), path, o)
}

// column looks at a file of one column with these cells; a blank one stays
// unquoted.
func column(t *testing.T, name string, cells ...string) Column {
	t.Helper()
	var b strings.Builder
	w := csv.NewWriter(&b)
	for _, cell := range append([]string{name}, cells...) {
		if err := w.Write([]string{cell, "x"}); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	p, err := look(t, "t.csv", b.String(), FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return p.Columns[0]
}

// The type of a column is one that every cell of it fits, by the rules of
// loading, and that loses nothing.
func TestTypes(t *testing.T) {
	for _, tc := range []struct{ cells, want, note string }{
		{"1|2|-3", "integer", ""},
		{"0|1|1", "integer", ""},
		{"1|2||3", "integer", ""},
		{"1073741824|1", "integer", ""},
		{"1073741825|1", "bigint", ""},
		{"-9223372036854775808|1", "bigint", ""},
		{"9223372036854775808|1", "text", "whole numbers of more than 18 digits are the names of something, not amounts"},
		{"007|123", "text", "would be integer, but 1 cell does not fit, the first on line 2"},
		{"0|10|0.5", "numeric", ""},
		{"00.5|1.5", "text", ""},
		{"+491234|+4912", "text", ""},
		{"1.0|2.50", "numeric", ""},
		{"30.98545735403624|1.5", "numeric", ""},
		{"0.12345678901234567890|1", "numeric", "has more digits than a double: on SQLite such rows are bad rows"},
		{"1.5e3|2e-7", "double", ""},
		{"12E4|13E5", "text", ""},
		{"1,5|2,25", `{type: numeric, decimal: ","}`, ""},
		{"1,500|2,250", "text", "numbers, but 1,500 may be 1500 or 1.500: say which with decimal and thousands"},
		{"1,234.50|2", `{type: numeric, thousands: ","}`, ""},
		{"True|False|", "boolean", ""},
		{"FALSE|False", "boolean", ""},
		{"yes|no", "boolean", ""},
		{"yes|0|1|no", "boolean", ""},
		{"no|no", "text", ""},
		{"f|f", "text", ""},
		{"t|f", "boolean", ""},
		{"Yes|No|No internet service", "text", ""},
		{"2024-01-31|2023-12-01", "date", ""},
		{"31.01.2024|01.02.2024", `{type: date, formats: ["%d.%m.%Y"]}`, ""},
		{"01/02/2024|02/03/2024", "text", "a date, but both %d/%m/%Y and %m/%d/%Y read every cell: say which in formats"},
		{"01/02/2024|31/03/2024", `{type: date, formats: ["%d/%m/%Y"]}`, ""},
		{"01/02/2024|03/31/2024", `{type: date, formats: ["%m/%d/%Y"]}`, ""},
		{"20240131|20240201", "integer", ""},
		{"2024-02-30|2024-01-01", "text", "would be date, but 1 cell does not fit, the first on line 2"},
		{"2024-01-31 10:00:00|2024-01-31T11:00:00.25", "timestamp", ""},
		{"2024-01-31 10:00:00Z|2024-01-31T11:00:00+02:00", "timestamptz", ""},
		{"2024-01-31 10:00:00Z|2024-01-31 11:00:00", "text", ""},
		{"2024-01-31 10:00|2024-02-01 09:30", `{type: timestamp, formats: ["%Y-%m-%d %H:%M"]}`, ""},
		{"6ba7b810-9dad-11d1-80b4-00c04fd430c8|6BA7B811-9dad-11d1-80b4-00c04fd430c8", "uuid", ""},
		{"1|NA|3", "{type: integer, null_values: [NA]}", ""},
		{"1.5|NaN|\\N", `{type: numeric, null_values: [NaN, '\N']}`, ""},
		{"NA|DE|FR", "text", ""},
		{"NULL|NULL", `{type: text, null_values: ["NULL"]}`, "no row has a value: nothing tells its type"},
		{"||", "text", "blank in every row: nothing tells its type"},
		{" 1|2 |  ", "{type: integer, trim: true}", ""},
		{" a|b ", "text", ""},
	} {
		cells := strings.Split(tc.cells, "|")
		if strings.HasPrefix(tc.note, "would be") { // of many
			cells = append(cells, slices.Repeat(cells[1:2], 30)...)
		}
		c := column(t, "a", cells...)
		// NaN is no number to YAML 1.2, and a bare word to people: quoted.
		want := strings.Replace(tc.want, "[NaN,", `["NaN",`, 1)
		if c.yaml("") != want || c.Note != tc.note {
			t.Errorf("%s: %s (%s), want %s (%s)", tc.cells, c.yaml(""), c.Note, want, tc.note)
		}
	}
}

// A postcode of a land whose postcodes begin with no zero is a name all the
// same.
func TestNumbersThatNameThingsStayText(t *testing.T) {
	for name, want := range map[string]string{"zip": "text", "phone_number": "text", "Postcode": "text", "zipper": "integer", "phones_sold": "integer"} {
		if c := column(t, name, "94105", "10001"); c.Type.String() != want {
			t.Errorf("%s: %s, want %s", name, c.Type, want)
		}
	}
}

// One row of a million decides a type, wherever it stands.
func TestEveryRowCounts(t *testing.T) {
	cells := slices.Repeat([]string{"12"}, 50_000)
	if c := column(t, "n", cells...); c.Type.String() != "integer" {
		t.Fatalf("got %s", c.Type)
	}
	cells[49_999] = "12.5"
	if c := column(t, "n", cells...); c.Type.String() != "numeric" || c.Max != "12.5" || c.Distinct != 2 {
		t.Fatalf("got %+v", c)
	}
	cells[49_999] = "unknown"
	c := column(t, "n", cells...)
	if c.Type.String() != "text" || c.Note != "would be integer, but 1 cell does not fit, the first on line 50001" {
		t.Fatalf("got %+v", c)
	}
}

func TestFigures(t *testing.T) {
	p, err := look(t, "figures.csv", `id,amount,word,quoted,day
3,1.50,a,"",2024-03-01
1,1.5,,"",2024-01-31
2,-0.25,bcd,,0099-12-31
4,,a,"x",
`, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Rows != 4 || p.Table != "figures" || !slices.Equal(p.Key, []string{"id"}) || !p.KeyFound {
		t.Errorf("got %+v", p)
	}
	for _, want := range []Column{
		{Name: "id", Distinct: 4, Unique: Yes, Min: "1", Max: "4"},
		{Name: "amount", Nulls: 1, Distinct: 2, Unique: No, Min: "-0.25", Max: "1.5"},
		{Name: "word", Nulls: 1, Distinct: 2, Unique: No, Shortest: 1, Longest: 3, Values: []Value{{"a", 2}, {"bcd", 1}}},
		{Name: "quoted", Nulls: 1, Distinct: 2, Unique: No, Shortest: 0, Longest: 1, Values: []Value{{"", 2}, {"x", 1}}},
		{Name: "day", Nulls: 1, Distinct: 3, Unique: Yes, Min: "0099-12-31", Max: "2024-03-01"},
	} {
		got := *p.Column(want.Name)
		values := slices.Equal(got.Values, want.Values) || want.Values == nil
		if got.Nulls != want.Nulls || got.Distinct != want.Distinct || got.Unique != want.Unique || !values ||
			got.Shortest != want.Shortest || got.Longest != want.Longest || got.Max != want.Max || got.Min != want.Min {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
}

// Greatest and least go by the digits, not by the double that is nearest.
func TestBoundsAreExact(t *testing.T) {
	c := column(t, "n", "0.1000000000000000000001", "0.1", "0.10000000000000000000009")
	if c.Min != "0.1" || c.Max != "0.1000000000000000000001" {
		t.Errorf("from %s to %s", c.Min, c.Max)
	}
}

// Uniqueness is claimed of what was looked at to the end, and of nothing else.
func TestUniquenessIsNeverAGuess(t *testing.T) {
	left := &budget{100}
	a, b := newTally(true, left), newTally(true, left)
	for i := range 30_000 {
		text := []byte{byte(i), byte(i >> 8)}
		a.add(text)
		b.add(text[:1])
	}
	if a.unique() != Unknown || !a.more {
		t.Errorf("after giving up: %v", a.unique())
	}
	if b.unique() != No || b.more || len(b.seen) != 256 {
		t.Errorf("with repeated values: %v, %d of them", b.unique(), len(b.seen))
	}
	if left.left > 100 {
		t.Errorf("the budget grew to %d", left.left)
	}
}

func TestKeys(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"the table's own id before others", "code,user_id\nx,1\ny,2\n", "user_id"},
		{"names that look like a key before those that do not", "amount,email,account_id\n1,a,7\n2,b,8\n", "account_id"},
		{"no key with a blank", "user_id,code\n1,x\n,y\n", "code"},
		{"no key with an empty text", "user_id,code\n\"\",1\n\"b\",2\n", "code"},
		{"no amount is a key", "amount\n1.5\n2.5\n", ""},
		{"two columns", "day,shop,n\n1,a,5\n1,b,5\n2,a,5\n2,b,5\n", "day shop"},
		{"three columns", "a,b,c\n1,1,1\n1,1,2\n1,2,1\n2,1,1\n2,2,1\n2,1,2\n1,2,2\n", "a b c"},
		{"rows that are alike have none, though a load makes them one", "id,v\n1,2\n1,2\n1,3\n", ""},
		{"of names that differ in case alone the first", "A,a,b\n1,1,1\n1,2,2\n", "b"},
		{"rows that are alike, of more values, have none", "a,b\n1,1\n1,1\n1,2\n2,1\n", ""},
	} {
		p, err := look(t, "users.csv", tc.text, FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(p.Key, " "); got != tc.want {
			t.Errorf("%s: the key is %q, want %q", tc.name, got, tc.want)
		}
	}
}

// A file is read however it is written.
func TestFilesOfOtherForms(t *testing.T) {
	p, err := look(t, "Größe 2024.CSV", "id;größe\n1;2,5\n2;3,5\n", FileOptions{})
	if err != nil || p.Source.Delimiter != ';' || p.Column("größe").Decimal != ',' || p.Table != "grosse_2024" {
		t.Errorf("%+v %v", p, err)
	}
	p, err = look(t, "a.csv", "1\t'x\ty'\n2\t'z'\n", FileOptions{Delimiter: '\t', Quote: '\'', NoHeader: true, Table: "b"})
	if err != nil || p.Table != "b" || p.Columns[0].Name != "column_1" || p.Columns[1].Longest != 3 || p.Source.Header || p.Rows != 2 {
		t.Errorf("%+v %v", p, err)
	}
	p, err = look(t, "a.csv", "id,b\n1,2\n1,2,3\n\"x\"y,2\n2,5\n", FileOptions{})
	if err != nil || p.Rows != 2 || p.Malformed != 2 || p.FirstMalformed != 3 || p.FirstCode != source.LongRow || p.FirstWhy == "" {
		t.Errorf("%+v %v", p, err)
	}
}

// A header that is a value of every column that is no text may be a row, which
// would be lost.
func TestHeadersThatReadAsRows(t *testing.T) {
	for text, want := range map[string]bool{
		"17,alice,2024-01-01\n22,bob,2024-01-02\n": true,
		"1\n2\n3\n":                                true,
		"1;2,5\n2;3,5\n":                           true,
		"id,name,joined\n22,bob,2024-01-02\n":      false,
		"country,id,2023\nfrance,1,5\nspain,2,7\n": false,
		"alice,bob\ncarl,dora\n":                   false,
		"n,t\nx,true\ny,false\n":                   false,
		"NA,name\nNA,x\n1,y\n":                     false,
		"007,1.5\n008,2.5\n":                       true,
		"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,x\na0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12,y\n": true,
	} {
		p, err := look(t, "a.csv", text, FileOptions{})
		if err != nil || p.HeaderReadsAsRow != want || (HeaderReadsAsRow(p) != "") != want {
			t.Errorf("%q: %v %v", text, p.HeaderReadsAsRow, err)
		}
	}
	if p, err := look(t, "a.csv", "1\n2\n", FileOptions{NoHeader: true}); err != nil || p.HeaderReadsAsRow {
		t.Errorf("%+v %v", p, err)
	}
}

func TestFilesThatTellNothing(t *testing.T) {
	var empty *EmptyError
	if _, err := look(t, "a.csv", "id,b\n", FileOptions{}); !errors.As(err, &empty) {
		t.Error(err)
	}
	if _, err := look(t, "a.csv", "id,b\n1\n2\n", FileOptions{}); !errors.As(err, &empty) || empty.Malformed != 2 || empty.First.Code != source.ShortRow {
		t.Error(err)
	}
	_, err := look(t, "a.csv", "id,b\n1,caf\xe9\n2,th\xe9\n", FileOptions{})
	if !errors.As(err, &empty) || !strings.Contains(err.Error(), "no row that can be read") || !strings.Contains(err.Error(), "2 malformed rows, the first on line 2: ") ||
		!strings.Contains(err.Error(), "windows-1252") || !strings.Contains(err.Error(), "[invalid_utf8]") {
		t.Error(err)
	}
	if p, err := look(t, "a.csv", "id,b\n1,caf\xe9\n2,th\xe9\n", FileOptions{Encoding: "windows-1252"}); err != nil || p.Rows != 2 || p.Malformed != 0 {
		t.Errorf("%+v %v", p, err)
	}
	if _, err := look(t, "a.csv", "", FileOptions{}); !errors.Is(err, source.ErrEmpty) {
		t.Error(err)
	}
	var header *source.HeaderError
	if _, err := look(t, "a.csv.gz", "\x1f\x8b\x08\x00", FileOptions{}); !errors.As(err, &header) || header.Code != source.NotText {
		t.Error(err)
	}
	if _, err := look(t, "a.csv", "id,id\n1,2\n", FileOptions{}); !errors.As(err, &header) {
		t.Error(err)
	}
	stopped, stop := context.WithCancelCause(context.Background())
	why := errors.New("somebody pressed a key")
	stop(why)
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte("id\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := File(stopped, path, FileOptions{}); !errors.Is(err, why) {
		t.Error(err)
	}
}

func TestTableNames(t *testing.T) {
	for path, want := range map[string]string{
		"data/users.csv": "users", "Users.CSV.gz": "users", "month.zip/2024 users.csv": "t_2024_users", "a-b.tsv": "a_b", "Œuvres d’été.csv": "oeuvres_d_ete", "..csv": "t", "users": "users",
		"Pipe_runs.csv": "t_pipe_runs", "sqlite_x.csv": "t_sqlite_x", "pipeline.csv": "pipeline",
	} {
		if got := TableName(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestShapes(t *testing.T) {
	for _, tc := range []struct{ texts, want string }{
		{"0131-WZCAA|3542-DTUEQ", "^[0-9]{4}-[A-Z]{5}$"},
		{"ORD-000123|ORD-999999", "^ORD-[0-9]{6}$"},
		{"user1|user22|user333", "^user[0-9]+$"},
		{"DE|FR|GB", "^[A-Z]{2}$"},
		{"a1b2|9fe0|ffff", "^[a-z0-9]{4}$"},
		{"a1-b2|9f-0|0-11", "^[a-z0-9]+-[a-z0-9]+$"},
		{"v1.0.3|v2.11.0", "^v[0-9][.][0-9]+[.][0-9]$"},
		{"(12) 34|(56) 78", "^[(][0-9]{2}[)] [0-9]{2}$"},
		{"ann@example.org|bob.lee@mail.example.com", addressShape},
		{"http://a.example|https://b.example/x?y=1", locationShape},
		{"Ann Lee|Bob Stone", ""},
		{"some words in prose|others there are here", ""},
		{"red|green|blue", ""},
		{"1-2|1_2", ""},
		{"é1|é2", ""},
		{"1|", ""},
		{"a\nb|c\nd", ""},
	} {
		var s shape
		for text := range strings.SplitSeq(tc.texts, "|") {
			s.add([]byte(text))
		}
		if got := s.expression(); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.texts, got, tc.want)
		}
	}
}

// Whatever the texts, each of them matches their shape, and every database can
// be asked for it.
func FuzzShape(f *testing.F) {
	f.Add("0131-WZCAA\n3542-DTUEQ")
	f.Add("(a)[b]{c}|$^.*+?\\1\n(a)[b]{c}|$^.*+?\\2")
	f.Add("a1\nb22\n")
	f.Add("x@y.z\nx@y.zz")
	f.Add("http://a\nhttps://\u0085b")
	f.Fuzz(func(t *testing.T, texts string) {
		var s shape
		list := strings.Split(texts, "\n")
		for _, text := range list {
			s.add([]byte(text))
		}
		expression := s.expression()
		if expression == "" {
			return
		}
		re, fault := dialect.ParseRegexp(expression)
		if fault != nil {
			t.Fatalf("%s: %s", expression, fault.Message)
		}
		for _, text := range list {
			if !matches(t, re.String(), text) {
				t.Fatalf("%q does not match %s", text, expression)
			}
		}
	})
}
