package diag

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable makes s safe to show: what a file, a name or a database sent may
// hold line ends, escape sequences and marks that reverse the writing direction,
// and none of these may reach a terminal. They are shown as Go writes them.
func Printable(s string) string {
	clean := true
	for i, r := range s {
		if !IsShown(r) || r == utf8.RuneError && !strings.HasPrefix(s[i:], "\xef\xbf\xbd") {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[i])|0x100, 16)[1:])
		case IsShown(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		i += size
	}
	return b.String()
}

// IsShown tells whether a terminal shows a character and does nothing else.
func IsShown(r rune) bool {
	// A joiner holds emoji together and does nothing else.
	return unicode.IsPrint(r) || r == '\u200d'
}

// PrintableLines is Printable of each line of a text.
func PrintableLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = Printable(strings.ReplaceAll(line, "\t", "    "))
	}
	return strings.Join(lines, "\n")
}
