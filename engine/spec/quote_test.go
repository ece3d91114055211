package spec_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/streamflow/pipe/engine/spec"
)

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"orders": "orders", "Fiber optic": "Fiber optic", "data/a-b_1.csv": "data/a-b_1.csv", "_": "_", "e5": "e5",
		"": `""`, " a": `" a"`, "a ": `"a "`, "a  b": `"a  b"`, "1": `"1"`, "1e5": `"1e5"`, "0777": `"0777"`, "2024-01-31": `"2024-01-31"`, "-": `"-"`, ".5": `".5"`,
		"No": `"No"`, "off": `"off"`, "NULL": `"NULL"`, "~": `"~"`, "NaN": `"NaN"`, ".inf": `".inf"`, "true": `"true"`, "Y": `"Y"`,
		"a: b": `"a: b"`, "a #b": `"a #b"`, "<<": `"<<"`, "!x": `"!x"`, "*x": `"*x"`, "[a]": `"[a]"`, "a,b": `"a,b"`, "Größe": `"Größe"`, "it's": `"it's"`,
		`a"b`: `'a"b'`, `^\d+$`: `'^\d+$'`, `it's "so"`: `'it''s "so"'`, `${{ vars.x }}/a.csv`: `'${{ vars.x }}/a.csv'`, `{type: numeric(10,2)}`: `"{type: numeric(10,2)}"`,
		"a\tb\nc\rd": `"a\tb\nc\rd"`, "a\x00\"\\": `"a\u0000\"\\"`, "\u0085\u00a0\u2028\ufeff": `"\u0085\u00A0\u2028\uFEFF"`, "\U000E0001": `"\U000E0001"`,
		"😀": `"😀"`, "a\xff\xfeb": "\"a\uFFFD\uFFFDb\"",
	} {
		if got := spec.Quote(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// FuzzQuote holds that every text is read back as it was, as a text, wherever it
// stands.
func FuzzQuote(f *testing.F) {
	for _, text := range []string{"", "No", "a: b", "2024-01-31", "1e5", "0x1F", "1_000", "~", "a #b", "\x00", "\u0085", "\ufeff", "<<", "${{ x }}", "\U0001F600", "a\tb\nc\r", "it's",
		`a"b\`, "\xff", "---", "...", "%a", "@", "`", "- a", "? a", "=", "\u2029", "\u200b", "\ud7ff\ue000\ufffe\uffff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want := string([]rune(text)) // a wrong byte is U+FFFD
		key := string([]rune(want)[:min(len([]rune(want)), 60)])
		written := "suites:\n  - table: t\n    expectations:\n      - expect_it: {" + spec.Quote(key) + ": [" + spec.Quote(text) + ", " + spec.Quote(text) + "]}\n" +
			"      - expect_it:\n          " + spec.Quote(key) + ": " + spec.Quote(text) + "\n"
		s, list := spec.Read(fstest.MapFS{
			"a.yaml": {Data: []byte("version: 1\nname: a\ntargets: {here: {driver: sqlite, path: x.db}}\ninclude: [b.yaml]\n")},
			"b.yaml": {Data: []byte(written)},
		}, "a.yaml")
		if len(list) > 0 || len(s.Suites) != 1 || len(s.Suites[0].Expectations) != 2 {
			t.Fatalf("%q is refused: %v\n%s", text, list, written)
		}
		var got []*spec.Node
		for _, e := range s.Suites[0].Expectations {
			if len(e.Args.Pairs) != 1 || e.Args.Pairs[0].Key.V != key {
				t.Fatalf("the key %q is read otherwise\n%s", key, written)
			}
			value := e.Args.Pairs[0].Value
			got = append(append(got, value), value.Items...)
		}
		for i, n := range []*spec.Node{got[1], got[2], got[3]} {
			if n.Kind != spec.NodeText || n.Text.V != want {
				t.Fatalf("%q is read as %q, a %v, at place %d\n%s", text, n.Text.V, n.Kind, i, written)
			}
		}
		if strings.ContainsAny(spec.Quote(text), "\n\r") {
			t.Fatalf("%q takes more than a line", text)
		}
	})
}
