package engine_test

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// mistake is one slip in a copy of the shipped specs: right is written as wrong,
// in which » stands where the finding must be.
type mistake struct {
	file, right, wrong, code string
	// meant is the name that must be suggested where the slip is a misspelling.
	meant string
}

var mistakes = []mistake{
	// Misspelt, at five depths: the entry, a table, a column, an expectation,
	// and inside a rule or an argument.
	{"specs/ingest_month.yaml", "description: Monthly", "»descripton: Monthly", "unknown-key", "description"},
	{"specs/ingest_month.yaml", "target: '${{ env.PIPE_TARGET ?? \"embedded\" }}'", "target: »embeded", "unknown-target", "embedded"},
	{"specs/pipeline.yaml", "    description: Who the", "    »descriptoin: Who the", "unknown-key", "description"},
	{"specs/pipeline.yaml", "    primary_key: [user_id]\n    columns:\n      user_id: {type: text, references: users.user_id}   #",
		"    »primry_key: [user_id]\n    columns:\n      user_id: {type: text, references: users.user_id}   #", "unknown-key", "primary_key"},
	{"specs/pipeline.yaml", "      months_active: integer", "      months_active: »intger", "bad-type", "integer"},
	{"specs/pipeline.yaml", "add_on_security: {type: boolean, optional: true}", "add_on_security: {type: boolean, »optinal: true}", "unknown-key", "optional"},
	{"specs/pipeline.yaml", "user_id: {type: text, references: users.user_id}\n      failed", "user_id: {type: text, references: users.»usr_id}\n      failed", "reference", "user_id"},
	{"specs/snapshots.yaml", "    from: subscriptions", "    from: »subscription", "unknown-table", "subscriptions"},
	{"specs/snapshots.yaml", "labels_snapshots:\n    from: labels", "labels_snapshots:\n    from: labels\n    columns: [»chrun_label]", "snapshot-column", "churn_label"},
	{"expectations/users.yaml", "exact_match: true", "»exact_mach: true", "unknown-argument", "exact_match"},
	{"expectations/users.yaml", "      - rule: unique(user_id)", "      - rule: »uniqe(user_id)", "unknown-function", "unique"},
	{"expectations/users.yaml", "        name: signed_up", "        »nam: signed_up", "unknown-key", "name"},
	{"expectations/labels.yaml", "expect_table_row_count_to_be_between:", "»expect_table_row_count_to_be_betwen:", "unknown-expectation", "expect_table_row_count_to_be_between"},
	{"expectations/labels.yaml", "expect_column_values_to_not_be_null: {column: churn_label}", "expect_column_values_to_not_be_null: {column: »chrun_label}", "unknown-column", "churn_label"},
	{"expectations/subscriptions.yaml", "- rule: monthly_fee >= 0", "- rule: »montly_fee >= 0", "unknown-column", "monthly_fee"},
	// And other slips.
	{"specs/ingest_month.yaml", "embedded: {driver: sqlite, path: .pipe/streamflow.db}", "embedded: {driver: sqlite, path: .pipe/streamflow.db, host: »localhost}", "misplaced-key", ""},
	{"specs/ingest_month.yaml", "    driver: postgres\n", "    driver: »mysql\n", "bad-value", ""},
	{"specs/ingest_month.yaml", "    password: '${{ env.POSTGRES_PASSWORD }}'", "    password: »hunter2", "literal-password", ""},
	{"specs/ingest_month.yaml", "months_since(vars.as_of, \"2024-01-31\")", "»months_between(vars.as_of, \"2024-01-31\")", "unknown-function", ""},
	{"specs/ingest_month.yaml", "setup: [db/init/*.sql]", "setup: [db/init/*.sql]\nretries: »many", "wrong-type", ""},
	{"specs/ingest_month.yaml", "include: [pipeline.yaml,", "include: [pipeline.yaml, »extra/*.yaml,", "include-nothing", ""},
	{"specs/pipeline.yaml", "formats: [\"%Y-%m-%d\"]", "formats: [»YYYY-MM-DD]", "date-format", ""},
	{"specs/pipeline.yaml", "user_gender: text", "user_gender: {type: text, formats: [\"»%Y\"]}", "cell-option", ""},
	{"specs/pipeline.yaml", "has_family: boolean", "has_family: {type: boolean, source_tz: »Europe/Paris}", "cell-option", ""},
	{"specs/pipeline.yaml", "      total_paid: numeric", "      total_paid: {type: »numeric(10,2)}", "unquoted-comma", ""},
	{"specs/pipeline.yaml", "    source: '${{ vars.seed_dir }}/labels.csv'", "    source: »../labels.csv", "outside-project", ""},
	{"specs/pipeline.yaml", "    source: '${{ vars.seed_dir }}/support_agg_90d.csv'", "    source: '»${{ vars.seed_dir /support_agg_90d.csv'", "template-unclosed", ""},
	{"specs/pipeline.yaml", "      skips_7d: integer", "      skips_7d: integer\n      »skips_7d: integer", "duplicate-key", ""},
	{"specs/snapshots.yaml", "  usage_agg_30d_snapshots: {from: usage_agg_30d}", "  usage_agg_30d_snapshots: {from: usage_agg_30d, columns: [skips_7d, »skips_7d]}", "stated-twice", ""},
	{"expectations/users.yaml", "{column: user_gender, value_set: [Female, Male]}", "{column: user_gender, value_set: »Female}", "wrong-type", ""},
	{"expectations/users.yaml", "signup_date >= \"2000-01-01\"", "signup_date >= »\"2000-02-30\"", "bad-literal", ""},
	{"expectations/users.yaml", "rule: count() >= 1000", "rule: count() >= 1000 »=> 5", "rule-syntax", ""},
	{"expectations/labels.yaml", "count(not churn_label) >= 1\n", "count(not churn_label) >= 1 and »churn_label\n", "bare-column", ""},
	{"expectations/subscriptions.yaml", "- rule: months_active >= 0\n", "- rule: months_active >= 0\n        severity: »critical\n", "bad-value", ""},
	{"expectations/subscriptions.yaml", "- rule: total_paid >= 0", "- rule: total_paid >= »\"0\"", "type-mismatch", ""},
	{"expectations/subscriptions.yaml", "value_set: [Month-to-month, One year, Two year]", "value_set: [Month-to-month, One year, »null]", "null-in-set", ""},
	{"expectations/usage_agg_30d.yaml", "min_value: 0, max_value: 100", "min_value: »010, max_value: 100", "bad-number", ""},
	{"expectations/subscriptions.yaml", "count() >= 1000 and mean(monthly_fee) < 200", "count() >= 1000 and mean(»contract_type) < 200", "type-mismatch", ""},
	{"expectations/payments_agg_90d.yaml", "- rule: unique(user_id)", "- rule: unique(user_id)\n        mostly: »95", "bad-value", ""},
	{"expectations/support_agg_90d.yaml", "- rule: unique(user_id)", "- rule: user_id matches \"»[a-z\"", "bad-regexp", ""},
}

