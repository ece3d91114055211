package rule

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/streamflow/pipe/engine/diag"
)

// least finds the last digit of -9223372036854775808, at which the parser stops:
// it reads the digits before it knows of the sign. They are read from the rule's
// own text later, so that the parser may be given others.
func (c *checker) least(err error, text []rune) (at int, found bool) {
	var fault *file.Error
	if !errors.As(err, &fault) || !strings.HasPrefix(fault.Message, "invalid integer literal") {
		return 0, false
	}
	number := c.lastNumber(span{fault.From, fault.To})
	before := strings.TrimSpace(c.source(span{0, number.from}))
	at = number.to - 1
	if strings.ReplaceAll(c.source(number), "_", "") != beyondInteger || !strings.HasSuffix(before, "-") || text[at] == '7' {
		return 0, false
	}
	return at, true
}

// maxLength bounds a rule's text in characters, and so how deep the parser, which
// is recursive, has to go; maxDepth bounds what is behind it.
const maxLength = 10_000

// own declares every builtin of expr as a function of ours, so that the parser
// takes count(count > 3) for a plain call and date or year for plain names.
var own = func() conf.FunctionsTable {
	t := conf.FunctionsTable{}
	for _, b := range builtin.Builtins {
		t[b.Name] = &builtin.Function{Name: b.Name}
	}
	return t
}()

// parse gives the tree of the rule's text, or tells the first fault of syntax.
func (c *checker) parse() ast.Node {
	switch {
	case strings.TrimSpace(c.text.V) == "":
		c.add(span{}, "empty-rule", "the rule is empty")
		return nil
	case len(c.runes) > maxLength:
		c.add(span{}, "rule-too-long", "the rule has %d characters; the limit is %d", len(c.runes), maxLength).
			Suggest("split it into several rules")
		return nil
	}
	config := &conf.Config{Functions: own, DisableIfOperator: true, MaxNodes: conf.DefaultMaxNodes}
	text := c.runes
	tree, err := parser.ParseWithConfig(string(text), config)
	for at, found := c.least(err, text); found; at, found = c.least(err, text) {
		text = slices.Clone(text)
		text[at] = '7'
		tree, err = parser.ParseWithConfig(string(text), config)
	}
	if err == nil {
		if deep := tooDeep(tree.Node, 0); deep != nil {
			c.add(spanOf(deep), "rule-too-long", "the rule nests more than %d deep", maxDepth).Suggest("split it into several rules")
			return nil
		}
		return tree.Node
	}
	var fault *file.Error
	if !errors.As(err, &fault) {
		c.add(span{}, "rule-syntax", "%s", err)
		return nil
	}
	c.syntax(fault)
	return nil
}

var unexpected = regexp.MustCompile(`(?s)^unexpected token (?:(\w+)\((.*)\)|(\w+))$`)

// syntax words a fault of syntax. The parser's places are right except at the
// end of the text, where it points at the last character.
func (c *checker) syntax(fault *file.Error) {
	at := span{fault.From, fault.To}
	message, cure := fault.Message, ""
	switch m := unexpected.FindStringSubmatch(message); {
	case m != nil && m[3] == "EOF" || strings.HasPrefix(message, "unexpected end"):
		at, message = span{len(c.runes), len(c.runes)}, "the rule ends too early"
		if strings.Count(c.text.V, "(") > strings.Count(c.text.V, ")") {
			cure = "a parenthesis is not closed"
		}
	case m != nil:
		if at.from > 0 && c.source(span{at.from - 1, at.to}) == "<>" {
			at.from--
		}
		if at.from > 0 && c.source(span{at.from - 1, at.from + 2}) == "${{" {
			c.template(span{at.from - 1, c.closing(at.from)})
			return
		}
		token := c.source(at)
		message, cure = fmt.Sprintf("unexpected %q", token), c.sqlism(at)
		switch next := c.source(span{at.to, at.to + 1}); {
		case token == "=" && (next == ">" || next == "<"):
			cure = "write " + next + "="
		case token == "*" && countAll.MatchString(c.source(span{0, at.from})):
			cure = "write count() for all rows"
		case token == ")":
			cure = "there is no parenthesis that it closes"
		case token == "," && commaInNumber(c.source(span{0, at.from}), next):
			cure = "decimals are written with a point: 0.5"
		}
		if word := c.wordBefore(at.from); (cure == "" || c.scope.column(token) != nil) && diag.Nearest(word.text, words) != "" {
			at, message, cure = word.span, fmt.Sprintf("unexpected %q", word.text), diag.DidYouMean(word.text, words)
		} else if c.scope.column(token) != nil {
			cure = "an operator is missing before it: and, or, ==, <"
		}
		if token == "," && listInParentheses.MatchString(c.source(span{0, at.from})) {
			cure = "write the list in brackets: in [1, 2]"
		}
	case strings.HasPrefix(message, "unrecognized character"):
		character := c.source(span{at.from, at.from + 1})
		at.to = at.from + 1
		message, cure = fmt.Sprintf("the character %q means nothing here", character), typographic[character]
	case strings.Contains(message, "coalesce"):
		message, cure = "?? beside another operator needs parentheses", "write (a ?? b) > c"
	case strings.HasPrefix(message, "literal not terminated"):
		message, cure = "a text is not closed", "end it with the quote that it begins with"
	case message == "invalid char escape" || strings.HasPrefix(message, "unable to unescape"):
		message, cure = "a text holds a backslash that escapes nothing", `write \\ for it, or put the text between backquotes, where a backslash is itself`
	case strings.HasPrefix(message, "invalid integer literal"):
		at = c.lastNumber(at)
		message, cure = "a whole number has 64 bits at most", "write it as a decimal, with .0 behind it"
	case strings.HasPrefix(message, "invalid float literal"):
		at = c.lastNumber(at)
		message = "the number is not within the range of a double"
	case strings.HasPrefix(message, "compilation failed"):
		message, cure = "the rule has too many parts", "split it into several rules"
	}
	d := c.add(at, "rule-syntax", "%s", message)
	d.Suggestion = cure
}

