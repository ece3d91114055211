package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/internal/pgtest"
)

// Values whose reading, order, case or printing depends somewhere on a locale, a
// zone or a setting; all of them are in LATIN1 too.
const everywhereSpec = `version: 1
name: everywhere
as_of: '${{ vars.as_of }}'
targets:
  embedded: {driver: sqlite, path: target.db}
  server: {driver: postgres, url: '${{ env.T_URL }}'}
vars:
  as_of: month_end
  file: {type: path, default: '${{ format_date(vars.as_of, "%Y-%m") }}.csv'}
tables:
  values:
    source: '${{ vars.file }}'
    primary_key: [name]
    on_bad_row: quarantine
    max_rejects: 3
    columns:
      name: text
      day: {type: date, formats: ["%d/%m/%Y"]}
      at: timestamp
      moment: {type: timestamptz, source_tz: Europe/Paris}
      fraction: double
      amount: {type: "numeric(12,2)", decimal: ",", thousands: "."}
      yes: boolean
  "Ärger":
    source: {path: pairs.csv}
    primary_key: [b, C, é]
    columns: {b: text, C: text, é: text, "É": {type: text, references: values.name}}
suites:
  - table: values
    expectations:
      - rule: name < "é"
        severity: warn
      - rule: lower(name) == name and upper(name) == name
        severity: warn
      - rule: name matches "^\\w+$"
        severity: warn
      - rule: day < vars.as_of and moment < "2024-02-29T23:59:00Z" and at != "2024-02-29T23:59:59.999999"
        severity: warn
      - rule: mean(fraction) == 1 and max(name) == "x" and min(name) == "x" and max(moment) < "2000-01-01T00:00:00Z"
        severity: warn
      - rule: sum(amount) == 0 and quantile(fraction, 0.5) == 7
        severity: warn
      - expect_column_values_to_be_in_set: {column: name, value_set: [I, "i", "ß"]}
        severity: warn
      - expect_column_most_common_value_to_be_in_set: {column: fraction, value_set: [1]}
        severity: warn
snapshots:
  values_history: {from: values}
`

const everywhereRows = `name,day,at,moment,fraction,amount,yes
I,05/01/2024,2024-02-29 23:59:59.999999,2024-02-29T23:59:00+14:00,0.1,"1.234,50",yes
i,01/05/2024,2024-02-29 00:00:00,2024-02-29 23:59:00,1e-5,"-0,10",f
é,29/02/2024,2024-03-31 02:30:00,2024-03-31 03:30:00,1e23,"1,00",1
É,31/12/2023,1900-01-01 12:00:00,2024-01-31T23:59:59.999999-11:00,123456789.123456789,"0,01",no
straße,29/02/2000,2024-10-27 02:30:00,2024-02-29T00:00:00Z,0.30000000000000004,"9.999.999,99",t
"O'Neil \ x",28/02/2024,0001-01-01 00:00:00,1969-12-31T23:59:59Z,-0.0,,
gap,31/01/2024,2024-03-31 02:30:00,2024-03-31 02:30:00,1,"1,00",1
no day,30/02/2024,2024-03-31 02:30:00,2024-03-31 02:30:00Z,1,"1,00",1
`

const everywherePairs = "b,C,é,É\ni,I,é,I\nI,i,É,i\n"

// odd are settings that an administrator may have given a role for reasons of
// his own; each changes what some statement means, or ends it.
var odd = []string{
	"timezone = 'Asia/Kolkata'", "datestyle = 'German'", "intervalstyle = 'iso_8601'", "standard_conforming_strings = off", "escape_string_warning = off",
	"backslash_quote = off", "bytea_output = 'escape'", "extra_float_digits = -15", "array_nulls = off", "xmloption = 'document'", "client_encoding = 'LATIN1'",
	"transform_null_equals = on", "quote_all_identifiers = on", "search_path = 'pg_catalog'", "default_transaction_isolation = 'serializable'",
	"default_transaction_deferrable = on", "statement_timeout = '20ms'", "idle_session_timeout = '20ms'", "idle_in_transaction_session_timeout = '20ms'",
	"enable_hashagg = off", "enable_hashjoin = off", "row_security = off", "check_function_bodies = off",
	"default_table_access_method = 'heap'", "synchronize_seqscans = on", "work_mem = '64kB'",
}

// place is where a pipeline runs.
type place struct {
	name     string
	env      []string
	database string   // what CREATE DATABASE is given
	settings []string // of the database
}

