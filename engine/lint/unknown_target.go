package lint

import (
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// unknownTarget holds that the default target is one of the targets.
var unknownTarget = rule{"unknown-target", func(s *spec.Spec, list *diag.List) {
	if !s.Target.Set || vars.HasTemplate(s.Target) {
		return
	}
	var names []string
	for _, t := range s.Targets {
		if t.Name.V == s.Target.V {
			return
		}
		names = append(names, t.Name.V)
	}
	d := at(list, s.Target, "unknown-target", "there is no target %q", s.Target.V).Suggest("%s", nearestOf(s.Target.V, names))
	if len(names) == 0 {
		d.Suggest("declare it: targets: {%s: {driver: ...}}", s.Target.V)
	}
}}
