package spec_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/streamflow/pipe/engine/spec"
)

// Every character of a value that stands verbatim in the file maps to its own
// Every character of a value maps to its own place; where that cannot be known, all
// map to the first.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		name, yaml string
		wanted     string // V
		verbatim   bool
	}{
		{"plain", "description: a > 0 # why\n", "a > 0", true},
		{"plain behind wide characters", "{name: é, description: ü > 0}\n", "ü > 0", true},
		{"plain with an anchor", "description: &x  a > 0\n", "a > 0", true},
		{"double quoted", "description: \"a > 0\"\n", "a > 0", true},
		{"single quoted", "description: 'a > \"x\"'\n", `a > "x"`, true},
		{"single quoted, doubled quote", "description: 'it''s'\n", "it's", true},
		{"escape", "description: \"a\\tb\"\n", "a\tb", true},
		{"ends in a backslash", "description: \"a\\\\\"\n", `a\`, true},
		{"plain folded", "description: a\n  > 0\n", "a > 0", true},
		{"quoted folded", "description: 'a\n  > 0'\n", "a > 0", true},
		{"escapes of all lengths", "description: \"\\x41\\u00e9\\U0001F600 \\\"b\\\"\"\n", "Aé😀 \"b\"", true},
		{"quoted, with an escaped line end", "description: \"a \\\n  > 0\"\n", "a > 0", true},
		{"quoted over paragraphs", "description: \"é  \n\n\n   b\t\n  c \"\n", "é\n\nb c ", true},
		{"quoted over lines with windows line ends", "description: 'é >\r\n   0'\r\n", "é > 0", true},
		{"plain over paragraphs", "description: a\n  b\n\n  c\n", "a b\nc", true},
		{"literal", "description: |\n  a > 0\n    and b > 0\n\n  and c > 0\n", "a > 0\n  and b > 0\n\nand c > 0", true},
		{"literal with blank lines first", "description: |\n\n\n  a > 0\n", "\n\na > 0", true},
		{"literal with an indicator", "description: |1-\n   a\n   b\n", "  a\n  b", true},
		{"literal with windows line ends", "description: |\r\n  é\r\n  b\r\n", "é\nb", true},
		{"folded", "description: >\n  a\n  b\n", "a b", true},
		{"folded, paragraphs", "description: >-\n  ü > 0\n  and b\n\n  or c\n\n\n  or d\n", "ü > 0 and b\nor c\n\nor d", true},
		{"folded, deeper lines", "description: >\n  a\n    b\n  c\n", "a\n  b\nc", true},
		{"folded, blank lines first", "description: >\n\n  a\n  b\n", "\na b", false},
		{"folded with an indicator", "description: >1-\n   a\n  b\n", "  a\n b", false},
		{"folded with windows line ends", "description: >\r\n  é\r\n  b\r\n", "é b", true},
		{"folded with blanks at an end", "description: >\n  a \n  b\n", "a  b", true},
		{"through an alias", "name: &x abc\ndescription: *x\n", "abc", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			yaml := strings.Replace(c.yaml, "description", "version: 1\ndescription", 1)
			if strings.HasPrefix(c.yaml, "{") {
				yaml = strings.Replace(c.yaml, "{", "{version: 1, ", 1)
			}
			if strings.HasPrefix(c.yaml, "name") {
				yaml = "version: 1\n" + c.yaml
			}
			s, list := spec.Read(fstest.MapFS{"e.yaml": {Data: []byte(yaml)}}, "e.yaml")
			if len(list) > 0 {
				t.Fatalf("%s", told(list))
			}
			text := s.Description
			if text.V != c.wanted || text.IsVerbatim() != c.verbatim {
				t.Fatalf("got %q, verbatim %v", text.V, text.IsVerbatim())
			}
			lines := strings.Split(strings.ReplaceAll(yaml, "\r", ""), "\n")
			for offset, r := range []rune(text.V) {
				at := text.At(offset)
				line := append([]rune(lines[at.Line-1]), '\n')
				if !c.verbatim {
					if at != text.Pos {
						t.Errorf("character %d is at %v, not at the beginning %v", offset, at, text.Pos)
					}
					continue
				}
				switch written := line[at.Col-1]; {
				case written == '\\' && strings.HasPrefix(c.yaml, `description: "`): // an escape
				case strings.ContainsRune(" \t\n", written) && (r == ' ' || r == '\n'): // joins two lines
				case written != r:
					t.Errorf("character %d (%q) is said to stand at %v, where %q stands", offset, r, at, line[at.Col-1])
				}
			}
			if line := []rune(lines[text.Pos.Line-1]); text.Pos.Col > len(line)+1 {
				t.Errorf("the value begins at %v", text.Pos)
			}
		})
	}
}

