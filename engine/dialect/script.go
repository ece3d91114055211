package dialect

import (
	"regexp"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

var (
	controlWord = regexp.MustCompile(`(?i)^(begin|commit|end|rollback|abort|start\s+transaction|prepare\s+transaction|savepoint|release)\b`)
	bodyBegins  = regexp.MustCompile(`(?is)^create\b.*\bbegin\b`)
	bodyEnds    = regexp.MustCompile(`(?i)^end\b`)
)

// TransactionControl finds the first statement of a script that begins or ends
// a transaction: its first word, lower-case, and its line; "" when there is
// none. The BEGIN ... END of a trigger's or a function's body is none.
func TransactionControl(driver spec.Driver, script string) (word string, line int) {
	return firstStatement(driver, script, controlWord)
}

// otherFile begins the statements of SQLite that read or write another file than
// the database.
var otherFile = regexp.MustCompile(`(?i)^(attach|detach|vacuum|pragma\s+(\w+\s*\.\s*)?(temp_store_directory|data_store_directory))\b`)

// OtherFile finds the first statement of a script that leads to another file
// than the database: its first word, lower-case, and its line; "" when there is
// none.
func OtherFile(driver spec.Driver, script string) (word string, line int) {
	if driver != spec.SQLite {
		return "", 0
	}
	return firstStatement(driver, script, otherFile)
}

// firstStatement finds the first statement that begins with a word, outside the
// bodies of triggers and functions.
func firstStatement(driver spec.Driver, script string, begins *regexp.Regexp) (word string, line int) {
	plain := blanked(driver, script)
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
			if word := begins.FindString(text); word != "" {
				return strings.ToLower(strings.Join(strings.Fields(word), " ")), at
			}
		}
	}
	return "", 0
}

// MetaCommand finds the first line of a script with a command of psql's, such as
// \connect or \!: to the server it is an error, and psql, which may be given the
// script of a plan, would execute it. 0 when there is none.
func MetaCommand(driver spec.Driver, script string) (line int) {
	at := strings.IndexByte(blanked(driver, script), '\\')
	if driver != spec.Postgres || at < 0 {
		return 0
	}
	return 1 + strings.Count(script[:at], "\n")
}
