package expectation

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// batch is what a query writes for the table of its suite.
const batch = "{batch}"

// userQuery reads an argument that is SQL of the user's own: one query that
// changes nothing. What comes back is in the target's dialect, with the table in
// the place of {batch} and no semicolon; it may end in a comment. Whatever slips
// through here, the run executes it where nothing can be written.
func (c *call) userQuery(name string) (string, bool) {
	n := c.e.Args.Get(name)
	if n == nil {
		return "", false
	}
	if n.Kind != spec.NodeText {
		c.wrongType(n, name, "a SQL query")
		return "", false
	}
	q := query{c: c, node: n, name: name, rest: n.Text.V}
	sql, ok := q.read()
	if ok && !q.names {
		c.list.Warn(n.Pos, "no-batch", "the query does not name %s, so that it may have nothing to do with %s", batch, c.Table).
			Suggest("write FROM %s for the table of the suite", batch)
	}
	return sql, ok
}

// query is SQL being read token by token.
type query struct {
	c     *call
	node  *spec.Node
	name  string
	rest  string
	out   strings.Builder
	depth int    // of parentheses
	first string // the first word
	ended bool   // by a semicolon
	names bool   // {batch}
	bad   bool
}

// tokens, in the order in which they are tried. Comments do not nest in SQLite
// and do in PostgreSQL; one that would is refused.
var tokens = sync.OnceValue(func() []tokenForm {
	return []tokenForm{
		{"space", regexp.MustCompile(`^\s+`)},
		{"comment", regexp.MustCompile(`^--[^\n]*`)},
		{"comment", regexp.MustCompile(`(?s)^/\*.*?\*/`)},
		{"escaped", regexp.MustCompile(`(?s)^[eE]'(?:[^'\\]|\\.|'')*'`)},
		{"text", regexp.MustCompile(`(?s)^'(?:[^']|'')*'`)},
		{"name", regexp.MustCompile(`(?s)^"(?:[^"]|"")*"`)},
		{"name", regexp.MustCompile("(?s)^`(?:[^`]|``)*`")},
		{"dollar", regexp.MustCompile(`^\$(?:[A-Za-z_]\w*)?\$`)},
		{"word", regexp.MustCompile(`^[\pL_][\pL\pN_$]*`)},
		{"number", regexp.MustCompile(`^[0-9][\w.]*`)},
		{"place", regexp.MustCompile(`^\{\s*\w*\s*\}`)},
		{"open", regexp.MustCompile(`^['"` + "`" + `]|^/\*`)},
	}
})

// tokenForm is what a token of a kind looks like.
type tokenForm struct {
	kind string
	form *regexp.Regexp
}

// changing are the words that only a statement which changes something has.
var changing = []string{"INSERT", "UPDATE", "DELETE", "MERGE", "INTO"}

// beginnings are the words that a query begins with.
var beginnings = []string{"SELECT", "WITH", "VALUES"}

func (q *query) read() (string, bool) {
	for q.rest != "" && !q.bad {
		q.token()
	}
	switch {
	case q.bad:
	case q.first == "":
		q.fault(0, "wrong-value", "%s holds no query", q.name).Suggest("write SELECT * FROM %s WHERE ...", batch)
	case q.depth > 0:
		q.fault(len(q.node.Text.V), "wrong-value", "a parenthesis is never closed").Suggest("close it")
	}
	return strings.TrimSpace(q.out.String()), !q.bad
}

// at is the offset, in bytes, of what is left.
func (q *query) at() int { return len(q.node.Text.V) - len(q.rest) }

func (q *query) fault(at int, code, format string, args ...any) *diag.Diagnostic {
	q.bad = true
	return q.c.list.Add(q.c.placeIn(q.node, min(at, len(q.node.Text.V))), code, format, args...)
}

func (q *query) token() {
	kind, text := "other", ""
	for _, t := range tokens() {
		if text = t.form.FindString(q.rest); text != "" {
			kind = t.kind
			break
		}
	}
	if text == "" {
		_, size := utf8.DecodeRuneInString(q.rest)
		text = q.rest[:size]
	}
	if q.ended && kind != "space" && kind != "comment" {
		q.fault(q.at(), "wrong-value", "a second statement follows").Suggest("write one query")
		return
	}
	q.take(kind, text)
}

