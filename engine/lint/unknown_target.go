package lint

import (
	"regexp"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// unknownTarget holds that the default target is one of the targets.
var unknownTarget = rule{"unknown-target", func(s *spec.Spec, list *diag.List) {
	if !s.Target.Set {
		return
	}
	name, place := s.Target.V, s.Target.Pos
	if vars.HasTemplate(s.Target) {
		m := targetOtherwise.FindStringSubmatchIndex(s.Target.V)
		if m == nil || len(s.Targets) == 0 {
			return // what it gives is known when it runs
		}
		name, place = s.Target.V[m[2]:m[3]], s.Target.At(utf8.RuneCountInString(s.Target.V[:m[2]]))
	}
	var names []string
	for _, t := range s.Targets {
		if t.Name.V == name {
			return
		}
		names = append(names, t.Name.V)
	}
	d := list.Add(place, "unknown-target", "there is no target %q", name).Suggest("%s", nearestOf(name, names))
	if s.Target.IsVerbatim() {
		d.Width(utf8.RuneCountInString(name))
	}
	if len(names) == 0 {
		d.Suggest("declare it: targets: {%s: {driver: ...}}", name)
	}
}}

// targetOtherwise is a template that names a target for when a variable is not
// set.
var targetOtherwise = regexp.MustCompile(`^\s*\$\{\{\s*env\.\w+\s*\?\?\s*["']([^"'\\]*)["']\s*\}\}\s*$`)
