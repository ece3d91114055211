package dialect

import (
	"regexp"
	"strings"
)

// quoted matches what a statement may hold that is no SQL word: comments,
// strings, quoted names and dollar-quoted bodies.
var quoted = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|\'\')*'|"(?:[^"]|"")*"|` + "`[^`]*`" + `|\$\$.*?\$\$|\$[A-Za-z_]\w*\$.*?\$[A-Za-z_]\w*\$`)

var (
	controlWord = regexp.MustCompile(`(?i)^(begin|commit|end|rollback|abort|start\s+transaction|prepare\s+transaction|savepoint|release)\b`)
	bodyBegins  = regexp.MustCompile(`(?is)^create\b.*\bbegin\b`)
	bodyEnds    = regexp.MustCompile(`(?i)^end\b`)
)

// TransactionControl finds the first statement of a script that begins or ends
// a transaction: its first word, lower-case, and its line; "" when there is
// none. The BEGIN ... END of a trigger's or a function's body is none.
func TransactionControl(script string) (word string, line int) {
	// Blanked, not cut out, so that lines stay where they are.
	plain := quoted.ReplaceAllStringFunc(script, func(s string) string {
		return strings.Map(func(r rune) rune {
			if r == '\n' {
				return r
			}
			return ' '
		}, s)
	})
	line = 1
	inBody := false
	for statement := range strings.SplitSeq(plain, ";") {
		text := strings.TrimSpace(statement)
		at := line + strings.Count(statement[:strings.Index(statement, text)], "\n")
		line += strings.Count(statement, "\n")
		switch {
		case inBody:
			inBody = !bodyEnds.MatchString(text)
		case bodyBegins.MatchString(text):
			inBody = true
		default:
			if word := controlWord.FindString(text); word != "" {
				return strings.ToLower(strings.Join(strings.Fields(word), " ")), at
			}
		}
	}
	return "", 0
}
