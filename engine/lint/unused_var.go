package lint

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// unusedVar warns of vars that nothing uses: the caller would set them in vain.
var unusedVar = rule{"unused-var", func(s *spec.Spec, list *diag.List) {
	used := map[string]bool{}
	template := func(t spec.Text) {
		names, _, _ := vars.Uses(t) // its faults are vars.Check's
		for _, name := range names {
			used[name] = true
		}
	}
	// A rule is an expression as a whole, in a language of its own.
	expression := func(t spec.Text) {
		if !strings.Contains(t.V, "vars") {
			return // nearly every rule
		}
		for _, m := range varInRule.FindAllStringSubmatch(t.V, -1) {
			used[m[1]] = true
		}
	}
	template(s.AsOf)
	for _, v := range s.Vars {
		template(v.Default)
	}
	for _, t := range s.Tables {
		if t.Source != nil {
			template(t.Source.Path)
		}
	}
	for _, suite := range s.Suites {
		for _, e := range suite.Expectations {
			expression(e.Rule)
			expression(e.Where)
			argumentTexts(e.Args, expression)
		}
		for _, t := range suite.Tests {
			expression(t.Rule)
		}
	}
	var names []string
	for _, v := range s.Vars {
		names = append(names, v.Name.V)
	}
	for name := range used {
		if !slices.Contains(names, name) {
			used[diag.Nearest(name, names)] = true // it is misspelt, where it stands or here
		}
	}
	for _, v := range s.Vars {
		if !used[v.Name.V] {
			list.Warn(v.Name.Pos, "unused-var", "nothing uses the var %s", v.Name.V).
				Width(utf8.RuneCountInString(v.Name.V)).Suggest("remove it, or use it as vars.%s", v.Name.V)
		}
	}
}}

var varInRule = regexp.MustCompile(`\bvars\.([\pL_][\pL\pN_]*)`)

// argumentTexts visits the texts inside the arguments of an expectation: some,
// such as row_condition, are expressions.
func argumentTexts(n *spec.Node, visit func(spec.Text)) {
	if n == nil {
		return
	}
	if n.Kind == spec.NodeText {
		visit(n.Text)
	}
	for _, item := range n.Items {
		argumentTexts(item, visit)
	}
	for _, pair := range n.Pairs {
		argumentTexts(pair.Value, visit)
	}
}
