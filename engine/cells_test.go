package engine_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"github.com/streamflow/pipe/engine/internal/pgtest"
)

// cellColumn is a column whose cells are made at random, and PostgreSQL's own
// reading of them: a query of $1, NULL where the cell is not written as the
// column declares. An error of the query is no reading either.
type cellColumn struct {
	name, declared string
	read           string
	seeds          []string
}

const (
	aNumber = `'^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$'`
	anISO   = `'^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6}0*)?(([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?)$'`
)

// inZone reads a local time: there must be one moment, and one only, that the
// clocks of the zone showed so.
func inZone(zone string) string {
	return fmt.Sprintf(`SELECT CASE WHEN $1 !~ %[1]s OR $1 ~ '60(\.|$)' OR $1 ~ '[ T]24' THEN NULL WHEN $1 ~ '([Zz]|[+-][0-9:]+)$' AND $1 ~ ':.*([Zz]|[+-])' THEN CAST($1 AS timestamptz)::text
  ELSE (SELECT CASE WHEN count(*) = 1 THEN min(m)::text END
        FROM (SELECT DISTINCT (CAST($1 AS timestamp) AT TIME ZONE '%[2]s') - h * interval '15 minutes' AS m FROM generate_series(-104, 104) AS h) AS near
        WHERE m AT TIME ZONE '%[2]s' = CAST($1 AS timestamp)) END`, anISO, zone)
}

