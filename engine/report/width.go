package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/streamflow/pipe/engine/diag"
)

// runeWidth is the number of terminal cells that r takes: 2 for the wide
// letters of East Asia and for emoji, 0 for marks that combine with the letter
// before them.
func runeWidth(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// displayWidth is the number of terminal cells that s takes.
func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// printable makes s safe to show on a terminal.
func printable(s string) string { return diag.Printable(s) }

func isShown(r rune) bool { return diag.IsShown(r) }

// cutMiddle shortens s to w cells by leaving out its middle: names that differ
// at their end, and the file name of a path, stay readable.
func cutMiddle(s string, w int) string {
	if displayWidth(s) <= w {
		return s
	}
	if w < 1 {
		return ""
	}
	tail := w / 2
	head := takeCells(s, w-1-tail)
	return head + "…" + lastCells(s, tail)
}

// cutEnd shortens s to w cells.
func cutEnd(s string, w int) string {
	if displayWidth(s) <= w {
		return s
	}
	if w < 1 {
		return ""
	}
	return takeCells(s, w-1) + "…"
}

// takeCells is the longest beginning of s that fits in w cells.
func takeCells(s string, w int) string {
	n := 0
	for i, r := range s {
		if n += runeWidth(r); n > w {
			return s[:i]
		}
	}
	return s
}

// lastCells is the longest end of s that fits in w cells.
func lastCells(s string, w int) string {
	n, i := 0, len(s)
	for i > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if n += runeWidth(r); n > w {
			break
		}
		i -= size
	}
	return s[i:]
}

// wrap breaks a text into lines of at most w cells, at spaces where it can.
// Its own line ends stay, and a line that begins with spaces keeps them on
// each line it is broken into, so that a patch inside a message stays a patch.
func wrap(s string, w int) []string {
	var lines []string
	for _, line := range strings.Split(strings.TrimRight(s, " \n"), "\n") {
		line = printable(strings.ReplaceAll(strings.TrimRight(line, " \r\t"), "\t", "    "))
		lines = append(lines, wrapLine(line, max(w, 8))...)
	}
	return lines
}

func wrapLine(line string, w int) []string {
	if displayWidth(line) <= w {
		return []string{line}
	}
	margin := line[:len(line)-len(strings.TrimLeft(line, " "))]
	if len(margin) > w/2 {
		margin = margin[:w/2]
	}
	var lines []string
	current := ""
	for _, word := range strings.Fields(line) {
		if current != "" && displayWidth(margin+current+" "+word) <= w {
			current += " " + word
			continue
		}
		if current != "" {
			lines = append(lines, margin+current)
		}
		for displayWidth(margin+word) > w {
			piece := takeCells(word, w-len(margin))
			lines = append(lines, margin+piece)
			word = word[len(piece):]
		}
		current = word
	}
	if current != "" {
		lines = append(lines, margin+current)
	}
	return lines
}
