package engine_test

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/internal/pgtest"
)

// A defect is a line that no load may take, and what it is mended to. An empty
// line is none: it only mends.
type defect struct {
	code, column, value string
	line, mended        string
	encode              func(string) string // nil: as it stands
}

// planted is one file of the set: its good lines, and the defects among them.
type planted struct {
	table, path, member string
	before              string // the first bytes: mark and header
	end                 string // of a line
	good                func(i int) string
	every               int // good lines before each defect
	defects             []defect
	encode              func(string) string
}

// reject is what must be told of one defect.
type reject struct {
	Table, Code, File, Member, Column, Value string
	Line, Offset                             int64
	Original                                 string
}

// build gives the file with its defects, with the good lines alone, and mended,
// and what must be rejected.
func (p planted) build() (bad, good, mended string, rejects []reject) {
	encode := p.encode
	if encode == nil {
		encode = func(s string) string { return s }
	}
	var b, g, m strings.Builder
	line, id := int64(1), 0
	for _, w := range []*strings.Builder{&b, &g, &m} {
		w.WriteString(encode(p.before))
	}
	line += int64(strings.Count(p.before, "\n"))
	add := func(w *strings.Builder, text string) { w.WriteString(encode(text + p.end)) }
	for _, d := range p.defects {
		for range p.every {
			text := p.good(id)
			id++
			add(&b, text)
			add(&g, text)
			add(&m, text)
			line += 1 + int64(strings.Count(text, "\n"))
		}
		raw := encode(d.line)
		if d.encode != nil {
			raw = d.encode(d.line)
		}
		file, member := p.path, ""
		if p.member != "" {
			file, member = p.path, p.member
		}
		rejects = append(rejects, reject{p.table, d.code, file, member, d.column, d.value, line, int64(b.Len()), raw})
		b.WriteString(raw + encode(p.end))
		add(&m, d.mended)
		line += 1 + int64(strings.Count(d.line, "\n"))
	}
	return b.String(), g.String(), m.String(), rejects
}

func latin(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '€' {
			r = 0x80
		}
		b.WriteByte(byte(r))
	}
	return b.String()
}

