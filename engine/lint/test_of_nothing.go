package lint

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// testOfNothing warns of a test whose rule no expectation of its table has: when
// the expectation is changed, the test goes on to pass. The rule of a test may
// be the opposite of an expectation's, or a part of it, and it may have values
// where the expectation has vars.
var testOfNothing = rule{"test-of-nothing", func(s *spec.Spec, list *diag.List) {
	for _, suite := range s.Suites {
		if len(suite.Tests) == 0 {
			continue
		}
		rules := rulesOf(s, suite.Table.V)
		if slices.ContainsFunc(rules, func(r spec.Text) bool { return isFaulty(r, *list) }) {
			continue // which of them is tested is known when that is mended
		}
		var lines []string
		for _, r := range rules {
			lines = append(lines, oneLine(r.V))
		}
		for _, test := range suite.Tests {
			if !test.Rule.Set || slices.Contains(lines, oneLine(test.Rule.V)) || isFaulty(test.Rule, *list) {
				continue // nearly every test
			}
			tested := withoutNot(tokensOf(test.Rule.V))
			if slices.ContainsFunc(lines, func(r string) bool { return holdsPart(tokensOf(r), tested) }) {
				continue
			}
			d := list.Warn(test.Rule.Pos, "test-of-nothing", "no expectation of %s has this rule, so the test says nothing of them", suite.Table.V)
			if test.Rule.IsVerbatim() {
				d.Width(utf8.RuneCountInString(test.Rule.V))
			}
			if near := diag.Nearest(oneLine(test.Rule.V), lines); near != "" {
				d.Suggestion = "did you mean " + near
			} else {
				d.Suggestion = "write the rule of an expectation, its opposite, not (...), or one of the conditions that it joins"
			}
		}
	}
}}

// isFaulty tells whether an error lies inside a text.
func isFaulty(t spec.Text, list diag.List) bool {
	end := t.At(utf8.RuneCountInString(t.V))
	return slices.ContainsFunc(list, func(d diag.Diagnostic) bool {
		return d.Severity == diag.Error && d.File == t.Pos.File && !before(d.Pos, t.Pos) && !before(end, d.Pos)
	})
}

func before(a, b diag.Pos) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Col < b.Col
}

// rulesOf are the rules and conditions of the expectations of a table.
func rulesOf(s *spec.Spec, table string) []spec.Text {
	var rules []spec.Text
	add := func(t spec.Text) {
		if t.V != "" {
			rules = append(rules, t)
		}
	}
	for _, suite := range s.Suites {
		if suite.Table.V != table {
			continue
		}
		for _, e := range suite.Expectations {
			add(e.Rule)
			add(e.Where)
			argumentTexts(e.Args.Get("row_condition"), add)
		}
	}
	return rules
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

var token = regexp.MustCompile("\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])*'|`[^`]*`|" +
	`vars\.[\pL_][\pL\pN_]*|\d[\w.]*|[\pL_][\pL\pN_]*|[=!<>]=|&&|\|\||\?\?|\S`)

var sameToken = map[string]string{"&&": "and", "||": "or", "!": "not"}

// tokensOf takes a rule apart, so that spaces and kinds of quotes do not count.
func tokensOf(rule string) []string {
	tokens := token.FindAllString(rule, -1)
	for i, t := range tokens {
		if same, ok := sameToken[t]; ok {
			tokens[i] = same
		}
		if strings.ContainsAny(t[:1], "'`") && !strings.Contains(t, `\`) {
			tokens[i] = `"` + t[1:len(t)-1] + `"`
		}
	}
	return tokens
}

// withoutNot is a rule without a not (...) around all of it.
func withoutNot(rule []string) []string {
	if n := len(rule); n > 3 && rule[0] == "not" && rule[1] == "(" && rule[n-1] == ")" && closes(rule[2:n-1]) {
		return rule[2 : n-1]
	}
	return rule
}

// closes tells whether every parenthesis is closed by one behind it.
func closes(tokens []string) bool {
	depth := 0
	for _, t := range tokens {
		switch t {
		case "(":
			depth++
		case ")":
			depth--
		}
		if depth < 0 {
			return false
		}
	}
	return depth == 0
}

// joints are what stands beside a condition that is a part of a rule.
var joints = []string{"and", "or", "not", "(", ")", ",", "?", ":"}

// holdsPart tells whether a rule is part, or joins it with others.
func holdsPart(rule, part []string) bool {
	for i := range rule {
		if i > 0 && !slices.Contains(joints, rule[i-1]) {
			continue
		}
		if end := beginsWith(rule[i:], part); end >= 0 && (i+end == len(rule) || slices.Contains(joints, rule[i+end])) {
			return true
		}
	}
	return false
}

// beginsWith is how many of the tokens are the part, and -1 when they do not
// begin with it. A var is equal to any value.
func beginsWith(tokens, part []string) int {
	i, j := 0, 0
	for ; j < len(part); i, j = i+1, j+1 {
		if i == len(tokens) {
			return -1
		}
		if tokens[i] == part[j] {
			continue
		}
		n := valueLength(part[j:])
		if !strings.HasPrefix(tokens[i], "vars.") || n == 0 {
			return -1
		}
		j += n - 1
	}
	return i
}

// valueLength is how many tokens the value is that the tokens begin with: -1,
// date("2024-01-31"). It is 0 when they begin with no value.
func valueLength(tokens []string) int {
	switch t := tokens[0]; {
	case t == "date" && len(tokens) > 3 && tokens[1] == "(" && tokens[3] == ")":
		return 4
	case t == "-" && len(tokens) > 1:
		return 2
	case t == "true" || t == "false" || strings.ContainsAny(t[:1], "\"'`0123456789"):
		return 1
	}
	return 0
}
