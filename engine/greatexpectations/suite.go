package greatexpectations

import (
	"path"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// stored is a suite as Great Expectations stores it.
type stored struct {
	name    string
	version string // of Great Expectations, where the file tells it
	modern  bool   // 1.x: an expectation has type, 0.x: expectation_type
	meta    *spec.Node
	items   []*spec.Node
	// parameters are the values that the suite gives to evaluation or suite
	// parameters; notes is what somebody wrote about the suite.
	parameters *spec.Node
	notes      string
	unknown    []string // keys of the suite that say nothing to pipe
}

// suiteKeys are what a suite may hold. Those that are false say nothing of the
// data.
var suiteKeys = map[string]bool{"expectation_suite_name": true, "name": true, "expectations": true, "meta": true,
	"evaluation_parameters": true, "suite_parameters": true, "notes": true, "data_asset_type": false, "ge_cloud_id": false, "id": false}

// readSuite reads the form of a suite, or says what the file is instead.
func readSuite(file string, text []byte) (*stored, diag.List) {
	root, list := readJSON(file, text)
	if list.HasErrors() {
		return nil, list
	}
	if what, cure := otherDocument(root); what != "" {
		list.Add(root.Pos, "not-a-suite", "this is %s, not a suite of Great Expectations", what).Suggestion = cure
		return nil, list
	}
	s := &stored{meta: root.Get("meta"), name: textOf(root.Get("expectation_suite_name"))}
	if s.name == "" {
		s.name, s.modern = textOf(root.Get("name")), true
	}
	expectations := root.Get("expectations")
	switch {
	case expectations.Kind != spec.NodeList:
		list.Add(expectations.Pos, "wrong-type", "expectations is no list")
	case s.name == "":
		list.Add(root.Pos, "missing-key", "the suite has no name").Suggest(`add "name": "..." (or "expectation_suite_name", as 0.x has it)`)
	}
	for i, item := range expectations.Items {
		if kindOf(item) == "" || item.Get("kwargs") != nil && item.Get("kwargs").Kind != spec.NodeMap {
			list.Add(item.Pos, "wrong-type", `expectation %d has not the form {"type": "expect_...", "kwargs": {...}}`, i).
				Suggest(`suites of 0.x have "expectation_type" instead of "type"`)
		}
	}
	s.version = textOf(s.meta.Get("great_expectations_version"))
	s.items = expectations.Items
	if s.parameters = root.Get("evaluation_parameters"); s.parameters == nil {
		s.parameters = root.Get("suite_parameters")
	}
	if s.notes = lines(root.Get("notes")); s.notes == "" {
		notes := s.meta.Get("notes")
		if content := notes.Get("content"); content != nil {
			notes = content
		}
		s.notes = lines(notes)
	}
	for _, p := range root.Pairs {
		if kept := suiteKeys[p.Key.V]; !kept && p.Value.Kind != spec.NodeNull {
			s.unknown = append(s.unknown, p.Key.V)
		}
	}
	if strings.HasPrefix(s.version, "0.") {
		s.modern = false
	}
	return s, list
}

// kindOf is the name of a stored expectation.
func kindOf(n *spec.Node) string {
	if name := textOf(n.Get("expectation_type")); name != "" {
		return name
	}
	return textOf(n.Get("type"))
}

// otherDocument tells what a JSON file that is no suite is.
func otherDocument(root *spec.Node) (what, cure string) {
	has := func(keys ...string) bool {
		return !slices.ContainsFunc(keys, func(k string) bool { return root.Get(k) == nil })
	}
	inFolder := "suites are kept in the folder expectations of the Great Expectations project"
	switch {
	case root.Kind == spec.NodeList:
		return "a list", "give it one suite, as a file of its own"
	case root.Kind != spec.NodeMap:
		return "a single value", inFolder
	case has("expectations"):
		return "", ""
	case has("success", "results") || has("success", "statistics"):
		cure = "give it the suite that was validated"
		if name := textOf(root.Get("suite_name")); name != "" {
			cure += ": " + name
		} else if name := textOf(root.Get("meta").Get("expectation_suite_name")); name != "" {
			cure += ": " + name
		}
		return "the result of a validation", cure
	case has("run_results"):
		return "the result of a checkpoint", "give it the suite that was validated"
	case has("validations") || has("validation_definitions") || has("action_list") || has("config_version", "class_name"):
		return "a checkpoint", "give it the suite that the checkpoint runs; " + inFolder
	case has("suite", "data"):
		return "a validation definition", "give it the suite that it names; " + inFolder
	case has("assets") || has("execution_engine") || has("fluent_datasources"):
		return "the configuration of a data source", inFolder
	case has("kwargs"):
		return "a single expectation", `put it into {"name": "...", "expectations": [...]}`
	case has("$schema") || has("properties"):
		return "a JSON Schema", inFolder
	}
	return "an object without expectations", inFolder
}

// afterwards are words at the end of a suite's name that tell how grave it is
// or what it is, and not which table it is about.
var afterwards = map[string]bool{"warning": true, "warnings": true, "critical": true, "failure": true, "error": true, "info": true,
	"default": true, "suite": true, "expectations": true, "expectation_suite": true, "validation": true, "checks": true, "tests": true}

// guessTable finds the table that a suite is about, and says where.
func (s *stored) guessTable() (table, where string) {
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