func utf16le(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

const plantedSpec = `version: 1
name: planted
as_of: '${{ vars.as_of }}'
vars: {dir: path, as_of: {type: date, default: 2024-01-31}}
tables:
  regions:
    source: '${{ vars.dir }}/regions.csv'
    primary_key: [id]
    on_bad_row: quarantine
    max_rejects: LIMIT_regions
    columns: {id: text, name: text}
  people:
    source: '${{ vars.dir }}/people.csv'
    primary_key: [id]
    on_bad_row: quarantine
    max_rejects: LIMIT_people
    columns:
      id: integer
      name: {type: text, nullable: false}
      born: {type: date, formats: ["%Y-%m-%d"]}
      since: {type: date, formats: ["%d/%m/%Y", "%m/%d/%Y"]}
      at: timestamp
      paris: {type: timestamptz, source_tz: Europe/Paris}
      seen: timestamptz
      senior: boolean
      fee: "numeric(6,2)"
      visits: bigint
      score: double
      code: uuid
      region: {type: text, references: regions.id}
      boss: {type: integer, references: people.id}
  cities:
    source: {path: '${{ vars.dir }}/cities.csv', encoding: windows-1252, delimiter: ";"}
    primary_key: [city, year]
    on_bad_row: quarantine
    max_rejects: LIMIT_cities
    columns:
      city: text
      year: integer
      income: {type: "numeric(9,2)", decimal: ",", thousands: " "}
  visits:
    source: {path: '${{ vars.dir }}/month.zip/visits.csv', encoding: utf-16le, header: false}
    primary_key: [id]
    on_bad_row: quarantine
    max_rejects: LIMIT_visits
    columns:
      id: integer
      person: {type: integer, references: people.id}
      note: text
snapshots:
  people_months: {from: people}
`

var personColumns = []string{"id", "name", "born", "since", "at", "paris", "seen", "senior", "fee", "visits", "score", "code", "region", "boss"}

// person is a line of people.csv: id, and the cells that are not as usual.
func person(id int, cells ...string) string {
	usual := map[string]string{"id": strconv.Itoa(id), "name": "\"Zoé\r\n\"\"Z\"\"\"", "born": "2000-02-29", "since": "31/01/2024", "at": "2024-01-31 23:59:59.123456",
		"paris": "2024-07-01T12:00:00", "seen": "2024-01-31T23:59:59+02:00", "senior": "yes", "fee": "1234.5", "visits": "9007199254740993", "score": "0.1",
		"code": "6F9619FF-8B86-D011-B42D-00C04FC964FF", "region": "north", "boss": ""}
	for i := 0; i+1 < len(cells); i += 2 {
		usual[cells[i]] = cells[i+1]
	}
	var line []string
	for _, c := range personColumns {
		line = append(line, usual[c])
	}
	return strings.Join(line, ",")
}

// plantedSet is a set of files with defects of every kind that a file of this
// size can have.
func plantedSet() []planted {
	var people []defect
	next := 1000
	add := func(code, column, cell, value, mended string) {
		people = append(people, defect{code: code, column: column, value: value, line: person(next, column, cell), mended: person(next, column, mended)})
		next++
	}
	same := func(code, column, cell, mended string) { add(code, column, cell, cell, mended) }
	same("bad_integer", "visits", "many", "1")
	same("integer_fraction", "visits", "3.0", "3")
	same("integer_overflow", "visits", "9223372036854775808", "9223372036854775807")
	same("bad_number", "fee", "NaN", "0")
	same("numeric_precision", "fee", "10000.00", "9999.99")
	same("numeric_scale", "fee", "1.005", "1.01")
	same("double_overflow", "score", "1e309", "1e308")
	same("bad_boolean", "senior", "maybe", "no")
	same("bad_date", "born", "2023-02-29", "2023-02-28")
	same("ambiguous_date", "since", "05/01/2024", "15/01/2024")
	same("bad_timestamp", "at", "2024-01-31 24:00:01", "2024-01-31 23:00:01")
	same("timestamp_precision", "at", "2024-01-31 12:00:00.1234567", "2024-01-31 12:00:00.123456")
	same("timestamp_no_offset", "seen", "2024-01-31T12:00:00", "2024-01-31T12:00:00Z")
	same("timestamp_gap", "paris", "2024-03-31 02:30:00", "2024-03-31 03:30:00")
	same("timestamp_overlap", "paris", "2024-10-27 02:30:00", "2024-10-27 02:30:00+02:00")
	same("bad_uuid", "code", "6F9619FF", "{6F9619FF-8B86-D011-B42D-00C04FC964FF}")
	same("null_not_allowed", "name", "", "x")
	add("nul_byte", "name", "a\x00b", `a\x00b`, "ab")
	add("invalid_utf8", "name", "caf\xe9", `caf\xe9`, "café")
	add("bare_return", "name", "a\rb", "a\rb", "ab")
	add("bad_quote", "name", `a "b" c`, "", `"a ""b"" c"`)
	add("field_too_long", "name", strings.Repeat("x", 17<<20), "", "x")
	people = append(people,
		defect{code: "null_in_key", column: "id", value: "", line: person(0, "id", ""), mended: person(next)},
		defect{code: "short_row", line: strings.TrimSuffix(person(next+1), ",north,"), mended: person(next + 1)},
		defect{code: "long_row", line: person(next+2) + ",", mended: person(next + 2)},
		defect{code: "duplicate_key", column: "id", value: "+02000", line: person(2000, "id", "+02000"), mended: person(2000)},
		defect{code: "duplicate_key", column: "id", value: "2000", line: person(2000, "fee", "1"), mended: person(2001)},
		defect{code: "orphan", column: "region", value: "nowhere", line: person(2002, "region", "nowhere"), mended: person(2002, "region", "south")},
		defect{code: "orphan_of_reject", column: "region", value: "east", line: person(2003, "region", "east"), mended: person(2003, "region", "east")},
		defect{code: "orphan_of_reject", column: "boss", value: "2003", line: person(2004, "boss", "2003"), mended: person(2004, "boss", "2003")},
		defect{code: "orphan", column: "boss", value: "77777", line: person(2005, "boss", "77777"), mended: person(2005, "boss", "0")},
		defect{code: "unterminated_quote", column: "name", line: person(2006, "name", `"open`), mended: person(2006)},
	)
	return []planted{
		{table: "regions", path: "regions.csv", before: "\ufeffid,name\n", end: "\n", every: 2,
			good: func(i int) string {
				return []string{"north,North", "south,", "west,West", "far,\"Far, \"\"off\"\"\""}[i]
			},
			defects: []defect{
				{code: "duplicate_key", column: "id", value: "east", line: "east,East", mended: "east,East"},
				{code: "duplicate_key", column: "id", value: "east", line: "\"east\",Orient", mended: "orient,Orient"},
			}},
		{table: "people", path: "people.csv", before: strings.Join(personColumns, ",") + "\r\n", end: "\r\n", every: 5,
			good: func(i int) string { return person(i) }, defects: people},
		{table: "cities", path: "cities.csv", before: "city;year;income\n", end: "\n", every: 4, encode: latin,
			good: func(i int) string { return fmt.Sprintf("Zürich €%d;2024;1 234,50", i) },
			defects: []defect{
				{code: "invalid_encoding", column: "city", value: `\x81x`, line: "\x81x;2024;1", mended: "x;2024;1", encode: func(s string) string { return s }},
				{code: "bad_number", column: "income", value: "1.5", line: "Köln;2024;1.5", mended: "Köln;2024;1,5"},
				{code: "duplicate_key", column: "city, year", value: "Besançon, 2024", line: "Besançon;2024;1", mended: "Besançon;2024;1"},
				{code: "duplicate_key", column: "city, year", value: "Besançon, 02024", line: "Besançon;02024;1,01", mended: "Besançon;2023;1,01"},
			}},
		{table: "visits", path: "month.zip", member: "visits.csv", before: "\ufeff", end: "\n", every: 7, encode: utf16le,
			good: func(i int) string { return fmt.Sprintf("%d,%d,\"né\n€\"", i, i%10) },
			defects: []defect{
				{code: "short_row", line: "901,1", mended: "901,1,x"},
				{code: "orphan_of_reject", column: "person", value: "1003", line: "902,1003,é", mended: "902,1003,é"},
				{code: "orphan", column: "person", value: "88888", line: "903,88888,é", mended: "903,,é"},
				{code: "invalid_encoding", column: "note", value: `\xed\xa0\x80`, line: "904,1,", mended: "904,1,z",
					encode: func(s string) string { return utf16le(s) + "\x00\xd8" }},
			}},
	}
}

// writeSet writes the files of one folder; which chooses among the three texts
// of build.
func writeSet(t *testing.T, dir string, which func(bad, good, mended string) string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, p := range plantedSet() {
		bad, good, mended, _ := p.build()
		text := which(bad, good, mended)
		if p.member == "" {
			write(t, filepath.Join(dir, p.path), text)
			continue
		}
		var archive bytes.Buffer
		z := zip.NewWriter(&archive)
		member, err := z.Create(p.member)
		if err == nil {
			_, err = member.Write([]byte(text))
		}
		if err == nil {
			err = z.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, p.path), archive.String())
	}
}