// Free values have the kinds of YAML 1.2, whatever older readers made of them.
func TestNodeKinds(t *testing.T) {
	for _, c := range []struct {
		yaml string
		kind spec.NodeKind
		text string
	}{
		{"true", spec.NodeBool, "true"}, {"FALSE", spec.NodeBool, "FALSE"},
		{"yes", spec.NodeText, "yes"}, {"NO", spec.NodeText, "NO"}, {"on", spec.NodeText, "on"}, {"off", spec.NodeText, "off"},
		{"'true'", spec.NodeText, "true"}, {"\"1\"", spec.NodeText, "1"},
		{"1", spec.NodeInt, "1"}, {"-1", spec.NodeInt, "-1"}, {"+1", spec.NodeInt, "1"}, {"0", spec.NodeInt, "0"},
		{"123456789012345678901234567890", spec.NodeInt, "123456789012345678901234567890"},
		{"0.10", spec.NodeNum, "0.10"}, {".5", spec.NodeNum, "0.5"}, {"-.5", spec.NodeNum, "-0.5"}, {"5.", spec.NodeNum, "5.0"},
		{"1e3", spec.NodeNum, "1e3"}, {"+5.e2", spec.NodeNum, "5.0e2"},
		{"2024-01-31", spec.NodeText, "2024-01-31"}, {"12:30", spec.NodeText, "12:30"}, {"1.2.3", spec.NodeText, "1.2.3"},
		{"null", spec.NodeNull, "null"}, {"~", spec.NodeNull, "~"}, {"\"\"", spec.NodeText, ""},
		{"[]", spec.NodeList, ""}, {"{}", spec.NodeMap, ""},
	} {
		s, list := spec.Read(fstest.MapFS{"e.yaml": {Data: []byte("version: 1\nsuites: [{table: t, expectations: [expect_x: {v: " + c.yaml + "}]}]\n")}}, "e.yaml")
		if len(list) > 0 {
			t.Errorf("%s: %s", c.yaml, told(list))
			continue
		}
		if v := s.Suites[0].Expectations[0].Args.Get("v"); v.Kind != c.kind || v.Text.V != c.text {
			t.Errorf("%s is %s %q, wanted %s %q", c.yaml, v.Kind, v.Text.V, c.kind, c.text)
		}
	}
}

func TestIsEntry(t *testing.T) {
	for text, wanted := range map[string]bool{
		"version: 1\n":                true,
		"\uFEFF# c\nversion: 1\n":     true,
		"{version: 1}":                true,
		"{name: x, version: 1}":       true,
		"? version\n: 1\n":            true,
		"name: x\n\"version\": 2\n":   true,
		"tables:\n  version: {}\n":    false,
		"tables: {}\n":                false,
		"":                            false,
		"version: 1\nbroken: [\n":     true,
		"tables:\n  version: [\n":     false,
		"description: |\n  version: ": false,
	} {
		if got := spec.IsEntry(text); got != wanted {
			t.Errorf("IsEntry(%q) is %v", text, got)
		}
	}
}

// Bytes that are no text are told at their own place.
func TestNotText(t *testing.T) {
	for yaml, wanted := range map[string]string{
		"version: 1\nname: caf\xe9\n":       "e.yaml:2:10: syntax: this is not UTF-8\n    save the file as UTF-8\n",
		"version: 1\nname: é\x01\n":         "e.yaml:2:8: syntax: the control character U+0001\n    remove it, or write \\u0001 inside double quotes\n",
		"version: 1\nname: a\u2028b\n":      "e.yaml:2:8: syntax: the character U+2028, which YAML takes for a line end\n    write \\u2028 inside double quotes\n",
		"version: 1\rname: a\r":             "e.yaml:1:11: syntax: a lone carriage return, which YAML takes for a line end\n    write \\r inside double quotes, or end lines with \\n\n",
		"version: 1\nname: \"a\\0b\"\n":     "e.yaml:2:8: bad-value: name holds a line break or NUL\n    write it on one line\n",
		"\xff\xfev\x00e\x00r\x00":           "e.yaml:1:1: syntax: this file is UTF-16\n    save the file as UTF-8\n",
		"\uFEFFversion: 1\nname: a\uFFFDb ": "e.yaml:2:7: bad-value: name \"a\uFFFDb\" cannot be part of a report's file name\n    use letters, digits, _, - and .\n",
	} {
		_, list := spec.Read(fstest.MapFS{"e.yaml": {Data: []byte(yaml)}}, "e.yaml")
		if got := told(list); got != wanted {
			t.Errorf("%q tells\n%swanted\n%s", yaml, got, wanted)
		}
	}
}
