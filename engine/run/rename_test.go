package run

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/source"
	"github.com/streamflow/pipe/engine/spec"
)

// A field is taken for a renamed column when its name or what it holds speaks
// for it, and for no other reason; what it holds can speak against it.
func TestRenames(t *testing.T) {
	for _, c := range []struct {
		name, columns, header string
		rows                  string // of the file
		table                 string // rows of the table, in the order of the columns
		want                  string // old->new
	}{
		{"another case", "id: integer, name: text", "id,NAME", "1,a", "", "name->NAME"},
		{"other separators", "user_id: integer, first_name: text", "UserId,first name", "1,a", "", "user_id->UserId first_name->first name"},
		{"blanks and what does not show", "a: text, b: text", " a ,b\u200b", "x,y", "", "a-> a  b->b\u200b"},
		{"the same name whatever it holds", "n: integer", "N", "x", "", "n->N"},
		{"a slip of the pen", "customer: text, city: text", "custmer,town", "x,y", "", "customer->custmer"},
		{"a slip of the pen that holds something else", "amount: numeric, city: text", "amuont,city", "many,y", "", ""},
		{"the one text that is left", "id: integer, label: text", "id,title", "1,x", "", "label->title"},
		{"two texts, and nothing speaks for either", "label: text, kind: text", "foo,bar", "x,y", "", ""},
		{"the one column of its type", "born: date, label: text, kind: text", "birthday,foo,bar", "2024-01-31,x,y", "", "born->birthday"},
		{"two columns of one type", "since: date, until: date", "first,last", "2024-01-31,2024-02-29", "", ""},
		{"two columns of one type, and the table's rows", "since: date, until: date", "first,last", "2024-01-31,2024-02-29\n2023-01-31,2023-02-28", "2024-01-31,2024-02-29\n2023-01-31,2023-02-28", "since->first until->last"},
		{"numbers that are written otherwise", "a: numeric, b: numeric", "x,y", "1.50,7\n2,8", "1.5,70\n2,80", "a->x"},
		{"booleans are too few to tell", "a: boolean, b: boolean", "x,y", "true,false", "true,false", ""},
		{"blanks tell nothing", "a: date, b: date", "x,y", ",", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, list := spec.Read(fstest.MapFS{"s.yaml": {Data: []byte("version: 1\nname: s\ntables:\n  t:\n    source: a.csv\n    primary_key: [k]\n    columns: {k: text, " + c.columns + "}\n")}}, "s.yaml")
			if list.HasErrors() {
				t.Fatal(list)
			}
			l := plan.Load{Table: s.Tables[0]}
			header := append([]string{"k"}, strings.Split(c.header, ",")...)
			_, d := matchHeader(l, header)
			rows := strings.Split(c.rows, "\n")
			for _, row := range rows {
				cells := append([]string{"k"}, strings.Split(row, ",")...)
				for _, f := range d.extra {
					f.cells = append(f.cells, cell{text: cells[f.index]})
				}
			}
			var table [][]string
			for _, row := range strings.Split(c.table, "\n") {
				if row != "" {
					table = append(table, append([]string{"k"}, strings.Split(row, ",")...))
				}
			}
			pairs := d.pairs(spec.Postgres, l, table, len(rows))
			var got []string
			for _, column := range l.Table.Columns {
				if p := pairs.of(column); p != nil {
					got = append(got, fmt.Sprintf("%s->%s", column.Name.V, p.field.name))
				}
			}
			if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Values of which there are few are told apart by the rows of the same keys.
func TestRenamesByKey(t *testing.T) {
	s, list := spec.Read(fstest.MapFS{"s.yaml": {Data: []byte(`version: 1
name: s
tables:
  t: {source: a.csv, primary_key: [k, l], columns: {k: text, l: numeric, stars: integer, rank: integer, paid: boolean}}
`)}}, "s.yaml")
	if list.HasErrors() {
		t.Fatal(list)
	}
	l := plan.Load{Table: s.Tables[0]}
	header := []string{"k", "l", "ok", "one", "two"}
	_, d := matchHeader(l, header)
	key := keyFields(l, header)
	var table [][]string
	for i := range 100 {
		stars, rank, paid := fmt.Sprint(i%5), fmt.Sprint(i/5%5), fmt.Sprint(i%3 == 0)
		table = append([][]string{{"k", fmt.Sprint(i), stars, rank, paid}}, table...)
		row := []string{"k", fmt.Sprintf("%d.0", i), paid, rank, stars}
		record := &source.Record{}
		for _, text := range row {
			record.Fields = append(record.Fields, source.Field{Bytes: []byte(text)})
		}
		d.keys = append(d.keys, key.of(record))
		for _, f := range d.extra {
			f.cells = append(f.cells, cell{text: row[f.index]})
		}
	}
	got := map[string]string{}
	for _, p := range d.pairs(spec.Postgres, l, table, 100) {
		got[p.column.Name.V] = p.field.name + " " + p.why
	}
	why := func(c string) string { return "renamed? 100 % of its rows agree with column " + c + " of the table" }
	if diff := cmp.Diff(map[string]string{"stars": "two " + why("stars"), "rank": "one " + why("rank"), "paid": "ok " + why("paid")}, got); diff != "" {
		t.Error(diff)
	}
	for _, f := range d.extra { // two new columns that are like any
		for i := range f.cells {
			f.cells[i].text = fmt.Sprint((i*7 + i/10 + 3) % 5)
		}
	}
	if pairs := d.pairs(spec.Postgres, l, table, 100); len(pairs) > 0 {
		t.Errorf("%s is taken for %s", pairs[0].field.name, pairs[0].column.Name.V)
	}
}

func TestGuessedTypes(t *testing.T) {
	for text, want := range map[string]string{
		"1 2": "integer", "0 1": "integer", "3000000000 1": "bigint", "1.5 2": "numeric", "007 12": "text", "-0.5 2": "numeric", "0 -07": "text",
		"yes no": "boolean", "2024-01-31 2024-02-29": "date", "2024-01-31T10:00:00": "timestamp", "2024-01-31T10:00:00Z": "timestamptz",
		"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11": "uuid", "x 1": "text", "": "text", "1e3": "numeric",
	} {
		var cells []cell
		for _, word := range strings.Split(text, " ") {
			cells = append(cells, cell{text: word})
		}
		if got := guessType(cells, nil).String(); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
