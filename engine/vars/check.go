package vars

import (
	"errors"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// Check finds what can be known of a spec's vars and templates without a value
// or an environment: templates that cannot be read or whose types do not fit,
// unknown names, defaults that their type refuses, and defaults that need each
// other. The list is sorted.
func Check(s *spec.Spec) diag.List {
	list := checkCycles(s.Vars)
	for _, v := range s.Vars {
		list = append(list, checkVar(v, s.Vars)...)
	}
	withVars := []spec.Text{s.AsOf}
	for _, t := range s.Tables {
		if t.Source != nil {
			withVars = append(withVars, t.Source.Path)
		}
	}
	for _, t := range withVars {
		_, faults := (&compiler{text: t, declared: s.Vars}).compile()
		list = append(list, faults...)
	}
	withEnv := []spec.Text{s.Target}
	plain := slices.Clone(s.Setup)
	for _, t := range s.Targets {
		withEnv = append(withEnv, t.URL, t.Host, t.Port, t.User, t.Password, t.Database, t.Schema, t.SSLMode, t.Path)
		plain = append(plain, t.Setup...)
	}
	for _, t := range withEnv {
		_, faults := (&compiler{text: t, envOnly: true}).compile()
		list = append(list, faults...)
	}
	for _, t := range plain {
		if HasTemplate(t) {
			before, _, _ := strings.Cut(t.V, "${{")
			report(&list, t, place{utf8.RuneCountInString(before), 3}, codePlace, "setup takes no templates: the same SQL is run for every month").
				Suggest("write the path out, or use a glob")
		}
	}
	list.Sort()
	return list
}

// addBadPattern tells where a pattern goes wrong.
func addBadPattern(list *diag.List, t spec.Text, err error) {
	var fault *syntax.Error
	if !errors.As(err, &fault) {
		list.Add(t.At(0), codePattern, "this pattern cannot be read: %v", err)
		return
	}
	before, _, found := strings.Cut(t.V, fault.Expr)
	at := place{0, 1}
	if found && fault.Expr != "" {
		at = place{utf8.RuneCountInString(before), utf8.RuneCountInString(fault.Expr)}
	}
	report(list, t, at, codePattern, "this pattern cannot be read: %s", fault.Code).
		Suggest(`a pattern is a regular expression; write \ before a character that is meant as itself`)
}

func checkVar(v *spec.Var, all []*spec.Var) diag.List {
	var list diag.List
	if v.Pattern.Set {
		if _, err := wholePattern(v.Pattern.V); err != nil {
			addBadPattern(&list, v.Pattern, err)
			return list
		}
	}
	if !v.Default.Set {
		return list
	}
	parts, faults := (&compiler{text: v.Default, declared: all}).compile()
	if len(faults) > 0 {
		return append(list, faults...)
	}
	if len(parts) == 1 && parts[0].expression != nil {
		if e := parts[0].expression; !takes(v.Type.V, e.kind) {
			report(&list, v.Default, e.at, codeDefault, "this default gives %s, and var %s has type %s", e.kind, v.Name.V, v.Type.V)
			return list
		}
	}
	// A default made of nothing that varies can be tried at once.
	if used, env, _ := Uses(v.Default); len(used) > 0 || len(env) > 0 {
		return list
	}
	text, err := ExpandEnv(v.Default, func(string) string { return "" })
	if faults, ok := diag.AsList(err); ok {
		return append(list, faults...)
	}
	if _, refused := parseValue(v, text); refused != nil {
		addRefusedDefault(&list, v, refused)
	}
	return list
}

// takes tells whether a value of kind k, written as text, can be one of type t.
func takes(t spec.VarType, k kind) bool {
	switch k {
	case kindInt:
		return t != spec.VarBoolean && t != spec.VarDate && t != spec.VarMonthEnd
	case kindNum:
		return t == spec.VarNumber || t == spec.VarText || t == spec.VarPath || t == spec.VarEnum
	case kindBool:
		return t == spec.VarBoolean || t == spec.VarText || t == spec.VarEnum
	case kindDate:
		return t == spec.VarDate || t == spec.VarMonthEnd || t == spec.VarText || t == spec.VarPath || t == spec.VarEnum
	}
	return true
}

// checkCycles reports each ring of vars whose defaults need each other once, at
// the default of the one declared first.
func checkCycles(vars []*spec.Var) diag.List {
	var list diag.List
	needs := map[string][]string{}
	places := map[string]*spec.Var{}
	for _, v := range vars {
		used, _, _ := Uses(v.Default)
		needs[v.Name.V], places[v.Name.V] = used, v
	}
	settled := map[string]bool{}
	var path []string
	var follow func(name string)
	follow = func(name string) {
		if at := slices.Index(path, name); at >= 0 {
			ring := append(slices.Clone(path[at:]), name)
			list.Add(places[name].Default.At(0), codeCycle, "the defaults of these vars need each other: %s", strings.Join(ring, " -> ")).
				Suggest("give one of them a default that does not use the others, or none")
			return
		}
		if settled[name] || places[name] == nil {
			return
		}
		path = append(path, name)
		for _, need := range needs[name] {
			follow(need)
		}
		path = path[:len(path)-1]
		settled[name] = true
	}
	for _, v := range vars {
		follow(v.Name.V)
	}
	return list
}
