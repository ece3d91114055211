package lint

import (
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// secretVar holds that a variable of the environment that gives a target's
// password or URL gives nothing else: vars, paths and as_of are printed and
// recorded.
var secretVar = rule{"secret-var", func(s *spec.Spec, list *diag.List) {
	var secret []string
	for _, t := range s.Targets {
		secret = append(append(secret, environment(t.Password)...), environment(secretPart(t.URL))...)
	}
	if len(secret) == 0 {
		return
	}
	look := func(t spec.Text, what string) {
		for _, name := range environment(t) {
			if slices.Contains(secret, name) {
				at(list, t, "secret-var", "%s would hold env.%s, which is a secret of a target, and %s is printed and kept with every run", what, name, what).
					Suggest("use another variable of the environment")
				return
			}
		}
	}
	look(s.AsOf, "as_of")
	for _, v := range s.Vars {
		look(v.Default, "the var "+v.Name.V)
	}
	for _, t := range s.Tables {
		if t.Source != nil {
			look(t.Source.Path, "the path of a source")
		}
	}
}}

// environment are the variables that the templates of a text read.
func environment(t spec.Text) []string {
	_, env, _ := vars.Uses(t) // its faults are vars.Check's
	return env
}

// secretPart is what a URL's secrets stand in: all of it where it begins with a
// template or has a password behind it, else what stands before its host.
func secretPart(t spec.Text) spec.Text {
	if !strings.HasPrefix(t.V, "${{") && !strings.Contains(t.V, "password=") {
		t.V = t.V[:strings.LastIndex(t.V, "@")+1]
	}
	return t
}
