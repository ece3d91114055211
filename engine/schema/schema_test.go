package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/explain"
	"github.com/streamflow/pipe/engine/schema"
)

const committed = "../../docs/pipe.schema.json"

var update = flag.Bool("update", false, "write docs/pipe.schema.json anew")

// The committed schema is what this program prints.
func TestSchemaIsCurrent(t *testing.T) {
	text, err := schema.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(committed, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	found, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(found, text) {
		t.Error("docs/pipe.schema.json is not what pipe json-schema prints: make reference")
	}
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := schema.JSON()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("pipe.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("pipe.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate holds a YAML text against the schema.
func validate(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	var tree any
	if err := yaml.Unmarshal([]byte(text), &tree); err != nil {
		return err
	}
	plain, err := json.Marshal(strict(tree))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// strict makes what yaml.v3 reads as a date or with other keys than texts what
// JSON has.
func strict(x any) any {
	switch x := x.(type) {
	case map[string]any:
		for k, v := range x {
			x[k] = strict(v)
		}
	case map[any]any:
		out := map[string]any{}
		for k, v := range x {
			if name, ok := k.(string); ok {
				out[name] = strict(v)
			}
		}
		return out
	case []any:
		for i, v := range x {
			x[i] = strict(v)
		}
	}
	return x
}

// Every spec that is shipped, shown in the documentation or explained as right
// is valid, and what is written wrong on purpose is not taken for right where a
// schema can tell.
func TestSpecsAreValid(t *testing.T) {
	s := compile(t)
	n := 0
	check := func(where, text string) {
		n++
		if err := validate(t, s, text); err != nil {
			t.Errorf("%s: %v", where, err)
		}
	}
	for _, pattern := range []string{"../../specs/*.yaml", "../../expectations/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			check(file, string(text))
			if !strings.HasPrefix(string(text), "# yaml-language-server: $schema=../docs/pipe.schema.json\n") {
				t.Errorf("%s does not name its schema in its first line", file)
			}
		}
	}
	for where, text := range documented(t) {
		check(where, text)
	}
	for _, topic := range explain.Topics() {
		for _, f := range topic.Right {
			if strings.HasSuffix(f.Path, ".yaml") {
				check("explain "+topic.Code, f.Text)
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d specs were found", n)
	}
}

var block = regexp.MustCompile("(?s)<!-- file: [^>]*\\.yaml -->\n```yaml\n(.*?)```")

// documented are the YAML files that the documentation shows whole.
func documented(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir("../../docs", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".md") {
			return err
		}
		text, err := os.ReadFile(path)
		for i, m := range block.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "tables:") || strings.Contains(m[1], "suites:") || strings.Contains(m[1], "snapshots:") {
				found[path+" "+string(rune('a'+i))] = m[1]
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// What editors underline.
func TestMistakesAreInvalid(t *testing.T) {
	s := compile(t)
	for _, text := range []string{
		"version: 1\ntabels: {}\n",
		"version: 1\ntables: {t: {columns: {a: int}}}\n",
		"version: 1\ntables: {t: {columns: {a: {type: text, nulable: true}}}}\n",
		"vars: {a: text}\n", // of an entry only
		"suites: [{table: t, expectations: [{expect_column_values_to_be_betwen: {column: a}}]}]\n",
		"suites: [{table: t, expectations: [{expect_column_values_to_be_between: {colum: a}}]}]\n",
		"suites: [{table: t, expectations: [{expect_column_values_to_be_in_set: {column: a}}]}]\n",
		"suites: [{table: t, expectations: [{rule: a > 1, severity: warning}]}]\n",
		"suites: [{table: t, expectations: [{rule: a > 1, mostly: 95}]}]\n",
		"snapshots: {s: {form: t}}\n",
		"version: 2\n",
		"version: 1\ntimeout: 45\n",
		"version: 1\nretries: -1\n",
		"version: 1\nsnapshots: {s: {from: t}}\n", // as_of is missing
		"version: 1\nvars: {a: {type: enum}}\n",
		"version: 1\nvars: {a: {type: text, values: [b]}}\n",
		"version: 1\ntargets: {a: {driver: sqlite}}\n",
		"version: 1\ntargets: {a: {driver: sqlite, path: x.db, host: h}}\n",
		"version: 1\ntargets: {a: {driver: postgres, path: x.db}}\n",
		"version: 1\ntargets: {a: {driver: postgres, url: 'postgres://h/d', host: h}}\n",
		"tables: {t: {source: t.csv, columns: {a: text}}}\n", // the key is missing
		"tables: {t: {source: t.csv, primary_key: [], columns: {a: text}}}\n",
		"tables: {t: {source: t.csv, primary_key: [a], columns: {a: text}, on_bad_row: quarantine}}\n",
		"tables: {t: {source: t.csv, primary_key: [a], columns: {a: text}, max_rejects: 5}}\n",
		"tables: {t: {source: {path: t.csv, delimiter: ';;'}, primary_key: [a], columns: {a: text}}}\n",
		"tables: {t: {columns: {a: {type: text, references: u}}}}\n",
		"suites: [{table: t, expectations: []}]\n",
		"suites: [{table: t, expectations: [{name: a}]}]\n",
		"suites: [{table: t, expectations: [{rule: a > 1, expect_column_values_to_be_unique: {column: a}}]}]\n",
	} {
		if validate(t, s, text) == nil {
			t.Errorf("valid, and should not be: %s", text)
		}
	}
}