// limited is the spec, in which a table may have so many rejects more or less
// than are planted.
func limited(table string, more int) string {
	text := plantedSpec
	for _, p := range plantedSet() {
		n := len(p.defects)
		if p.table == table {
			n += more
		}
		text = strings.Replace(text, "LIMIT_"+p.table, strconv.Itoa(n), 1)
	}
	return text
}

func tablesOf(t *testing.T, target string) []string {
	t.Helper()
	var rows []string
	for _, q := range []string{"SELECT * FROM regions ORDER BY id", "SELECT * FROM people ORDER BY id", "SELECT * FROM cities ORDER BY city, year", "SELECT * FROM visits ORDER BY id"} {
		rows = append(append(rows, q), ask(t, target, q)...)
	}
	return rows
}

// told reads the JSON document of pipe rejects.
func told(t *testing.T, document string) []reject {
	t.Helper()
	var d struct {
		Rejects []struct {
			Table, Code, File, Column, Value string
			Member                           *string
			LineNumber                       int64 `json:"line_number"`
			Offset                           *int64
			Line                             *string
			LineBase64                       *string `json:"line_base64"`
			LineCut                          bool    `json:"line_cut"`
		}
	}
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		t.Fatalf("%v\n%s", err, document[:min(len(document), 2000)])
	}
	var list []reject
	for _, r := range d.Rejects {
		got := reject{Table: r.Table, Code: r.Code, File: r.File, Column: r.Column, Value: r.Value, Line: r.LineNumber, Offset: -1}
		if r.Member != nil {
			got.Member = *r.Member
		}
		if r.Offset != nil {
			got.Offset = *r.Offset
		}
		switch {
		case r.LineBase64 != nil:
			original, err := base64.StdEncoding.DecodeString(*r.LineBase64)
			if err != nil {
				t.Fatal(err)
			}
			got.Original = string(original)
		case r.Line != nil:
			got.Original = *r.Line
		}
		if r.LineCut {
			got.Original += "..."
		}
		list = append(list, got)
	}
	return list
}

