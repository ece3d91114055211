package spec

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// Texts that no reader of YAML takes for anything else: words, apart from
// those that are a boolean, a null or a number to YAML 1.1 or to people.
var (
	plainText = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$`)
	plainWord = regexp.MustCompile(`(?i)^(y|n|yes|no|on|off|true|false|null|nan|inf)$`)
)

// Quote writes a text as a scalar of YAML on one line, which the reader of
// specs reads back as that text, as a value or as a key, in a flow or a block:
// bare where that is safe, in single quotes where it holds a double quote, a
// backslash or a template, in double quotes otherwise. What does not print
// stands as an escape. A byte that is no UTF-8 becomes U+FFFD.
func Quote(text string) string {
	if plainText.MatchString(text) && !plainWord.MatchString(text) {
		return text
	}
	if strings.ContainsFunc(text, func(r rune) bool { return !prints(r) }) {
		return escaped(text)
	}
	text = string([]rune(text))
	if strings.ContainsAny(text, `"\`) || strings.Contains(text, "${{") {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return `"` + text + `"`
}

// prints tells whether a character can be seen, and stands for itself in YAML.
func prints(r rune) bool { return unicode.IsPrint(r) && r != '\ufeff' }

func escaped(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case prints(r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