// typographic says what to write for characters that text processors make of the
// plain ones, or that people take from mathematics.
var typographic = map[string]string{
	"\u2018": `write straight quotes: "x"`, "\u2019": `write straight quotes: "x"`, "\u201a": `write straight quotes: "x"`,
	"\u201c": `write straight quotes: "x"`, "\u201d": `write straight quotes: "x"`, "\u201e": `write straight quotes: "x"`,
	"\u00ab": `write straight quotes: "x"`, "\u00bb": `write straight quotes: "x"`,
	"\u2265": "write >=", "\u2264": "write <=", "\u2260": "write !=", "\u2013": "write -", "\u2014": "write -", "\u2212": "write -", "\u00d7": "write *",
}

// commaInNumber tells whether a comma, behind the text before it and before
// next, was meant to begin the fraction of a number.
func commaInNumber(before, next string) bool {
	last := before[max(0, len(before)-1):]
	return strings.ContainsAny(last, "0123456789") && next != "" && strings.ContainsAny(next, "0123456789") &&
		strings.Count(before, "(") <= strings.Count(before, ")") && strings.Count(before, "[") <= strings.Count(before, "]")
}

var varInTemplate = regexp.MustCompile(`\$\{\{\s*(vars\.[\pL_][\pL\pN_]*)\s*\}\}`)

// template tells that a template stands at a place of the rule.
func (c *checker) template(at span) {
	d := c.add(at, "template-not-allowed", "a rule takes no template: it is an expression itself").
		Suggest("write a var by its name: vars.as_of")
	if m := varInTemplate.FindStringSubmatch(c.source(at)); m != nil {
		d.Suggest("write %s", m[1])
	}
}

var countAll = regexp.MustCompile(`(?i)\bcount\s*\(\s*$`)

var listInParentheses = regexp.MustCompile(`\bin\s*\([^()]*$`)

// words are the operators that are words.
var words = []string{"and", "or", "not", "in", "matches", "contains", "startsWith", "endsWith"}

// placed is a piece of a rule's text.
type placed struct {
	span
	text string
}

var lastWord = regexp.MustCompile(`([A-Za-z]+)\s+$`)

// wordBefore is the word in front of a token that was not expected: in nt done
// it is what is misspelt. It is empty where there is none, or a column.
func (c *checker) wordBefore(from int) placed {
	before := c.source(span{0, from})
	m := lastWord.FindStringSubmatchIndex(before)
	if m == nil || c.scope.column(before[m[2]:m[3]]) != nil || slices.Contains(words, before[m[2]:m[3]]) {
		return placed{}
	}
	start := len([]rune(before[:m[2]]))
	return placed{span{start, start + m[3] - m[2]}, before[m[2]:m[3]]}
}

var numberBefore = regexp.MustCompile(`\d[\w.]*(?:[eE][+-]?\d+)?\s*$`)