// One set of files holds defects of thirty kinds. Exactly they are rejected,
// each with its place and its bytes; the rows that land are all the others; one
// more than a limit allows and nothing lands; and the mended files bring the
// rest.
func TestPlantedDefects(t *testing.T) {
	var want []reject
	kinds := map[string]bool{}
	for _, p := range plantedSet() {
		_, _, _, rejects := p.build()
		for _, r := range rejects {
			kinds[r.Code] = true
			if len(r.Original) > 1<<20 {
				r.Original = r.Original[:1<<20] + "..."
			}
			want = append(want, r)
		}
	}
	if len(kinds) < 25 {
		t.Fatalf("only %d kinds of defects are planted", len(kinds))
	}
	byPlace := func(a, b reject) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Line, b.Line))
	}
	slices.SortFunc(want, byPlace)
	onBoth(t, func(t *testing.T, target string) {
		dir := t.TempDir()
		writeSet(t, filepath.Join(dir, "bad"), func(bad, _, _ string) string { return bad })
		writeSet(t, filepath.Join(dir, "good"), func(_, good, _ string) string { return good })
		writeSet(t, filepath.Join(dir, "mended"), func(_, _, mended string) string { return mended })
		load := func(code int, folder string, more ...string) string {
			t.Helper()
			return exits(t, code, dir, append([]string{"run", "spec.yaml", "--target", target, "--report", "none", "--progress", "none", "--var", "dir=" + folder}, more...)...)
		}

		for _, p := range plantedSet() {
			write(t, filepath.Join(dir, "spec.yaml"), limited(p.table, -1))
			out := load(1, "bad")
			if !strings.Contains(out, "too_many_rejects") {
				t.Fatalf("with one too many in %s:\n%s", p.table, out)
			}
			if rows := existing(t, target); len(rows) > 0 {
				t.Fatalf("with one too many in %s there are %s", p.table, rows)
			}
		}

		write(t, filepath.Join(dir, "spec.yaml"), limited("", 0))
		load(0, "bad")
		got := told(t, exits(t, 0, dir, "rejects", "spec.yaml", "--target", target, "--format", "json"))
		slices.SortFunc(got, byPlace)
		for i := range got {
			got[i].File = strings.TrimPrefix(got[i].File, "bad/")
		}
		if diff := gocmp.Diff(short(want), short(got)); diff != "" {
			t.Errorf("the rejects differ from what was planted:\n%s", diff)
		}
		landed := tablesOf(t, target)

		// The good lines alone, loaded elsewhere, are the same tables.
		elsewhere := fresh(t, target)
		exits(t, 0, dir, "run", "spec.yaml", "--target", elsewhere, "--report", "none", "--progress", "none", "--var", "dir=good")
		if diff := gocmp.Diff(tablesOf(t, elsewhere), landed); diff != "" {
			t.Errorf("what landed is not the good lines alone:\n%s", diff)
		}
		exits(t, 0, dir, "run", "spec.yaml", "--target", elsewhere, "--report", "none", "--progress", "none", "--var", "dir=mended", "--snapshots", "replace")

		// The mended files change the month that is stamped, which is told.
		out := load(4, "mended")
		people := 0
		for _, r := range want {
			if r.Table == "people" {
				people++
			}
		}
		if !strings.Contains(compact(out), compact(fmt.Sprintf("added %d, changed 0, missing 0", people))) {
			t.Errorf("the stamped month is told as\n%s", out)
		}
		if diff := gocmp.Diff(landed, tablesOf(t, target)); diff != "" {
			t.Errorf("a refused run changed\n%s", diff)
		}
		var result struct {
			Tables []struct {
				Name string
				Rows struct{ Read, Rejected, Collapsed, Loaded, Inserted, Updated, Unchanged, Absent int64 }
			}
			Snapshots []struct{ Added, Changed, Missing int64 }
		}
		if err := json.Unmarshal([]byte(load(0, "mended", "--snapshots", "replace", "--format", "json")), &result); err != nil {
			t.Fatal(err)
		}
		for _, table := range result.Tables {
			planted := int64(0)
			for _, r := range want {
				if r.Table == table.Name {
					planted++
				}
			}
			if r := table.Rows; r.Inserted != planted || r.Updated != 0 || r.Rejected != 0 || r.Absent != 0 {
				t.Errorf("the mended file of %s brings %+v, and %d rows were missing", table.Name, r, planted)
			}
		}
		if s := result.Snapshots[0]; s.Added != int64(people) || s.Changed+s.Missing != 0 {
			t.Errorf("the stamp is rewritten as %+v", s)
		}
		if diff := gocmp.Diff(tablesOf(t, elsewhere), tablesOf(t, target)); diff != "" {
			t.Errorf("the mended files give another end than they do over the good lines:\n%s", diff)
		}
	})
}

// short shortens what would fill a screen.
func short(list []reject) []reject {
	list = slices.Clone(list)
	for i, r := range list {
		if n := len(r.Original); n > 300 {
			list[i].Original = fmt.Sprintf("%s (%d bytes) %s", r.Original[:100], n, r.Original[n-100:])
		}
	}
	return list
}

// existing are the tables of the planted set that a target has.
func existing(t *testing.T, target string) []string {
	t.Helper()
	query := "SELECT name FROM sqlite_master WHERE name IN ('regions', 'people', 'cities', 'visits', 'people_months')"
	if !strings.HasPrefix(target, "sqlite:") {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	return ask(t, target, query)
}

// fresh is another target of the same kind.
func fresh(t *testing.T, target string) string {
	t.Helper()
	if strings.HasPrefix(target, "sqlite:") {
		return "sqlite:" + filepath.Join(t.TempDir(), "fresh.db")
	}
	return pgtest.Database(t)
}