// Forty slips are all told in one pass, each at its own character, and so they
// are the second time.
func TestFortyMistakes(t *testing.T) {
	project := shippedSpecs(t)
	var want []string
	for _, m := range mistakes {
		f, ok := project[m.file]
		if !ok || strings.Count(string(f.Data), m.right) < 1 {
			t.Fatalf("%s does not hold %q", m.file, m.right)
		}
		f.Data = []byte(strings.Replace(string(f.Data), m.right, m.wrong, 1))
	}
	for _, m := range mistakes {
		text := string(project[m.file].Data)
		at := strings.Index(text, strings.ReplaceAll(m.wrong, "»", "\x00"))
		if at < 0 {
			at = strings.Index(text, m.wrong)
		}
		if at < 0 {
			t.Fatalf("%s: another slip spoilt %q", m.file, m.wrong)
		}
		before := text[:at+strings.Index(m.wrong, "»")]
		line := before[strings.LastIndexByte(before, '\n')+1:]
		want = append(want, fmt.Sprintf("%s:%d:%d %s", m.file, strings.Count(before, "\n")+1, utf8.RuneCountInString(strings.ReplaceAll(line, "»", ""))+1, m.code))
	}
	for _, f := range project {
		f.Data = []byte(strings.ReplaceAll(string(f.Data), "»", ""))
	}
	slices.Sort(want)
	for range 2 {
		list := findingsOf(project)
		var found []string
		for _, d := range list {
			found = append(found, fmt.Sprintf("%s:%d:%d %s", d.File, d.Line, d.Col, d.Code))
		}
		slices.Sort(found)
		if diff := cmp.Diff(want, found); diff != "" {
			t.Errorf("findings (-want +got):\n%s\n%v", diff, list)
		}
		for _, m := range mistakes {
			if m.meant != "" && !slices.ContainsFunc(list, func(d diag.Diagnostic) bool {
				return d.File == m.file && d.Code == m.code && strings.Contains(d.Suggestion, `"`+m.meant+`"`)
			}) {
				t.Errorf("nobody suggests %q for %s", m.meant, m.wrong)
			}
		}
	}
}

// The shipped specs themselves have nothing to tell.
func TestShippedSpecsAreClean(t *testing.T) {
	if list := findingsOf(shippedSpecs(t)); len(list) > 0 {
		t.Error(list)
	}
}

func findingsOf(project fstest.MapFS) diag.List {
	specs, _, list := spec.ReadProject(project, []string{"specs", "expectations"})
	for _, s := range specs {
		list = append(list, engine.Lint(s)...)
	}
	list.Sort()
	return list
}

// shippedSpecs is a copy of the specs of this repository.
func shippedSpecs(t *testing.T) fstest.MapFS {
	t.Helper()
	project := fstest.MapFS{}
	for _, folder := range []string{"specs", "expectations", "db/init"} {
		files, err := filepath.Glob(filepath.Join("..", folder, "*"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no files in %s: %v", folder, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			project[path.Join(folder, filepath.Base(file))] = &fstest.MapFile{Data: text}
		}
	}
	return project
}
