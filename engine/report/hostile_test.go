package report

import (
	"regexp"
	"strings"
	"testing"
)

// cells splits a row of a table as GitHub does: a backslash takes the sign behind
// it along, whatever stands around both.
func cells(row string) []string {
	var list []string
	cell := ""
	for i := 0; i < len(row); i++ {
		switch {
		case row[i] == '\\' && i+1 < len(row):
			cell += row[i : i+2]
			i++
		case row[i] == '|':
			list = append(list, cell)
			cell = ""
		default:
			cell += row[i : i+1]
		}
	}
	return append(list, cell)
}

// What a report shows of data is words: it opens no tag, no link, no cell and no
// block, and nothing in it is obeyed by a terminal.
func TestMarkdownOfHostileTexts(t *testing.T) {
	tag := regexp.MustCompile(`<[A-Za-z/!?]`)
	for _, text := range []string{"a|b", `a\|b`, `\`, `\\|`, `a\`, "`", "``", "` | `", "`|", "<script>alert(1)</script>", "<!-- x", "&lt;", "[x](javascript:alert(1))", "![x](http://h/p.png)", "https://evil.example/x",
		"www.evil.example", "# head", "- item", "1. item", "> quote", "***", "---", "```", "~~~", "~~x~~", "_x_", "**x**", "a\nb", "a\r\nb | c", "\x1b[31m", "\u202ertl", "\u009b31m", "\tx", "    x", ""} {
		for name, written := range map[string]string{"text": mdText(text), "code": mdCode(text), "sentence": mdSentence("before " + text + " after")} {
			if got := len(cells("| " + written + " |")); got != 3 {
				t.Errorf("%s of %q makes %d cells: %s", name, text, got, written)
			}
			if strings.ContainsAny(written, "\n\r\x1b") || strings.ContainsRune(written, '\u202e') || strings.ContainsRune(written, '\u009b') {
				t.Errorf("%s of %q holds what a terminal or the report obeys: %q", name, text, written)
			}
		}
		words := mdText(text)
		unescaped := regexp.MustCompile(`\\.`).ReplaceAllString(words, "")
		if tag.MatchString(unescaped) || strings.ContainsAny(unescaped, "[]`*~") || strings.Contains(unescaped, "://") || strings.Contains(unescaped, "www.") {
			t.Errorf("%q is more than words: %s", text, words)
		}
	}
}