// moments are what differs between two runs wherever they are.
var moments = regexp.MustCompile(`(?m)\d{8}T\d{6}Z-[0-9a-f]{8}|"(started_at|duration_ms)": ?("[^"]*"|\d+)|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\| [\d,]+ \|$|\b\d[\d.,]* m?s\b|\d[\d,]* rows per second`)

// story is everything that a month leaves behind: what was printed, the reports,
// the rows, without what every run has of its own. The target is a URL of
// PostgreSQL, or "" for a file of SQLite.
func story(t *testing.T, target string, env []string) string {
	t.Helper()
	dir := t.TempDir()
	name := "server"
	if target == "" {
		name, target = "embedded", "sqlite:"+filepath.Join(dir, "target.db")
	}
	write(t, filepath.Join(dir, "spec.yaml"), everywhereSpec)
	write(t, filepath.Join(dir, "pairs.csv"), everywherePairs)
	write(t, filepath.Join(dir, "2024-01.csv"), everywhereRows)
	write(t, filepath.Join(dir, "2024-02.csv"), strings.ReplaceAll(everywhereRows, "yes\n", "no\n"))
	var b strings.Builder
	for _, command := range []string{"run --var as_of=2024-01-31", "run --var as_of=2024-02-29 --format json", "check --var as_of=2024-02-29 --format json", "run --var as_of=2024-01-31",
		"run --var as_of=2024-02-29 --format json"} {
		args := strings.Fields(command)
		cmd, out := pipe(dir, append([]string{args[0], "spec.yaml", "--target", name}, args[1:]...)...)
		cmd.Env, cmd.Stderr = append(append(cmd.Env, "T_URL="+target), env...), nil
		err := cmd.Run()
		fmt.Fprintf(&b, "$ pipe %s: %v\n%s\n", command, err, out)
	}
	files, err := fs.Glob(os.DirFS(dir), "reports/*")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "-- %s --\n%s\n", name, text)
	}
	db, session := open(t, target, "look")
	var rows []string
	for _, table := range []string{"values", "values_history", "Ärger"} {
		err := session.Rows(context.Background(), func(_ []string, v []any) error {
			rows = append(rows, fmt.Sprintf("%s: %v\n", table, v))
			return nil
		}, "SELECT * FROM \""+table+"\"")
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
	}
	done(t, db, session)
	slices.Sort(rows)
	b.WriteString(strings.Join(rows, ""))
	return moments.ReplaceAllString(b.String(), "...")
}

// different gives the lines that differ.
func different(want, got string) string {
	return cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n"))
}

