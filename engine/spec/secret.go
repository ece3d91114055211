package spec

import (
	"regexp"
	"strings"
)

// Secrets are the texts of a target that hold a password as it is, and not a
// template that fetches one: the password itself, or a URL with one in it.
func (t *Target) Secrets() []Text {
	var list []Text
	if t.Password.V != "" && !strings.Contains(t.Password.V, "${{") {
		list = append(list, t.Password)
	}
	if holdsPassword(t.URL.V) {
		list = append(list, t.URL)
	}
	return list
}

var (
	template      = regexp.MustCompile(`(?s)\$\{\{.*?\}\}`)
	urlPassword   = regexp.MustCompile(`://[^/@\s"']*:[^@\s"']+@|[?&]password=[^&\s"']`)
	urlStart      = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://`)
	passwordBlock = regexp.MustCompile(`["']?\bpassword["']?\s*:\s*[|>]`)
	passwordKey   = regexp.MustCompile(`["']?\bpassword["']?\s*:\s*`)
)

// holdsPassword tells whether a text has a URL with a literal password. A
// template in its place is not one; it is taken out, since no URL is written
// like it.
func holdsPassword(text string) bool {
	return urlPassword.MatchString(template.ReplaceAllString(text, ""))
}

// hidden stands for what is not shown.
const hidden = "***"

// show gives a file's text as it may be printed: a line with a literal password
// ends where that begins. So what stands before it keeps its column, and a
// caret behind it finds no line. Beside the given texts it goes by the looks,
// since a file that cannot be read has passwords too.
func show(text string, secrets []Text) string {
	if !strings.Contains(text, "password") && !strings.Contains(text, "://") {
		return text // nearly every file; lint reads hundreds
	}
	cuts := map[int]int{} // line -> characters that are shown
	for _, s := range secrets {
		if !s.IsVerbatim() {
			continue // where it stands is not known; its looks are
		}
		cuts[s.Pos.Line] = s.Pos.Col - 1
		for line := s.Pos.Line + 1; line <= s.At(len([]rune(s.V))-1).Line; line++ {
			cuts[line] = 0
		}
	}
	lines := strings.SplitAfter(text, "\n")
	block := -1 // the indentation of the key whose block of lines is a password
	for i, line := range lines {
		body := strings.TrimRight(line, "\r\n")
		at := secretAt(body)
		indent := len(body) - len(strings.TrimLeft(body, " "))
		if block >= 0 && body != "" && indent <= block {
			block = -1
		}
		if block >= 0 && indent < len(body) {
			at = indent
		} else if strings.Contains(body, "password") && passwordBlock.MatchString(body) {
			block = indent
		}
		if n, ok := cuts[i+1]; ok {
			characters := []rune(body)
			if known := len(string(characters[:min(n, len(characters))])); at < 0 || known < at {
				at = known
			}
		}
		if at >= 0 {
			lines[i] = body[:at] + hidden + line[len(body):]
		}
	}
	return strings.Join(lines, "")
}

// secretAt finds where a line looks like holding a password, -1 when it does
// not.
func secretAt(line string) int {
	if !strings.Contains(line, "password") && !strings.Contains(line, "://") {
		return -1 // nearly every line
	}
	for _, m := range passwordKey.FindAllStringIndex(line, -1) {
		value := strings.TrimLeft(line[m[1]:], `"'`)
		if value != "" && !strings.HasPrefix(value, "${{") && !strings.ContainsAny(value[:1], "{[|>#,}") {
			return m[1]
		}
	}
	for _, m := range urlStart.FindAllStringIndex(line, -1) {
		if holdsPassword(line[m[0]:]) {
			return m[0]
		}
	}
	return -1
}
