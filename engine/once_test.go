package engine_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/streamflow/pipe/engine/diag"
)

// once are slips in a copy of the shipped specs that something else hangs on:
// right is written as wrong, in which » stands where the only finding must be.
var once = map[string]struct{ file, right, wrong, code, cure string }{
	"vars twice, first empty":      {"specs/ingest_month.yaml", "vars:\n", "vars:\n»vars:\n", "duplicate-key", "keep one of them"},
	"targets twice, first empty":   {"specs/ingest_month.yaml", "targets:\n", "targets:\n»targets:\n", "duplicate-key", "keep one of them"},
	"tables twice, first empty":    {"specs/pipeline.yaml", "tables:\n", "tables:\n»tables:\n", "duplicate-key", "keep one of them"},
	"a table twice, first empty":   {"specs/pipeline.yaml", "  users:\n", "  users:\n  »users:\n", "duplicate-key", "keep one of them"},
	"columns twice, first empty":   {"specs/pipeline.yaml", "    columns:\n", "    columns:\n    »columns:\n", "duplicate-key", "keep one of them"},
	"suites twice, first empty":    {"expectations/users.yaml", "suites:\n", "suites:\n»suites:\n", "duplicate-key", "keep one of them"},
	"expectations twice":           {"expectations/labels.yaml", "    expectations:\n", "    expectations:\n    »expectations:\n", "duplicate-key", "keep one of them"},
	"tables in two parts":          {"specs/pipeline.yaml", "  labels:\n", "»tables:\n  labels:\n", "duplicate-key", "keep one of them"},
	"columns in two parts":         {"specs/pipeline.yaml", "      user_gender: text\n", "    »columns:\n      user_gender: text\n", "duplicate-key", "keep one of them"},
	"expectations in two parts":    {"expectations/labels.yaml", "      # A customer without", "    »expectations:\n      # A customer without", "duplicate-key", "keep one of them"},
	"fails twice":                  {"expectations/labels.yaml", "fails: []}", "fails: [], »fails: []}", "duplicate-key", "keep one of them"},
	"a line of fails twice":        {"expectations/usage_agg_30d.yaml", "        fails: [1]\n", "        fails: [1]\n        »fails: [1]\n", "duplicate-key", "keep one of them"},
	"a key twice":                  {"specs/pipeline.yaml", "    primary_key: [user_id]\n", "    primary_key: [user_id]\n    »primary_key: [user_id]\n", "duplicate-key", "keep one of them"},
	"includes twice":               {"specs/ingest_month.yaml", "include: [pipeline", "include: [pipeline.yaml, ../expectations/*.yaml, snapshots.yaml]\n»include: [pipeline", "duplicate-key", "keep one of them"},
	"a suite's expectations twice": {"expectations/labels.yaml", "    tests:\n", "    »expectations:\n      - rule: unique(user_id)\n    tests:\n", "duplicate-key", "keep one of them"},
	"a target not indented":        {"specs/ingest_month.yaml", "    driver: postgres\n    host", "  driver: postgres\n    »host", "syntax", "indent it"},
	"a var not indented":           {"specs/ingest_month.yaml", "    type: path\n    default", "  type: path\n    »default", "syntax", "indent it"},
	"tables not indented":          {"specs/pipeline.yaml", "tables:\n  users:\n", "  tables:\n  »users:\n", "unknown-key", "indent it and what follows under tables"},
	"snapshots not indented":       {"specs/snapshots.yaml", "snapshots:\n  subscriptions", "  snapshots:\n  »subscriptions", "unknown-key", "indent it and what follows under snapshots"},
	"the last table not indented":  {"specs/pipeline.yaml", "  labels:\n", "»labels:\n", "unknown-key", "indent it under tables"},
	"the last column not indented": {"specs/pipeline.yaml", "      churn_label: boolean", "    »churn_label: boolean", "unknown-key", "indent it under columns"},
	"the last columns of several":  {"specs/pipeline.yaml", "      add_on_device_protect: {type: boolean, optional: true}\n      add_on_support", "    »add_on_device_protect: {type: boolean, optional: true}\n    add_on_support", "unknown-key", "indent it and what follows under columns"},
	"a rule without a blank":       {"expectations/subscriptions.yaml", "- rule: months_active >= 0\n", "- »rule:months_active >= 0\n", "wrong-type", "write rule: months_active >= 0"},
	"a rule without a colon":       {"expectations/subscriptions.yaml", "- rule: months_active >= 0\n", "- »rule months_active >= 0\n", "wrong-type", "write rule: months_active >= 0"},
	"the line of a suite twice":    {"expectations/users.yaml", "  - table: users\n", "  - »table: users\n  - table: users\n", "missing-key", ""},
	"a no-break space to indent":   {"specs/pipeline.yaml", "    primary_key: [user_id]\n", "»\u00a0   primary_key: [user_id]\n", "syntax", "type the blanks again"},
	"one behind the colon":         {"specs/pipeline.yaml", "    primary_key: [user_id]\n", "    primary_key:»\u00a0[user_id]\n", "syntax", "type the blanks again"},
	"a second document":            {"specs/pipeline.yaml", "  labels:\n", "»---\ntables:\n  labels:\n", "multiple-documents", "remove the ---"},
	"vars misspelt in as_of":       {"specs/ingest_month.yaml", "as_of: '${{ vars.as_of }}'", "as_of: '${{ »varrs.as_of }}'", "unknown-name", `"vars"`},
	"vars too short in as_of":      {"specs/ingest_month.yaml", "as_of: '${{ vars.as_of }}'", "as_of: '${{ »var.as_of }}'", "unknown-name", `"vars"`},
	"an argument without a blank":  {"expectations/users.yaml", "{column: user_id}", "{»column:user_id}", "unknown-key", "write column: user_id"},
	"an argument beside its name":  {"expectations/users.yaml", "{column: user_gender, value_set: [Female, Male]}", "{column: user_gender}\n        »value_set: [Female, Male]", "unknown-key", "expect_column_values_to_be_in_set"},
	"an argument not indented":     {"expectations/users.yaml", "          exact_match: true", "        »exact_match: true", "unknown-key", "expect_table_columns_to_match_set"},
	"no argument, beside its name": {"expectations/users.yaml", "{column: user_gender, value_set: [Female, Male]}", "{column: user_gender, value_set: [Female, Male]}\n        »colour: red", "unknown-key", "expect_column_values_to_be_in_set"},
}

