package greatexpectations

import (
	"regexp"
	"strings"
)

// pandas reads the part of the language of DataFrame.query that compares
// columns with literals; anything else is refused, since it could mean more
// than is seen.
func pandas(text string) (*filter, error) {
	p := &queryReader{text: text}
	if err := p.split(); err != nil {
		return nil, err
	}
	c, err := p.either()
	if err == nil && p.peek() != "" {
		err = refuse("%q is no part of a condition that can be translated", p.peek())
	}
	return c, err
}

var queryToken = regexp.MustCompile("^(?:`[^`]*`|\"[^\"\\\\]*\"|'[^'\\\\]*'|[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|[A-Za-z_][A-Za-z0-9_]*|==|!=|<=|>=|[<>&|~()\\[\\],.-])")

// queryReader is a recursive-descent reader over tokens.
type queryReader struct {
	text   string
	tokens []string
	depth  int
}

func (p *queryReader) split() error {
	for rest := p.text; ; {
		rest = strings.TrimLeft(rest, " \t\r\n")
		if rest == "" {
			return nil
		}
		token := queryToken.FindString(rest)
		if token == "" {
			return refuse("%q is no part of a condition that can be translated", firstWord(rest))
		}
		p.tokens = append(p.tokens, token)
		rest = rest[len(token):]
	}
}

func firstWord(s string) string {
	r := []rune(s)
	if len(r) > 20 {
		return string(r[:20]) + "..."
	}
	return s
}

func (p *queryReader) peek() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *queryReader) take(tokens ...string) bool {
	for _, t := range tokens {
		if p.peek() == t {
			p.tokens = p.tokens[1:]
			return true
		}
	}
	return false
}

// either and both: pandas gives | and & the rank of or and and.
func (p *queryReader) either() (*filter, error) {
	return p.joined("or", []string{"or", "|"}, p.both)
}
func (p *queryReader) both() (*filter, error) {
	return p.joined("and", []string{"and", "&"}, p.negation)
}

func (p *queryReader) joined(op string, words []string, part func() (*filter, error)) (*filter, error) {
	first, err := part()
	if err != nil {
		return nil, err
	}
	c := &filter{op: op, kids: []*filter{first}}
	for p.take(words...) {
		next, err := part()
		if err != nil {
			return nil, err
		}
		c.kids = append(c.kids, next)
	}
	if len(c.kids) == 1 {
		return first, nil
	}
	return c, nil
}

func (p *queryReader) negation() (*filter, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, refuse("the condition nests too deep")
	}
	defer func() { p.depth-- }()
	if p.take("not") {
		c, err := p.negation()
		if err != nil {
			return nil, err
		}
		return &filter{op: "not", kids: []*filter{c}}, nil
	}
	return p.comparison()
}

// comparison reads a chain of comparisons, a test for NULL, or a condition in
// parentheses.
func (p *queryReader) comparison() (*filter, error) {
	if p.take("~") {
		// It binds closer than a comparison, unlike not.
		c, err := p.truth()
		if err != nil {
			return nil, err
		}
		return &filter{op: "not", kids: []*filter{c}}, nil
	}
	if p.peek() == "(" {
		return p.truth()
	}
	left, test, err := p.operand()
	if err != nil || test != nil {
		return test, err
	}
	if c, err := p.membership(left); c != nil || err != nil {
		return c, err
	}
	all := &filter{op: "and"}
	for {
		op := p.peek()
		if opposite[op] == "" {
			break
		}
		p.take(op)
		right, test, err := p.operand()
		if err != nil {
			return nil, err
		}
		if test != nil {
			return nil, refuse("a test for NULL is compared")
		}
		c := &filter{op: op, left: left, right: []operand{right}}
		if !left.column && right.column {
			c = &filter{op: turned[op], left: right, right: []operand{left}}
		}
		all.kids = append(all.kids, c)
		left = right
	}
	switch {
	case len(all.kids) == 1:
		return all.kids[0], nil
	case len(all.kids) > 1:
		return all, nil
	case left.column:
		return &filter{op: "true", left: left}, nil
	}
	return nil, refuse("%s is no condition", left.text)
}

