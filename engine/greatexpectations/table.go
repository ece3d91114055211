package greatexpectations

import (
	"path"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// afterwards are words at the end of a suite's name that tell how grave it is
// or what it is, and not which table it is about.
var afterwards = map[string]bool{"warning": true, "warnings": true, "critical": true, "failure": true, "error": true, "info": true,
	"default": true, "suite": true, "expectations": true, "expectation_suite": true, "validation": true, "checks": true, "tests": true}

// guessTable finds the table that a suite is about, and says where.
func (s *stored) guessTable() (table, where string) {
	if found := textOf(s.root.Get("data_asset_name")); found != "" && lastName(found) != "" {
		return lastName(found), "the suite's data_asset_name"
	}
	for _, key := range []string{"data_asset_name", "table_name", "table"} {
		if found := find(s.meta, key, 0); found != "" {
			return lastName(found), "the suite's meta (" + key + ")"
		}
	}
	parts := strings.Split(s.name, ".")
	for len(parts) > 1 && afterwards[strings.ToLower(parts[len(parts)-1])] {
		parts = parts[:len(parts)-1]
	}
	table = parts[len(parts)-1]
	for _, suffix := range []string{"_expectation_suite", "_expectations_suite", "_suite", "_expectations", "_validation"} {
		if short, found := strings.CutSuffix(table, suffix); found && short != "" {
			table = short
			break
		}
	}
	return table, "the suite's name"
}

// lastName is a table's name without its schema, or a file's without its
// folder and extension.
func lastName(s string) string {
	base := path.Base(s)
	switch ext := path.Ext(base); strings.ToLower(ext) {
	case ".csv", ".parquet", ".json", ".gz", ".xlsx", ".tsv":
		return strings.TrimSuffix(base, ext)
	}
	return base[strings.LastIndex(base, ".")+1:]
}

// find looks for a key with a text anywhere within a node.
func find(n *spec.Node, key string, depth int) string {
	if n == nil || depth > 8 {
		return ""
	}
	if found := textOf(n.Get(key)); found != "" && lastName(found) != "" {
		return found
	}
	for _, p := range n.Pairs {
		if found := find(p.Value, key, depth+1); found != "" {
			return found
		}
	}
	for _, item := range n.Items {
		if found := find(item, key, depth+1); found != "" {
			return found
		}
	}
	return ""
}

// head writes the beginning of the suite, down to its expectations.
func head(table, name string) string {
	text := "suites:\n  - table: " + spec.Quote(table) + "\n"
	if name != table {
		text += "    name: " + spec.Quote(name) + "\n"
	}
	return text + "    expectations:\n"
}

// headFaults says once what pipe finds wrong with the names of the suite and
// its table, so that no expectation repeats it. given tells that the table's
// name is not of the file.
func (s *stored) headFaults(table string, given bool) diag.List {
	text := "suites:\n  - name: " + spec.Quote(s.name) + "\n    table: " + spec.Quote(table) + "\n    expectations:\n"
	_, found := probe(text, "      - expect_table_row_count_to_be_between: {min_value: 0}\n")
	pos := s.root.Pos
	if n := s.root.Get("expectation_suite_name"); textOf(n) != "" {
		pos = n.Pos
	} else if n := s.root.Get("name"); n != nil {
		pos = n.Pos
	}
	const nameLine = 2
	var ofName, ofTable diag.List
	for _, d := range found {
		switch {
		case d.Severity != diag.Error:
		case d.Line == nameLine:
			ofName.Add(pos, d.Code, "the suite's %s", d.Message).Suggest("give it a name of one line")
		case given:
			ofTable.Add(s.root.Pos, d.Code, "the name of the %s", d.Message).Suggest("give --table another name")
		default:
			ofTable.Add(s.root.Pos, d.Code, "the name of the %s, as the suite has it", d.Message).Suggest("say the table's name with --table")
		}
	}
	if len(ofName) > 0 && !given {
		return ofName // of which the table's may be made
	}
	return append(ofName, ofTable...)
}