var cellColumns = []cellColumn{
	{"t", "text", `SELECT $1`, []string{"Zoé", " x ", "007", "NULL", "a\tb\\N", "x\ny", "\"", "1e5", "\\.", "\ufeff", "\u00a0", "é", "😀"}},
	{"i", "integer", `SELECT CAST($1 AS integer)::text`, []string{"0", "-0", "+7", "007", "2147483647", "-2147483648", "2147483648", "1e3", "3.0", "1,000", "0x1F", "1_000", "٣"}},
	{"b", "bigint", `SELECT CAST($1 AS bigint)::text`, []string{"9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551616", "9.2e18"}},
	{"n", "numeric", `SELECT CASE WHEN $1 ~ ` + aNumber + ` THEN CAST($1 AS numeric)::text END`, []string{"24.483650766787413", "-0.00", "1e-20", ".5", "5.", "1E+3", "1e16383", "1e1000000000", "0e9", "12345678901234567890.123456789", "NaN", "Infinity", "-inf", "0.1e1", "00.50", "123456789.123456789e-9"}},
	{"p", "numeric(8,3)", `SELECT CASE WHEN $1 ~ ` + aNumber + ` AND CAST($1 AS numeric(8,3)) = CAST($1 AS numeric) THEN trim_scale(CAST($1 AS numeric))::text END`,
		[]string{"99999.999", "-99999.9990", "100000", "0.0005", "1.0005", "5e-3", "12345e-3", "1e4", "000012.5"}},
	{"d", "double", `SELECT CASE WHEN $1 ~ ` + aNumber + ` THEN CAST($1 AS double precision)::text END`, []string{"0.1", "1e308", "1.7976931348623159e308", "5e-324", "1e-400", "-0", "9007199254740993", "0.30000000000000004", "123456789012345678901234567890", "1e23", "8.41e21", "2.2250738585072011e-308"}},
	{"f", "{type: boolean, true_values: [oui], false_values: [non]}", `SELECT CASE WHEN lower($1) IN ('true', 't', '1', 'yes') OR $1 = 'oui' THEN 'true' WHEN lower($1) IN ('false', 'f', '0', 'no') OR $1 = 'non' THEN 'false' END`,
		[]string{"true", "T", "1", "YES", "oui", "Oui", "false", "f", "0", "No", "non", "y", "on", "ｔrue", "TRUE ", "ſ"}},
	{"day", "date", `SELECT CASE WHEN $1 ~ '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$' THEN CAST($1 AS date)::text END`, []string{"2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2024-1-5", "2024-13-01", "2024-00-10", "2024-04-31", "0044-03-15 BC", "infinity", "today", "20240131"}},
	{"dmy", `{type: date, formats: ["%d/%m/%Y"]}`, `SELECT CASE WHEN $1 ~ '^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$' THEN make_date(split_part($1, '/', 3)::int, split_part($1, '/', 2)::int, split_part($1, '/', 1)::int)::text END`,
		[]string{"05/01/2024", "5/1/2024", "31/12/9999", "29/02/2023", "29/02/2024", "01/13/2024", "1/2/24", "00/01/2024", "12/31/2024"}},
	{"amb", `{type: date, formats: ["%d/%m/%Y", "%m/%d/%Y"]}`, `SELECT CASE WHEN $1 !~ '^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$' THEN NULL ELSE (SELECT CASE WHEN count(DISTINCT day) = 1 THEN min(day)::text END FROM (
  SELECT pg_temp.day(split_part($1, '/', 3), split_part($1, '/', 2), split_part($1, '/', 1)) AS day UNION ALL SELECT pg_temp.day(split_part($1, '/', 3), split_part($1, '/', 1), split_part($1, '/', 2))) AS two WHERE day IS NOT NULL) END`,
		[]string{"05/01/2024", "31/01/2024", "01/31/2024", "03/03/2024", "12/12/2024", "13/13/2024", "29/02/2024", "02/29/2023"}},
	{"at", "timestamp", `SELECT CASE WHEN $1 ~ ` + anISO + ` AND $1 !~ '(:.*([Zz]|[+-])|:60(\.|$)|[ T]24)' THEN CAST($1 AS timestamp)::text END`,
		[]string{"2024-01-31 23:59:59.123456", "2024-01-31T00:00:00", "2024-01-31 24:00:00", "2024-12-31 23:59:60", "2024-01-31 23:59:59.1234567", "2024-01-31 23:59:59.1234560", "2024-01-31 23:59:59Z", "0000-01-01 00:00:00", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "2024-02-30 00:00:00", "2024-01-31 23:59:59."}},
	{"tz", "timestamptz", `SELECT CASE WHEN $1 ~ ` + anISO + ` AND $1 ~ ':.*([Zz]|[+-])' AND $1 !~ ':60([Zz.+-]|$)' AND $1 !~ '[ T]24' THEN CAST($1 AS timestamptz)::text END`,
		[]string{"2024-01-31 23:59:59+00", "2024-01-31T23:59:59.5Z", "2024-01-31 23:59:59-05:00", "2024-03-01 00:30:00+0530", "2024-01-31 23:59:59", "2024-01-31 23:59:59+15:59", "2024-01-31 23:59:59-16:00", "0001-01-01 00:00:00-01", "9999-12-31 23:59:59-01", "2024-01-31 23:59:59+00:60", "2024-01-31 24:00:00Z", "2024-06-30 23:59:60Z"}},
	{"paris", "{type: timestamptz, source_tz: Europe/Paris}", inZone("Europe/Paris"), nil},
	{"howe", "{type: timestamptz, source_tz: Australia/Lord_Howe}", inZone("Australia/Lord_Howe"), nil},
	{"york", "{type: timestamptz, source_tz: America/New_York}", inZone("America/New_York"), nil},
	{"u", "uuid", `SELECT CASE WHEN $1 ~* '^(\{?)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\}?)$' THEN CAST($1 AS uuid)::text END`, []string{"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}},
	{"eu", `{type: numeric, decimal: ",", thousands: "."}`, `SELECT CASE WHEN $1 ~ '^[+-]?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+)?(,[0-9]*)?([eE][+-]?[0-9]+)?$' AND $1 ~ '^[+-]?[.,]?[0-9]' THEN CAST(replace(replace($1, '.', ''), ',', '.') AS numeric)::text END`,
		[]string{"1.234.567,89", "1,2,3", "1.23,5", "1234.567", "1.000", ",5", "5,", "-1.234,5", "1.000e3", "1.2.3", ".123", "1..234", "12.345.6", "1,234.5"}},
	{"us", `{type: bigint, thousands: ","}`, `SELECT CASE WHEN $1 ~ '^[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)$' THEN CAST(replace($1, ',', '') AS bigint)::text END`,
		[]string{"1,234", "1,2,3", "12,34", "1,234,567", "-1,234", ",123", "1,", "1,,234", "0,123", "9,223,372,036,854,775,807", "9,223,372,036,854,775,808"}},
}

func init() {
	for i, c := range cellColumns {
		if c.seeds != nil {
			continue
		}
		// About the days on which clocks are set, and long before.
		cellColumns[i].seeds = []string{"2024-03-31 02:30:00", "2024-03-31 03:00:00", "2024-10-27 02:00:00", "2024-10-27 02:59:59.999999", "2024-03-10 02:30:00", "2024-11-03 01:30:00", "2024-04-07 01:45:00", "2024-10-06 02:15:00",
			"1999-12-31 23:59:59", "2024-07-01 12:00:00+02", "2024-07-01T12:00:00Z", "2099-07-01 12:00:00", "1985-03-31 02:00:00", "0001-01-01 00:00:00", "9999-12-31 23:59:59", "1916-06-14 23:30:00"}
	}
}

// damages are what random cells are damaged with.
var damages = []string{"0", "1", "9", "-", "+", ".", ",", "e", "E", " ", "\t", "_", ":", "/", "T", "Z", "x", "\u00a0", "\u2212", "\u0663", "\uff11", "\u200b", "\ufeff", "\"", "'", "\\", "\n", "\r\n", "00", "000", "{", "}", "NaN", "inf", "é"}

// cell makes a cell for a column: one of its seeds, mostly damaged.
func (c *cellColumn) cell(r *rand.Rand) string {
	cell := []rune(c.seeds[r.IntN(len(c.seeds))])
	for range r.IntN(4) {
		at := r.IntN(len(cell) + 1)
		switch r.IntN(5) {
		case 0:
			cell = append(cell[:at:at], append([]rune(damages[r.IntN(len(damages))]), cell[at:]...)...)
		case 1:
			if at < len(cell) {
				cell = append(cell[:at:at], cell[at+1:]...)
			}
		case 2, 3: // another digit
			if at < len(cell) && cell[at] >= '0' && cell[at] <= '9' {
				cell[at] = rune('0' + r.IntN(10))
			}
		case 4:
			if other := []rune(c.seeds[r.IntN(len(c.seeds))]); at <= len(other) {
				cell = append(cell[:at:at], other[at:]...)
			}
		}
	}
	return string(cell)
}

// written gives a cell as CSV, in quotes where it must be and now and then.
func written(cell string, r *rand.Rand) (text string, quoted bool) {
	if strings.ContainsAny(cell, ",\"\r\n;") || r.IntN(3) == 0 {
		return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`, true
	}
	return cell, false
}

// FuzzCellsLand loads cells of every kind, sound and damaged, into both
// databases, and reads them back: what landed is what the cell says by
// PostgreSQL's own casts, or the row is among the rejects. It never is another
// value, and never is one that pipe cannot tell why it took.
func FuzzCellsLand(f *testing.F) {
	for seed := range uint64(3) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { cellsLand(t, seed, 2500) })
}

// made is a cell of one row, all other columns of which are blank.
type made struct {
	column int
	cell   string
	quoted bool
	want   sql.NullString // NULL: no reading
}

func cellsLand(t *testing.T, seed uint64, rows int) {
	r := rand.New(rand.NewPCG(seed, 7))
	dir := t.TempDir()
	var spec, file strings.Builder
	spec.WriteString("version: 1\nname: cells\ntables:\n  cells:\n    source: cells.csv\n    primary_key: [k]\n    on_bad_row: quarantine\n    max_rejects: 100%\n    columns:\n      k: integer\n")
	file.WriteString("k")
	for _, c := range cellColumns {
		fmt.Fprintf(&spec, "      %s: %s\n", c.name, strings.Replace(c.declared, "numeric(8,3)", `"numeric(8,3)"`, 1))
		file.WriteString("," + c.name)
	}
	cells := make([]made, rows)
	for k := range cells {
		m := made{column: r.IntN(len(cellColumns))}
		m.cell = cellColumns[m.column].cell(r)
		text, quoted := written(m.cell, r)
		m.quoted = quoted
		cells[k] = m
		fmt.Fprintf(&file, "\n%d%s%s%s", k, strings.Repeat(",", m.column+1), text, strings.Repeat(",", len(cellColumns)-m.column-1))
	}
	write(t, filepath.Join(dir, "spec.yaml"), spec.String())
	write(t, filepath.Join(dir, "cells.csv"), file.String())

	url := pgtest.Database(t)
	readByPostgres(t, url, cells)
	landed := 0
	for driver, target := range map[string]string{"postgres": url, "sqlite": "sqlite:" + filepath.Join(dir, "target.db")} {
		exits(t, 0, dir, "run", "spec.yaml", "--target", target, "--report", "none")
		got := readBack(t, target)
		for k := range cells {
			m := &cells[k]
			row, there := got[k]
			if !there {
				continue // among the rejects, or the ledger would not balance
			}
			landed++
			c := &cellColumns[m.column]
			for i, v := range row {
				if i != m.column && v.Valid {
					t.Errorf("seed %d, %s: row %d has %q in column %s, which was blank", seed, driver, k, v.String, cellColumns[i].name)
				}
			}
			v, want := row[m.column], m.want
			switch {
			case m.cell == "" && !(m.quoted && c.name == "t"):
				want = sql.NullString{}
			case !want.Valid:
				t.Errorf("seed %d, %s: %q landed in the %s column as %q, and PostgreSQL reads nothing in it", seed, driver, m.cell, c.declared, v.String)
				continue
			}
			if v.Valid != want.Valid || v.Valid && !sameValue(c.name, v.String, want.String) {
				t.Errorf("seed %d, %s: %q landed in the %s column as %q (NULL: %v), and means %q", seed, driver, m.cell, c.declared, v.String, !v.Valid, want.String)
			}
		}
	}
	if landed < rows/4 {
		t.Errorf("seed %d: only %d of twice %d cells landed; the generator damages too many", seed, landed, rows)
	}
}

// sameValue compares the texts of two values of a column. Numbers are compared
// as such: databases write their zeros differently.
func sameValue(column, got, want string) bool {
	switch column {
	case "d":
		// The shortest text of a double is not one: 1e23 is 9.999999999999999e22.
		a, errA := strconv.ParseFloat(got, 64)
		b, errB := strconv.ParseFloat(want, 64)
		return errA == nil && errB == nil && a == b
	case "n", "p", "eu":
		a, okA := new(big.Rat).SetString(got)
		b, okB := new(big.Rat).SetString(want)
		return okA && okB && a.Cmp(b) == 0
	}
	return got == want
}

// readByPostgres asks PostgreSQL what each cell means.
func readByPostgres(t *testing.T, url string, cells []made) {
	t.Helper()
	db, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	run := func(statement string) {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%v: %.200s", err, statement)
		}
	}
	run("SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'")
	run(`CREATE FUNCTION pg_temp.day(y text, m text, d text) RETURNS date LANGUAGE plpgsql AS $$ BEGIN RETURN make_date(y::int, m::int, d::int); EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$`)
	cases := ""
	for i, c := range cellColumns {
		cases += fmt.Sprintf("WHEN %d THEN RETURN (%s);\n", i, c.read)
	}
	run("CREATE FUNCTION pg_temp.means(text, integer) RETURNS text LANGUAGE plpgsql AS $means$ BEGIN CASE $2\n" + cases + "END CASE; EXCEPTION WHEN OTHERS THEN RETURN NULL; END $means$")
	texts, columns := make([]string, len(cells)), make([]int64, len(cells))
	for i, m := range cells {
		texts[i], columns[i] = m.cell, int64(m.column)
	}
	answers, err := db.Query("SELECT n - 1, pg_temp.means(cell, c) FROM unnest($1::text[], $2::integer[]) WITH ORDINALITY AS u(cell, c, n)", pq.Array(texts), pq.Array(columns))
	if err != nil {
		t.Fatal(err)
	}
	defer answers.Close()
	for answers.Next() {
		var k int
		var means sql.NullString
		if err := answers.Scan(&k, &means); err != nil {
			t.Fatal(err)
		}
		cells[k].want = means
	}
	if err := answers.Err(); err != nil {
		t.Fatal(err)
	}
}

// readBack gives the rows of the table by key, as texts.
func readBack(t *testing.T, target string) map[int][]sql.NullString {
	t.Helper()
	db, session := open(t, target, "test")
	defer done(t, db, session)
	names := "k"
	for _, c := range cellColumns {
		names += ", " + c.name
	}
	rows := map[int][]sql.NullString{}
	err := session.Rows(context.Background(), func(_ []string, v []any) error {
		var row []sql.NullString
		for i, x := range v[1:] {
			text := sql.NullString{Valid: x != nil}
			switch x := x.(type) {
			case nil:
			case string:
				text.String = x
			case json.Number:
				text.String = x.String()
			case bool:
				text.String = strconv.FormatBool(x)
			case int64:
				if text.String = strconv.FormatInt(x, 10); cellColumns[i].name == "f" {
					text.String = strconv.FormatBool(x == 1)
				}
			case float64:
				text.String = strconv.FormatFloat(x, 'g', -1, 64)
			case time.Time:
				layout := "2006-01-02 15:04:05.999999-07"
				switch cellColumns[i].name {
				case "day", "dmy", "amb":
					layout = "2006-01-02"
				case "at":
					layout = "2006-01-02 15:04:05.999999"
				}
				text.String = x.UTC().Format(layout)
			default:
				return fmt.Errorf("a %T", x)
			}
			row = append(row, text)
		}
		k, err := strconv.Atoi(fmt.Sprint(v[0]))
		rows[k] = row
		return err
	}, "SELECT "+names+" FROM cells")
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
