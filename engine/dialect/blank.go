package dialect

import (
	"regexp"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

var dollarTag = regexp.MustCompile(`^\$([A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$`)

// blanked is a script of a driver with blanks for all that is no SQL word:
// comments, strings, quoted names and dollar-quoted bodies. Lines stay where
// they are. What is never closed goes on to the end.
func blanked(driver spec.Driver, script string) string {
	out := []byte(script)
	for at := 0; at < len(script); {
		size := opaque(driver, script, at)
		if size == 0 {
			at++
			continue
		}
		for i := at; i < at+size; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
		at += size
	}
	return string(out)
}

// opaque is the size of the comment, string or quoted name that begins at a
// place; 0 when none does.
func opaque(driver spec.Driver, script string, at int) int {
	rest, postgres := script[at:], driver == spec.Postgres
	switch rest[0] {
	case '-':
		if strings.HasPrefix(rest, "--") {
			return until(rest, 2, "\n")
		}
	case '/':
		if strings.HasPrefix(rest, "/*") {
			return blockComment(rest, postgres)
		}
	case '\'':
		// E'it\'s' is PostgreSQL's; the E ends no longer word, such as a name.
		escapes := postgres && at > 0 && (script[at-1] == 'E' || script[at-1] == 'e') && (at == 1 || !isNameByte(script[at-2]))
		return quotedText(rest, '\'', escapes)
	case '"':
		return quotedText(rest, '"', false)
	case '`':
		if !postgres {
			return quotedText(rest, '`', false)
		}
	case '[':
		if !postgres {
			return until(rest, 1, "]")
		}
	case '$':
		// In a$b$c it is part of a name.
		if tag := dollarTag.FindString(rest); postgres && tag != "" && (at == 0 || !isNameByte(script[at-1])) {
			return until(rest, len(tag), tag)
		}
	}
	return 0
}

func isNameByte(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// until is the size of s up to and with the first end behind from.
func until(s string, from int, end string) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(s)
}

// quotedText is the size of a text in quotes, of which a doubled one is a part.
func quotedText(s string, quote byte, escapes bool) int {
	for i := 1; i < len(s); i++ {
		switch {
		case escapes && s[i] == '\\':
			i++
		case s[i] == quote && i+1 < len(s) && s[i+1] == quote:
			i++
		case s[i] == quote:
			return i + 1
		}
	}
	return len(s)
}

// blockComment is the size of a comment; in PostgreSQL it may hold others.
func blockComment(s string, nests bool) int {
	depth := 1
	for i := 2; i+1 < len(s); i++ {
		switch {
		case s[i] == '*' && s[i+1] == '/':
			i++
			if depth--; depth == 0 {
				return i + 1
			}
		case nests && s[i] == '/' && s[i+1] == '*':
			i++
			depth++
		}
	}
	return len(s)
}