// databaseOf makes a database of its own kind, with a role that has the settings.
func databaseOf(t *testing.T, p place, number int) string {
	t.Helper()
	u, err := url.Parse(pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("here_%s%02d", u.Path[len(u.Path)-6:], number)
	statements := []string{"CREATE DATABASE " + name + " TEMPLATE template0 " + p.database, "CREATE ROLE " + name + " LOGIN PASSWORD 'x'", "ALTER DATABASE " + name + " OWNER TO " + name}
	for _, s := range p.settings {
		statements = append(statements, "ALTER ROLE "+name+" SET "+s, "ALTER DATABASE "+name+" SET "+s)
	}
	db, session := open(t, u.String(), "administrator")
	for _, text := range statements {
		if err := session.Exec(context.Background(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	t.Cleanup(func() {
		for _, text := range []string{"DROP DATABASE " + name + " WITH (FORCE)", "DROP ROLE " + name} {
			if err := session.Exec(context.Background(), text); err != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
		done(t, db, session)
	})
	u.User, u.Path = url.UserPassword(name, "x"), "/"+name
	return u.String()
}

// The same rows and the same reports come out whatever the zone, the locale, the
// encoding, the collation and the settings of client and server. Between the
// first two zones lie 25 hours: their days and months are never the same.
func TestTheSameEverywhere(t *testing.T) {
	clients := []place{
		{name: "elsewhere east", env: []string{"TZ=Pacific/Kiritimati", "LC_ALL=fr_FR.UTF-8", "LANG=fr_FR.UTF-8"}},
		{name: "elsewhere west", env: []string{"TZ=Pacific/Pago_Pago", "LC_ALL=tr_TR.UTF-8"}},
		{name: "half an hour", env: []string{"TZ=Asia/Kolkata", "LC_ALL=C", "PGTZ=Asia/Kolkata", "PGDATESTYLE=German"}},
		{name: "daylight saving", env: []string{"TZ=America/New_York", "LC_NUMERIC=de_DE.UTF-8", "PGCLIENTENCODING=UTF8"}},
	}
	t.Run("sqlite", func(t *testing.T) {
		want := story(t, "", []string{"TZ=UTC", "LC_ALL=C"})
		for _, p := range clients {
			if diff := different(want, story(t, "", p.env)); diff != "" {
				t.Errorf("%s (-UTC +here):\n%s", p.name, diff)
			}
		}
	})
	t.Run("postgres", func(t *testing.T) {
		want := story(t, databaseOf(t, place{}, 0), []string{"TZ=UTC", "LC_ALL=C"})
		for _, part := range []string{"published", "2 bad rows", "values_history", "É", "expectations"} {
			if !strings.Contains(want, part) {
				t.Fatalf("the story does not tell of %s:\n%s", part, want)
			}
		}
		servers := []place{
			{name: "odd settings", settings: odd},
			{name: "LATIN1", database: "ENCODING 'LATIN1' LOCALE 'C'"},
			{name: "Turkish", database: "LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LOCALE 'C' ENCODING 'UTF8'"},
			{name: "French, accents last", database: "LOCALE_PROVIDER icu ICU_LOCALE 'fr-CA-u-kb-true' LOCALE 'C' ENCODING 'UTF8'"},
			{name: "C.UTF-8", database: "LOCALE 'C.UTF-8' ENCODING 'UTF8'"},
		}
		for i, p := range append(clients, servers...) {
			if diff := different(want, story(t, databaseOf(t, p, i+1), p.env)); diff != "" {
				t.Errorf("%s (-UTC +here):\n%s", p.name, diff)
			}
		}
	})
}

// A database whose texts have no characters is refused before anything is done.
func TestAnEncodingThatChangesTexts(t *testing.T) {
	for _, encoding := range []string{"SQL_ASCII", "EUC_JP"} {
		target := databaseOf(t, place{database: "LOCALE 'C' ENCODING '" + encoding + "'"}, 99)
		out := exits(t, 3, counters(t, 1, "2024-01-31"), month(target, "2024-01-31")...)
		if !strings.Contains(out, encoding) || !strings.Contains(out, "UTF8") {
			t.Errorf("%s is not told, or not the cure:\n%s", encoding, out)
		}
	}
}

// What a database in LATIN1 cannot keep is a bad row of its line, and whatever a
// run has to tell is recorded.
func TestCharactersThatTheDatabaseHasNot(t *testing.T) {
	target := databaseOf(t, place{database: "ENCODING 'LATIN1' LOCALE 'C'"}, 98)
	dir := t.TempDir()
	spec := "version: 1\nname: wide\ntables:\n  t:\n    source: t.csv\n    primary_key: [id]\n    columns: {id: integer, v: text}\n"
	write(t, filepath.Join(dir, "strict.yaml"), strings.Replace(spec, "wide", "strict", 1))
	write(t, filepath.Join(dir, "wide.yaml"), strings.Replace(spec, "    columns", "    on_bad_row: quarantine\n    max_rejects: 3\n    columns", 1))
	write(t, filepath.Join(dir, "t.csv"), "id,v\n1,é\n日,x\n3,日本\n4,😀\n5,ÿ\n")

	exits(t, 1, dir, "run", "strict.yaml", "--target", target, "--report", "none")
	exits(t, 0, dir, "run", "wide.yaml", "--target", target, "--report", "none")
	if runs := exits(t, 0, dir, "runs", "wide.yaml", "--target", target, "--format", "csv"); !strings.Contains(runs, ",failed,") || !strings.Contains(runs, ",succeeded,") {
		t.Errorf("the runs are recorded as\n%s", runs)
	}
	var rejects struct{ Rejects []struct{ Code, Line string } }
	if err := json.Unmarshal([]byte(exits(t, 0, dir, "rejects", "wide.yaml", "--target", target, "--format", "json")), &rejects); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rejects.Rejects {
		got = append(got, r.Code+" "+r.Line)
	}
	if diff := cmp.Diff([]string{"bad_integer 日,x", "invalid_text 3,日本", "invalid_text 4,😀"}, got); diff != "" {
		t.Error(diff)
	}
	if out := exits(t, 1, dir, "run", "strict.yaml", "--target", target, "--report", "none"); !strings.Contains(out, "U+65E5, which the") {
		t.Errorf("not told:\n%s", out)
	}
	db, session := open(t, target, "reader")
	defer done(t, db, session)
	rows, err := session.One(t.Context(), "SELECT count(*) AS n, max(v) AS v FROM t")
	if err != nil || fmt.Sprintf("%v %v", rows["n"], rows["v"]) != "2 ÿ" {
		t.Errorf("landed: %v %v", rows, err)
	}
}
