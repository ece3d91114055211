package diag_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
)

// A source line that is wider than the terminal is shown around the caret, and
// the caret stands under what is meant.
func TestLongSourceLines(t *testing.T) {
	const width = 60
	long := strings.Repeat("abcdefghi ", 120)
	for _, c := range []struct {
		name, line string
		at, length int // in characters, at from 0
		want       string
	}{
		{"short", "- rule: agee >= 0", 8, 4, `
    - rule: agee >= 0
            ^~~~`},
		{"with room but for its indentation", "            - {rule: agee >= 0, where: country == 'FR', mostly: 1}", 21, 4, `
      - {rule: agee >= 0, where: country == 'FR', mostly: 1}
               ^~~~`},
		{"at the beginning", "WRONG " + long, 0, 5, `
    WRONG abcdefghi abcdefghi abcdefghi abcdefghi abcdefghi…
    ^~~~~`},
		{"in the middle", long + "WRONG " + long, 1200, 5, `
    …defghi abcdefghi WRONG abcdefghi abcdefghi abcdefghi a…
                      ^~~~~`},
		{"at the end", long + "WRONG", 1200, 5, `
    …bcdefghi abcdefghi abcdefghi abcdefghi abcdefghi WRONG
                                                      ^~~~~`},
		{"behind the end", long + "end", 1203, 0, `
    … abcdefghi abcdefghi abcdefghi abcdefghi abcdefghi end
                                                           ^`},
		{"longer than the terminal", long + "W" + strings.Repeat("x", 90) + " " + long, 1200, 91, `
    …defghi abcdefghi Wxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
                      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~`},
		{"escape sequences and tabs", "\tkey: \x1b[31mWRONG", 11, 5, "\n     key: \ufffd[31mWRONG\n               ^~~~~"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := diag.Diagnostic{Pos: diag.Pos{File: "f.yaml", Line: 1, Col: c.at + 1}, Severity: diag.Error, Message: "wrong"}
			d.Width(c.length)
			got := print(t, d, c.line, width)
			_, got, _ = strings.Cut(got, "error: wrong")
			if strings.TrimRight(got, "\n") != c.want {
				t.Errorf("got%s\nwant%s", got, c.want)
			}
		})
	}
}

// Wherever a finding stands, the characters above the caret are its own.
func TestCaretsPointRight(t *testing.T) {
	var line strings.Builder
	for i := range 300 {
		line.WriteRune(rune('Ā' + i))
	}
	runes := []rune(line.String())
	for width := 40; width <= 100; width += 7 {
		for at := range runes {
			d := diag.Diagnostic{Pos: diag.Pos{File: "f", Line: 1, Col: at + 1}, Severity: diag.Error, Message: "m"}
			d.Width(9)
			lines := strings.Split(print(t, d, line.String(), width), "\n")
			shown, carets := []rune(lines[1]), []rune(lines[2])
			for i, c := range carets {
				if c == ' ' {
					continue
				}
				first := strings.IndexRune(lines[2], '^')
				if want := runes[at+i-first]; shown[i] != want {
					t.Fatalf("at %d of width %d, %c stands under %c, want %c:\n%s\n%s", at, width, c, shown[i], want, lines[1], lines[2])
				}
			}
			if len(shown) > width || len(carets) > width {
				t.Fatalf("at %d: wider than %d:\n%s\n%s", at, width, lines[1], lines[2])
			}
		}
	}
}

func TestLongMessagesAreBrokenBetweenWords(t *testing.T) {
	d := diag.Diagnostic{Pos: diag.Pos{File: "expectations/users.yaml", Line: 1, Col: 3}, Severity: diag.Warning, Code: "code",
		Message:    "a message of many words that says in full what is wrong and why",
		Suggestion: "write " + strings.Repeat("x", 70) + " in its place, as the patch below does:\n- " + strings.Repeat("old ", 20) + "\n+ " + strings.Repeat("new ", 20)}
	got := print(t, d, "  - rule: x", 60)
	want := `expectations/users.yaml:1:3: warning: a message of many
    words that says in full what is wrong and why [code]
      - rule: x
      ^
  write
    ` + strings.Repeat("x", 70) + `
    in its place, as the patch below does:
  - ` + strings.Repeat("old ", 20) + `
  + ` + strings.Repeat("new ", 20) + "\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if whole := print(t, d, "  - rule: x", 0); !strings.Contains(whole, d.Message) || utf8.RuneCountInString(strings.Split(whole, "\n")[0]) < 100 {
		t.Errorf("without a width nothing is broken:\n%s", whole)
	}
}

func print(t *testing.T, d diag.Diagnostic, line string, width int) string {
	t.Helper()
	var b strings.Builder
	if err := diag.FprintWidth(&b, diag.List{d}, func(string) (string, bool) { return line, true }, width); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
