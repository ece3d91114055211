package spec_test

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/spec"
)

// contract is the project of the contract's section 2, as it stands there.
var contract = map[string]string{
	"specs/ingest_month.yaml": `version: 1
name: ingest_month
description: Monthly ingestion, validation and snapshots.
as_of: '${{ vars.as_of }}'
vars:
  as_of:    {type: month_end, description: Last day of the month to load.}       # no default: required
  seed_dir: {type: path, default: '${{ sprintf("data/seeds/month_%03d", months_since(vars.as_of, "2024-01-31")) }}'}
targets:
  embedded: {driver: sqlite, path: .pipe/streamflow.db}
  postgres: {driver: postgres, host: '${{ env.POSTGRES_HOST ?? "localhost" }}', port: '${{ env.POSTGRES_PORT ?? "5432" }}',
             user: '${{ env.POSTGRES_USER }}', password: '${{ env.POSTGRES_PASSWORD }}', database: '${{ env.POSTGRES_DB }}'}
target: '${{ env.PIPE_TARGET ?? "embedded" }}'
setup: [db/init/*.sql]
include: [pipeline.yaml, ../expectations/*.yaml, snapshots.yaml]
`,
	"specs/pipeline.yaml": `tables:
  users:
    source: '${{ vars.seed_dir }}/users.csv'
    primary_key: [user_id]
    columns:
      user_id: text
      signup_date: {type: date, formats: ["%Y-%m-%d"]}
      user_is_senior: boolean
  subscriptions:
    source: {path: '${{ vars.seed_dir }}/subscriptions.csv', delimiter: ","}
    primary_key: [user_id]
    on_bad_row: quarantine
    max_rejects: 0.1%
    columns:
      user_id: {type: text, references: users.user_id}       # an edge of the DAG
      plan_stream_tv: boolean                                  # blank -> NULL, counted
      monthly_fee: "numeric(10,2)"
      add_on_security: {type: boolean, optional: true}
`,
	"expectations/subscriptions.yaml": `suites:
  - table: subscriptions
    expectations:
      - rule: months_active >= 0
      - rule: monthly_fee >= 0 and total_paid >= 0
        name: amounts_not_negative
        mostly: 0.999
        where: contract_type != "Two year"
        severity: warn
      - rule: count() >= 1000 and mean(monthly_fee) < 200
      - rule: unique(user_id)
      - expect_column_values_to_be_in_set: {column: net_service, value_set: [DSL, Fiber optic, "No"]}
    tests:
      - {rule: months_active >= 0, rows: [{months_active: -1}, {months_active: null}], fails: [0]}
`,
	"specs/snapshots.yaml": `snapshots:
  subscriptions_profile_snapshots:
    from: subscriptions
    columns: [months_active, monthly_fee, paperless_billing, plan_stream_tv, plan_stream_movies, net_service]
`,
}

