package vars

import (
	"errors"
	"regexp"
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// The codes of this package's diagnostics.
const (
	codeSyntax   = "template-syntax"
	codeUnclosed = "template-unclosed"
	codeName     = "unknown-name"
	codeVar      = "unknown-var"
	codeFunction = "unknown-function"
	codeArgument = "template-argument"
	codeType     = "template-type"
	codeUnset    = "env-not-set"
	codeFailed   = "template-failed"
	codeCycle    = "var-cycle"
	codeDefault  = "var-default"
	codePattern  = "var-pattern"
	codePlace    = "template-not-allowed"
)

// longest bounds a template's expression, in characters: the parser calls
// itself for every bracket, and no path needs more.
const longest = 10_000

// piece is a stretch of a text: literal characters, or one template.
type piece struct {
	literal  string
	template bool
	open     int    // offset of "${{", in characters of the text
	start    int    // offset of the expression's first character
	source   []rune // the expression
}

// place is where the whole template stands, marks included.
func (p piece) place() place { return place{p.open, p.start + len(p.source) + 2 - p.open} }

// place is a stretch of characters of a text.
type place struct{ offset, width int }

// report adds a finding; it has a width only where the text stands in the file
// letter by letter.
func report(list *diag.List, t spec.Text, at place, code, format string, args ...any) *diag.Diagnostic {
	d := list.Add(t.At(at.offset), code, format, args...)
	if t.IsVerbatim() {
		d.Width(at.width)
	}
	return d
}

// split cuts a text at its templates. Offsets count characters, as At does.
func split(t spec.Text) ([]piece, diag.List) {
	var (
		list   diag.List
		pieces []piece
		text   = []rune(t.V)
		from   int
	)
	literal := func(to int) {
		if to > from {
			checkLiteral(t, text, from, to, &list)
			pieces = append(pieces, piece{literal: string(text[from:to])})
		}
	}
	for i := 0; i < len(text); i++ {
		if !follows(text, i, "${{") {
			continue
		}
		literal(i)
		end := closing(text, i+3)
		if end < 0 {
			report(&list, t, place{i, 3}, codeUnclosed, "this template does not end").
				Suggest("close it with }} (a }} inside quotes does not count)")
			return pieces, list
		}
		pieces = append(pieces, piece{template: true, open: i, start: i + 3, source: text[i+3 : end]})
		from = end + 2
		i = from - 1
	}
	literal(len(text))
	return pieces, list
}

func follows(text []rune, i int, want string) bool {
	for k, r := range want {
		if i+k >= len(text) || text[i+k] != r {
			return false
		}
	}
	return true
}

// closing finds the }} that ends a template, or -1. Inside the quotes of a
// string }} is text, and a backslash takes the character behind it along;
// between backticks nothing is special.
func closing(text []rune, i int) int {
	for ; i < len(text); i++ {
		switch q := text[i]; q {
		case '"', '\'', '`':
			for i++; i < len(text) && text[i] != q; i++ {
				if text[i] == '\\' && q != '`' {
					i++
				}
			}
		case '}':
			if follows(text, i, "}}") {
				return i
			}
		}
	}
	return -1
}

// checkLiteral finds what was meant to be a template and is not: the other
// spellings people know would otherwise be taken letter by letter.
func checkLiteral(t spec.Text, text []rune, from, to int, list *diag.List) {
	const cure = `templates are written ${{ ... }}; for the characters themselves write ${{ "%s" }}`
	told := false // a }} belongs to what was told before it
	for i := from; i < to; i++ {
		for _, wrong := range []string{"{{", "${", "}}"} {
			if i+2 <= to && follows(text, i, wrong) {
				if wrong != "}}" || !told {
					report(list, t, place{i, 2}, codeSyntax, "%s does not belong to a template", wrong).
						Suggest(cure, wrong)
				}
				told = wrong != "}}"
				i++
				break
			}
		}
	}
}

// parse reads one template's expression.
func (p piece) parse(t spec.Text) (ast.Node, diag.List) {
	var list diag.List
	if len(p.source) > longest {
		report(&list, t, p.place(), codeSyntax, "this template is longer than %d characters", longest)
		return nil, list
	}
	blank := !slices.ContainsFunc(p.source, func(r rune) bool { return r != ' ' && r != '\t' && r != '\n' })
	if blank {
		report(&list, t, p.place(), codeSyntax, "this template is empty").
			Suggest("write an expression such as ${{ vars.as_of }}")
		return nil, list
	}
	tree, err := parser.Parse(string(p.source))
	if err == nil {
		return tree.Node, nil
	}
	var fault *file.Error
	if !errors.As(err, &fault) {
		report(&list, t, p.place(), codeSyntax, "this template cannot be read: %v", err)
		return nil, list
	}
	// A fault at the very end is shown on the last character that is there.
	at := min(max(fault.From, 0), max(len(p.source)-1, 0))
	report(&list, t, place{p.start + at, max(1, min(fault.To, len(p.source))-at)}, codeSyntax, "this template cannot be read: %s", plain(fault.Message))
	return nil, list
}

var unexpected = regexp.MustCompile(`^unexpected token (EOF|[A-Za-z]+\((".*")\))`)

// plain says a parser's complaint without its names for tokens.
func plain(message string) string {
	m := unexpected.FindStringSubmatch(message)
	switch {
	case m == nil:
		return message
	case m[1] == "EOF":
		return "it ends where more is wanted"
	}
	return m[2] + " is not expected here"
}

// HasTemplate tells whether a text holds a template, closed or not.
func HasTemplate(t spec.Text) bool {
	text := []rune(t.V)
	for i := range text {
		if follows(text, i, "${{") {
			return true
		}
	}
	return false
}

// Uses lists the vars and the environment variables that a text's templates
// name, each once, in the order they appear, and the faults of form that kept
// it from reading some. Names are listed whether they exist or not.
func Uses(t spec.Text) (vars, env []string, list diag.List) {
	pieces, list := split(t)
	for _, p := range pieces {
		if !p.template {
			continue
		}
		node, faults := p.parse(t)
		list = append(list, faults...)
		if node == nil {
			continue
		}
		u := &uses{}
		ast.Walk(&node, u)
		vars = appendNew(vars, u.vars)
		env = appendNew(env, u.env)
	}
	return vars, env, list
}

type uses struct{ vars, env []string }

// Visit notes vars.x and env.X.
func (u *uses) Visit(node *ast.Node) {
	base, name, ok := member(*node)
	switch {
	case ok && base == "vars":
		u.vars = append(u.vars, name)
	case ok && base == "env":
		u.env = append(u.env, name)
	}
}

// member takes apart a.b and a["b"].
func member(node ast.Node) (base, name string, ok bool) {
	m, isMember := node.(*ast.MemberNode)
	if !isMember || m.Method {
		return "", "", false
	}
	id, isName := m.Node.(*ast.IdentifierNode)
	property, isText := m.Property.(*ast.StringNode)
	if !isName || !isText {
		return "", "", false
	}
	return id.Value, property.Value, true
}

func appendNew(list, more []string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}
