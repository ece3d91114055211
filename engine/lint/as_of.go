package lint

import (
	"regexp"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// asOf holds that snapshots have a date to be stamped with, that it is one, and
// that the caller chooses it.
var asOf = rule{"as-of", func(s *spec.Spec, list *diag.List) {
	if !s.AsOf.Set {
		for _, snapshot := range s.Snapshots {
			at(list, snapshot.Name, "as-of", "snapshot %s is stamped with the entry's as_of, and %s states none", snapshot.Name.V, s.Entry).
				Suggest("give the entry as_of: '${{ vars.as_of }}' and vars: {as_of: month_end}")
		}
		return
	}
	if used, _, faults := vars.Uses(s.AsOf); len(used) == 0 && len(faults) == 0 && !namesAnother(s.AsOf.V) {
		at(list, s.AsOf, "as-of", "as_of names no var, so every run would be stamped with one date").
			Suggest("write as_of: '${{ vars.as_of }}' and declare vars: {as_of: month_end}")
		return
	}
	only := onlyVar.FindStringSubmatch(s.AsOf.V)
	if only == nil {
		return // what it gives is known when it runs
	}
	for _, v := range s.Vars {
		if v.Name.V == only[1] && v.Type.Set && v.Type.V != spec.VarDate && v.Type.V != spec.VarMonthEnd {
			at(list, s.AsOf, "as-of", "as_of must be a date, and the var %s is %s", v.Name.V, v.Type.V).
				Suggest("declare %s with type: month_end or type: date", v.Name.V)
		}
	}
}}

// namesAnother tells whether a template takes a name out of what is neither vars
// nor env, which vars.Check tells.
func namesAnother(template string) bool {
	of := member.FindStringSubmatch(template)
	return of != nil && of[1] != "vars" && of[1] != "env"
}

// member is the beginning of a template that takes a name out of something.
var member = regexp.MustCompile(`\$\{\{\s*([A-Za-z_]\w*)\.\w`)

// onlyVar is a template that is one var and nothing else.
var onlyVar = regexp.MustCompile(`^\s*\$\{\{\s*vars\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}\s*$`)
