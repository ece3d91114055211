package database

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Latin1 tells that the database keeps the characters up to U+00FF only.
func (db *DB) Latin1() bool { return db.latin1 }

// kept gives the arguments of a statement as the database can keep them: in
// records and reports of a database in LATIN1, a character that it has not stands
// as \u65e5, as JSON writes it. What is loaded does not come this way: a cell with
// such a character is a bad row.
func (db *DB) kept(args []any) []any {
	if !db.latin1 {
		return args
	}
	out := make([]any, len(args))
	for i, a := range args {
		if text, ok := a.(string); ok {
			a = inLatin1(text)
		}
		out[i] = a
	}
	return out
}

func inLatin1(text string) string {
	wide := func(c rune) bool { return c > 0xff }
	if strings.IndexFunc(text, wide) < 0 || !utf8.ValidString(text) {
		return text
	}
	escape := `\u%04x`
	if strings.HasPrefix(text, "[") {
		escape = `\\u%04x` // the server reads a JSON list, and keeps what it reads
	}
	var b strings.Builder
	for _, c := range text {
		if !wide(c) {
			b.WriteRune(c)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, c) {
			fmt.Fprintf(&b, escape, unit)
		}
	}
	return b.String()
}
