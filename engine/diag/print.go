package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Fprint writes every finding as editors read it, each followed by the source
// line and a caret under the exact characters:
//
//	expectations/users.yaml:4:15: error: unknown column "agee" [unknown-column]
//	    - rule: agee >= 0
//	            ^~~~
//	  did you mean "age"?
//
// source gives a file's text; a file it does not know is printed without its
// line.
func Fprint(w io.Writer, l List, source func(file string) (string, bool)) error {
	for _, d := range l {
		if _, err := io.WriteString(w, d.render(source)); err != nil {
			return err
		}
	}
	return nil
}

func (d Diagnostic) render(source func(string) (string, bool)) string {
	var b strings.Builder
	if s := d.Pos.String(); s != "" {
		b.WriteString(s + ": ")
	}
	fmt.Fprintf(&b, "%s: %s", d.Severity, d.Message)
	if d.Code != "" {
		fmt.Fprintf(&b, " [%s]", d.Code)
	}
	b.WriteByte('\n')
	if line, ok := sourceLine(d.Pos, source); ok {
		fmt.Fprintf(&b, "    %s\n", strings.ReplaceAll(line, "\t", " "))
		width := 1
		if d.EndCol > d.Col {
			width = d.EndCol - d.Col
		}
		width = max(1, min(width, utf8.RuneCountInString(line)-d.Col+1))
		fmt.Fprintf(&b, "    %s^%s\n", strings.Repeat(" ", d.Col-1), strings.Repeat("~", width-1))
	}
	if d.Suggestion != "" {
		b.WriteString("  " + strings.ReplaceAll(d.Suggestion, "\n", "\n  ") + "\n")
	}
	return b.String()
}

func sourceLine(p Pos, source func(string) (string, bool)) (string, bool) {
	if p.Line < 1 || p.Col < 1 || source == nil {
		return "", false
	}
	text, ok := source(p.File)
	if !ok {
		return "", false
	}
	lines := strings.Split(text, "\n")
	if p.Line > len(lines) {
		return "", false
	}
	line := strings.TrimRight(lines[p.Line-1], "\r")
	// A caret may stand just behind the last character, never farther.
	return line, p.Col <= utf8.RuneCountInString(line)+1
}