func (q *query) take(kind, text string) {
	at, written := q.at(), text
	switch kind {
	case "word":
		if !q.word(strings.ToUpper(text)) {
			return
		}
	case "comment":
		if strings.HasPrefix(text, "/*") && strings.Contains(text[2:], "/*") {
			q.fault(at, "wrong-value", "a comment begins inside another, which databases read differently").Suggest("leave it out")
			return
		}
	case "name":
		if !q.keepsLocks(text) {
			return
		}
		// SQLite reads a misspelt name in double quotes as a text.
		if text[0] == '"' && q.c.Dialect.Driver() == spec.SQLite {
			written = q.c.Dialect.Quote(strings.ReplaceAll(text[1:len(text)-1], `""`, `"`))
		}
		fallthrough
	case "text", "escaped":
		if strings.Contains(text, batch) {
			q.fault(at+strings.Index(text, batch), "wrong-value", "%s stands inside quotes, where it would be text", batch).Suggest("write it without quotes")
			return
		}
	case "dollar":
		end := strings.Index(q.rest[len(text):], text)
		if end < 0 {
			q.fault(at, "wrong-value", "a text that begins with %s never ends", text).Suggest("write %s behind it", text)
			return
		}
		text = q.rest[:end+2*len(text)]
		written = text
	case "place":
		if text != batch {
			q.fault(at, "wrong-value", "there is nothing to put in the place of %s", text).Width(utf8.RuneCountInString(text)).
				Suggest("write %s for the table of the suite", batch)
			return
		}
		q.names = true
		written = q.c.Dialect.Quote(q.c.Table)
	case "open":
		q.fault(at, "wrong-value", "what begins with %s never ends", text).Suggest("close it")
		return
	case "other":
		if !q.sign(text) {
			return
		}
		if text == ";" {
			written = ""
		}
	}
	if q.first == "" && kind != "space" && kind != "comment" && text != "(" {
		q.begins(at, "")
		return
	}
	q.out.WriteString(written)
	q.rest = q.rest[len(text):]
}

// word looks at a bare word, upper-case.
func (q *query) word(word string) bool {
	if q.first == "" {
		if !slices.Contains(beginnings, word) {
			q.begins(q.at(), word)
			return false
		}
		q.first = word
	}
	if slices.Contains(changing, word) {
		q.fault(q.at(), "wrong-value", "%s stands in it, and a check changes nothing", word).Width(len(word)).
			Suggest("leave it out; if it is the name of a column, write it in double quotes")
		return false
	}
	return q.keepsLocks(word)
}

// keepsLocks refuses the functions by which the run's own locks could be given
// up: those that a session holds outlive whatever is undone.
func (q *query) keepsLocks(name string) bool {
	if name = strings.ToUpper(strings.Trim(name, `"`)); !strings.HasPrefix(name, "PG_") || !strings.Contains(name, "ADVISORY") {
		return true
	}
	q.fault(q.at(), "wrong-value", "it calls %s, and the run holds locks of that kind", strings.ToLower(name)).Width(len(name)).Suggest("leave it out")
	return false
}

func (q *query) begins(at int, word string) {
	found := ""
	if word != "" {
		found = ", and this begins with " + strconv.Quote(word)
	}
	q.fault(at, "wrong-value", "a query begins with SELECT, WITH or VALUES%s", found).Width(utf8.RuneCountInString(word))
}

// sign looks at a sign that is part of nothing longer.
func (q *query) sign(text string) bool {
	switch text {
	case ";":
		if q.first == "" || q.depth > 0 {
			q.fault(q.at(), "wrong-value", "the statement ends before it is whole").Suggest("leave the semicolon out")
			return false
		}
		q.ended = true
	case "(":
		q.depth++
	case ")":
		if q.depth--; q.depth < 0 {
			q.fault(q.at(), "wrong-value", "this parenthesis closes none").Suggest("leave it out, or open it")
			return false
		}
	}
	return true
}