var turned = map[string]string{"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

// truth reads what ~ can stand before: a condition in parentheses, a column of
// booleans, a test for NULL.
func (p *queryReader) truth() (*filter, error) {
	var c *filter
	if p.take("(") {
		inner, err := p.either()
		if err != nil {
			return nil, err
		}
		if !p.take(")") {
			return nil, refuse("a parenthesis is not closed")
		}
		c = inner
	} else {
		left, test, err := p.operand()
		if err != nil {
			return nil, err
		}
		if c = test; c == nil {
			if !left.column {
				return nil, refuse("%s is no condition", left.text)
			}
			c = &filter{op: "true", left: left}
		}
	}
	if next := p.peek(); opposite[next] != "" || next == "in" || next == "." {
		return nil, refuse("a condition in parentheses, or with ~ before it, is compared")
	}
	return c, nil
}

func (p *queryReader) membership(left operand) (*filter, error) {
	negated := false
	if len(p.tokens) > 1 && p.tokens[0] == "not" && p.tokens[1] == "in" {
		negated = p.take("not")
	}
	if !p.take("in") {
		return nil, nil
	}
	if !left.column {
		return nil, refuse("what stands to the left of in is no column")
	}
	closing := map[string]string{"[": "]", "(": ")"}[p.peek()]
	if closing == "" {
		return nil, refuse("what stands to the right of in is no list of literals")
	}
	p.take("[", "(")
	c := &filter{op: "in", left: left}
	for {
		item, test, err := p.operand()
		if err != nil {
			return nil, err
		}
		if test != nil || item.column {
			return nil, refuse("what stands to the right of in is no list of literals")
		}
		c.right = append(c.right, item)
		comma := p.take(",")
		if p.take(closing) {
			if closing == ")" && len(c.right) == 1 && !comma {
				return nil, refuse("what stands to the right of in is no list of literals")
			}
			break
		}
		if !comma {
			return nil, refuse("a list is not closed")
		}
	}
	if negated {
		return &filter{op: "not", kids: []*filter{c}}, nil
	}
	return c, nil
}

// keywords are names that mean something else than a column.
var keywords = map[string]bool{"and": true, "or": true, "not": true, "in": true, "is": true, "if": true, "else": true, "lambda": true,
	"None": true, "index": true, "nan": true, "NaN": true, "inf": true}

// operand reads a column or a literal; or a test for NULL, which is written as
// a method of a column.
func (p *queryReader) operand() (operand, *filter, error) {
	token := p.peek()
	if token == "" {
		return operand{}, nil, refuse("the condition ends too early")
	}
	p.tokens = p.tokens[1:]
	switch first := token[0]; {
	case first == '"' || first == '\'':
		o, err := textOperand(token[1 : len(token)-1])
		if err == nil && (strings.HasPrefix(p.peek(), `"`) || strings.HasPrefix(p.peek(), "'")) {
			err = refuse("two texts stand side by side")
		}
		return o, nil, err
	case first == '-':
		next := p.peek()
		if next == "" || next[0] < '0' || next[0] > '9' {
			return operand{}, nil, refuse("the condition calculates")
		}
		p.take(next)
		return operand{"-" + next, false}, nil, p.afterNumber()
	case first >= '0' && first <= '9':
		return operand{token, false}, nil, p.afterNumber()
	case token == "True" || token == "False":
		return operand{strings.ToLower(token), false}, nil, nil
	case first == '`':
		token = token[1 : len(token)-1]
	case keywords[token] || !identifier.MatchString(token):
		return operand{}, nil, refuse("%q is no part of a condition that can be translated", token)
	}
	o, err := columnOperand(token)
	if err != nil {
		return operand{}, nil, err
	}
	switch next := p.peek(); {
	case next == "(" || next == "[" || next == "-":
		return operand{}, nil, refuse("the condition calls or calculates: %s%s...", token, next)
	case next != ".":
		return o, nil, nil
	}
	return p.method(o)
}

// afterNumber refuses what would make one number of two tokens in Python.
func (p *queryReader) afterNumber() error {
	if next := p.peek(); next == "." || next == "-" || identifier.MatchString(next) && !keywords[next] {
		return refuse("%q is no part of a condition that can be translated", next)
	}
	return nil
}

func (p *queryReader) method(o operand) (operand, *filter, error) {
	p.take(".")
	name := p.peek()
	p.take(name)
	if !p.take("(") || !p.take(")") {
		return operand{}, nil, refuse("the condition calls .%s", name)
	}
	c := &filter{op: "null", left: o}
	switch name {
	case "isnull", "isna":
		return o, c, nil
	case "notnull", "notna":
		return o, &filter{op: "not", kids: []*filter{c}}, nil
	}
	return operand{}, nil, refuse("the condition calls .%s()", name)
}
