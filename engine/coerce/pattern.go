package coerce

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// PatternDirectives lists the directives that a Pattern may hold.
const PatternDirectives = "%Y %y %m %b %B %d %j %H %I %p %M %S %f %z %Z %%"

// Pattern is a strftime format that a whole text is held against: what a cell
// is read by, save that any part may be absent.
type Pattern struct{ format format }

// ParsePattern reads a pattern. The problem, empty when there is none, says what
// is wrong with it, without naming it.
func ParsePattern(text string) (p Pattern, problem string) {
	for rest := text; ; {
		percent := strings.IndexByte(rest, '%')
		if percent < 0 || percent+1 == len(rest) {
			break
		}
		rest = rest[percent+1:]
		d, size := utf8.DecodeRuneInString(rest)
		if long := shorthands[rest[0]]; long != "" {
			return p, fmt.Sprintf("Python's strptime does not know %%%c; write %s", d, long)
		}
		if !strings.Contains(PatternDirectives, "%"+string(d)) {
			return p, fmt.Sprintf("no text can be read by %%%c; the directives are %s", d, PatternDirectives)
		}
		rest = rest[size:]
	}
	p.format, problem = takeApart(text)
	return p, problem
}

// Matches tells whether all of text is read by the pattern, and is a day that
// the calendar has and a time of day. Where the pattern has no year it is that
// of 1900, as in Python: there was no 29 February.
func (p Pattern) Matches(text string) bool {
	m := moment{year: 1900, month: 1, day: 1}
	return p.format.read([]byte(text), &m) == ""
}