// lastNumber is the number before a token: the parser has read on when it finds
// that a number is too large.
func (c *checker) lastNumber(token span) span {
	before := c.source(span{0, token.from})
	if token.to >= len(c.runes) && numberBefore.MatchString(c.text.V) {
		before = c.text.V
	}
	found := numberBefore.FindStringIndex(before)
	if found == nil {
		return token
	}
	from := len([]rune(before[:found[0]]))
	return span{from, from + len([]rune(strings.TrimSpace(before[found[0]:])))}
}

var (
	columnBefore = regexp.MustCompile(`(?i)([\pL_][\pL\pN_]*)\s+(?:not\s+)?$`)
	sqlNull      = regexp.MustCompile(`(?i)^\s+(not\s+)?null\b`)
	sqlBounds    = regexp.MustCompile(`(?i)^\s+(-?[\d.]+)\s+and\s+(-?[\d.]+)`)
)

// sqlism says what SQL's word at a place is in the rule language, with the column
// in front of it where there is one.
func (c *checker) sqlism(at span) string {
	token, after, x := c.source(at), c.source(span{at.to, len(c.runes)}), "x"
	if m := columnBefore.FindStringSubmatch(c.source(span{0, at.from})); m != nil && c.scope.column(m[1]) != nil {
		x = m[1]
	}
	switch strings.ToLower(token) {
	case "=":
		return `compare with ==`
	case "<>":
		return "write != for unequal"
	case "and", "or", "not", "in":
		return "write it in lower case"
	case "is":
		switch m := sqlNull.FindStringSubmatch(after); {
		case m == nil:
			return fmt.Sprintf("write %[1]s == nil or %[1]s != nil", x)
		case m[1] == "":
			return fmt.Sprintf("write %s == nil", x)
		}
		return fmt.Sprintf("write %s != nil", x)
	case "between":
		low, high := "1", "5"
		if m := sqlBounds.FindStringSubmatch(after); m != nil {
			low, high = m[1], m[2]
		}
		return fmt.Sprintf("write %s <= %s <= %s", low, x, high)
	case "like", "ilike", "similar":
		return fmt.Sprintf(`write %[1]s contains "a", %[1]s startsWith "a" or %[1]s endsWith "a"`, x)
	case "~", "!~", "rlike", "regexp":
		return fmt.Sprintf(`write %[1]s matches "^a" or %[1]s not matches "^a"`, x)
	case "#":
		return "a rule looks at one row; write a table rule with an aggregate"
	}
	return diag.DidYouMean(token, words)
}

// source is the text of a span.
func (c *checker) source(s span) string {
	from, to := max(0, min(s.from, len(c.runes))), max(0, min(s.to, len(c.runes)))
	if from >= to {
		return ""
	}
	return string(c.runes[from:to])
}

// start is the offset of a subtree's first character, parentheses apart: expr
// places an operator's node at the operator.
func start(n ast.Node) int {
	switch n := n.(type) {
	case *ast.BinaryNode:
		return min(start(n.Left), n.Location().From)
	case *ast.ConditionalNode:
		return start(n.Cond)
	case *ast.MemberNode:
		return start(n.Node)
	case *ast.ChainNode:
		return start(n.Node)
	case *ast.SliceNode:
		return start(n.Node)
	case *ast.SequenceNode:
		return start(n.Nodes[0])
	case *ast.CallNode:
		at := n.Location().From
		if len(n.Arguments) > 0 {
			at = min(at, start(n.Arguments[0]))
		}
		return at
	}
	return n.Location().From
}

// closing is the offset just behind the parenthesis that closes the first one
// at or behind from.
func (c *checker) closing(from int) int {
	depth := 0
	for i := from; i < len(c.runes); i++ {
		switch r := c.runes[i]; r {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"', '\'', '`':
			i = c.quoted(i, r)
		case '/':
			i = c.comment(i)
		}
	}
	return len(c.runes)
}

// quoted is the offset of the quote that closes the one at i.
func (c *checker) quoted(i int, quote rune) int {
	for i++; i < len(c.runes) && c.runes[i] != quote; i++ {
		if c.runes[i] == '\\' && quote != '`' {
			i++
		}
	}
	return i
}

// comment is the offset of the last character of the comment at i, or i.
func (c *checker) comment(i int) int {
	if i+1 >= len(c.runes) {
		return i
	}
	end := ""
	switch c.runes[i+1] {
	case '/':
		end = "\n"
	case '*':
		end = "*/"
	default:
		return i
	}
	rest := string(c.runes[i+2:])
	before, _, found := strings.Cut(rest, end)
	if !found {
		return len(c.runes)
	}
	return i + 1 + len([]rune(before)) + len(end)
}