func project(texts map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{"db/init/001_schema.sql": {}, "db/types.sql": {}, "x.sql": {}} // setup files need only be there
	for name, text := range texts {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func readClean(t *testing.T, texts map[string]string, entry string) *spec.Spec {
	t.Helper()
	s, list := spec.Read(project(texts), entry)
	if len(list) > 0 {
		t.Fatalf("the spec must read clean:\n%s", told(list))
	}
	return s
}

func TestContractReadsClean(t *testing.T) {
	s := readClean(t, contract, "specs/ingest_month.yaml")

	var read []string
	for _, f := range s.Files {
		read = append(read, f.Path)
	}
	if diff := cmp.Diff([]string{"specs/ingest_month.yaml", "specs/pipeline.yaml", "expectations/subscriptions.yaml", "specs/snapshots.yaml"}, read); diff != "" {
		t.Errorf("files in the order read (-want +got):\n%s", diff)
	}
	users, subscriptions := s.Table("users"), s.Table("subscriptions")
	if users == nil || subscriptions == nil {
		t.Fatal("both tables must be there")
	}
	if users.Column("user_id").Nullable.V || !users.Column("signup_date").Nullable.V {
		t.Error("columns may be NULL, key columns never")
	}
	if got := subscriptions.Column("monthly_fee").Type.V; got != (spec.Type{Kind: spec.KindNumeric, Precision: 10, Scale: 2}) {
		t.Errorf("monthly_fee is %v", got)
	}
	if got := subscriptions.MaxRejects.V; got != (spec.Limit{Percent: 0.1, Text: "0.1%", IsPercent: true}) {
		t.Errorf("max_rejects is %+v", got)
	}
	if got := subscriptions.Column("user_id").References; got == nil || got.Table != "users" || got.Column != "user_id" {
		t.Errorf("references is %+v", got)
	}
	if got := users.Source.Path.V; got != "${{ vars.seed_dir }}/users.csv" {
		t.Errorf("the path of users is %q", got)
	}
	suite := s.Suites[0]
	if suite.Name.V != "subscriptions" || suite.Name.Set {
		t.Errorf("a suite is named after its table: %+v", suite.Name)
	}
	fees := suite.Expectations[1]
	if fees.Index != 1 || fees.Mostly.V != 0.999 || fees.Severity.V != spec.SeverityWarn || fees.Where.V != `contract_type != "Two year"` {
		t.Errorf("the second expectation is %+v", fees)
	}
	if got := suite.Expectations[0].Rule.Pos.String(); got != "expectations/subscriptions.yaml:4:15" {
		t.Errorf("the first rule stands at %s", got)
	}
	wanted := map[string]any{"column": "net_service", "value_set": []any{"DSL", "Fiber optic", "No"}}
	if diff := cmp.Diff(wanted, suite.Expectations[4].Args.JSON()); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
	test := suite.Tests[0]
	if len(test.Rows) != 2 || test.Rows[1].Get("months_active").Kind != spec.NodeNull || len(test.Fails) != 1 || test.Fails[0].V != 0 {
		t.Errorf("the test is %+v", test)
	}
}

// What an absent key means.
func TestDefaults(t *testing.T) {
	s := readClean(t, map[string]string{"specs/small.yaml": `version: 1
tables:
  t: {source: t.csv, primary_key: [a], columns: {a: text}}
suites:
  - table: t
    expectations: [{rule: a != ""}]
`}, "specs/small.yaml")
	if s.Name.V != "small" || s.Name.Set || s.Retries.V != 3 || s.Timeout.V != 0 || s.AsOf.Set {
		t.Errorf("entry: name %q, retries %d, timeout %v", s.Name.V, s.Retries.V, s.Timeout.V)
	}
	source := s.Tables[0].Source
	if source.Format.V != "csv" || source.Delimiter.V != ',' || source.Quote.V != '"' || source.Encoding.V != "utf-8" ||
		!source.Header.V || source.AllowEmpty.V || source.NullValues != nil {
		t.Errorf("source: %+v", source)
	}
	column := s.Tables[0].Columns[0]
	if column.Decimal.V != '.' || column.Thousands.V != 0 || column.Optional.V || column.Trim.V || column.NullValues != nil {
		t.Errorf("column: %+v", column)
	}
	if s.Tables[0].OnBadRow.V != spec.FailOnBadRow {
		t.Errorf("on_bad_row: %v", s.Tables[0].OnBadRow.V)
	}
	expectation := s.Suites[0].Expectations[0]
	if expectation.Mostly.V != 1 || expectation.Mostly.Set || expectation.Severity.V != spec.SeverityError {
		t.Errorf("expectation: %+v", expectation)
	}
}

// Every key of the format, once.
func TestEveryKey(t *testing.T) {
	s := readClean(t, map[string]string{"specs/all.yaml": `version: 1
name: all
description: |
  Two
  lines.
as_of: 2024-01-31
timeout: 1h30m
retries: 0
setup: db/*.sql
target: pg
vars:
  region: text
  kind: {type: enum, values: [a, NO, 010], default: a, description: d}
  code: {type: text, pattern: '^\d+$', default: ""}
targets:
  pg: {driver: postgres, host: h, port: 5432, user: u, password: "", database: d, schema: s, sslmode: require, setup: [x.sql]}
  url: {driver: postgres, url: '${{ env.URL }}', schema: s, sslmode: prefer}
tables:
  t:
    description: d
    source: {path: t.csv, format: csv, delimiter: "\t", quote: "'", encoding: latin1, null_values: ["", NA, NULL, "~", 010], header: false, allow_empty: true}
    primary_key: [a]
    on_bad_row: quarantine
    max_rejects: 25
    columns:
      a: {type: text, nullable: false, trim: true, description: d}
      no: {type: boolean, null_values: [], true_values: [NO, 1], false_values: [2024-01-31]}
      b: {type: timestamptz, formats: ['%Y'], source_tz: Europe/Paris}
      c: {type: double, decimal: ",", thousands: "."}
suites:
  - table: t
    name: first
    expectations:
      - {rule: a > 0, name: n, mostly: 1, where: b > 0, severity: warn, description: 12}
      - expect_table_row_count_to_equal:
      - expect_column_to_exist: {column: a, mostly: 0.5}
snapshots:
  s: {from: t, columns: [no], description: d}
`}, "specs/all.yaml")
	if s.Timeout.V != 90*time.Minute || s.Retries.V != 0 || !s.Retries.Set || s.AsOf.V != "2024-01-31" || s.Description.V != "Two\nlines." {
		t.Errorf("entry: %v %v %q %q", s.Timeout, s.Retries, s.AsOf.V, s.Description.V)
	}
	if got := texts(s.Vars[1].Values); !cmp.Equal(got, []string{"a", "NO", "010"}) {
		t.Errorf("values keep their own text: %q", got)
	}
	if !s.Vars[2].Default.Set || s.Vars[2].Default.V != "" {
		t.Errorf("a default may be the empty text: %+v", s.Vars[2].Default)
	}
	target := s.Targets[0]
	if target.Port.V != "5432" || !target.Password.Set || target.SSLMode.V != "require" || len(target.Setup) != 1 {
		t.Errorf("target: %+v", target)
	}
	source := s.Tables[0].Source
	if source.Delimiter.V != '\t' || source.Quote.V != '\'' || source.Header.V || !source.AllowEmpty.V {
		t.Errorf("source: %+v", source)
	}
	if got := texts(source.NullValues); !cmp.Equal(got, []string{"", "NA", "NULL", "~", "010"}) {
		t.Errorf("cell words keep their own text: %q", got)
	}
	no := s.Tables[0].Column("no")
	if no.NullValues == nil || len(no.NullValues) != 0 || no.TrueValues[0].V != "NO" || no.FalseValues[0].V != "2024-01-31" {
		t.Errorf("column no: %+v", no)
	}
	if c := s.Tables[0].Column("c"); c.Decimal.V != ',' || c.Thousands.V != '.' {
		t.Errorf("column c: %+v", c)
	}
	if s.Tables[0].MaxRejects.V.Rows != 25 {
		t.Errorf("max_rejects: %+v", s.Tables[0].MaxRejects.V)
	}
	expectations := s.Suites[0].Expectations
	if expectations[0].Description.V != "12" || expectations[1].Args != nil || expectations[1].Kind.V != "expect_table_row_count_to_equal" {
		t.Errorf("expectations: %+v %+v", expectations[0], expectations[1])
	}
}

func texts(list []spec.Text) []string {
	var out []string
	for _, t := range list {
		out = append(out, t.V)
	}
	return out
}