// What is copied whole, lines and what is indented under them, is told once: that
// a key stands twice, or the name of a suite.
func TestACopyIsToldOnce(t *testing.T) {
	clean := shippedSpecs(t)
	copies := 0
	for file, f := range clean {
		lines := strings.Split(string(f.Data), "\n")
		for i, line := range lines {
			trimmed := strings.TrimLeft(line, " ")
			if filepath.Ext(file) != ".yaml" || trimmed == "" || trimmed[0] == '#' {
				continue
			}
			end := i + 1
			for end < len(lines) && (lines[end] == "" || len(lines[end])-len(strings.TrimLeft(lines[end], " ")) > len(line)-len(trimmed)) {
				end++
			}
			changed := maps.Clone(clean)
			changed[file] = &fstest.MapFile{Data: []byte(strings.Join(slices.Concat(lines[:end], lines[i:end], lines[end:]), "\n"))}
			copies++
			if list := findingsOf(changed); len(list) > 1 {
				t.Errorf("%s:%d is copied:\n%v", file, i+1, list)
			}
		}
	}
	if copies < 150 {
		t.Errorf("only %d copies are tried", copies)
	}
}

// One slip is told once, at its character, and nothing of what hangs on it.
func TestASlipIsToldOnce(t *testing.T) {
	for name, slip := range once {
		t.Run(name, func(t *testing.T) {
			project := shippedSpecs(t)
			text := string(project[slip.file].Data)
			if !strings.Contains(text, slip.right) {
				t.Fatalf("%s does not hold %q", slip.file, slip.right)
			}
			text = strings.Replace(text, slip.right, slip.wrong, 1)
			before, after, _ := strings.Cut(text, "»")
			project[slip.file] = &fstest.MapFile{Data: []byte(before + after)}
			want := diag.Pos{File: slip.file, Line: strings.Count(before, "\n") + 1, Col: len(before) - strings.LastIndexByte(before, '\n')}
			list := findingsOf(project)
			if len(list) != 1 || list[0].Pos != want || list[0].Code != slip.code || !strings.Contains(list[0].Suggestion, slip.cure) {
				t.Errorf("%v is to be told [%s], and %q:\n%v", want, slip.code, slip.cure, list)
			}
		})
	}
}
