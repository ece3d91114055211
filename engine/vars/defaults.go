package vars

import (
	"slices"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// Defaults gives the named vars the values that they have when the caller gives
// none, as they are written. A var that is required, or whose default needs one
// that is, is left out. env answers "" for a variable that is not set. The list
// tells of defaults that give no value of their var's type.
func Defaults(s *spec.Spec, names []string, env func(string) string) (map[string]string, diag.List) {
	if cycles := checkCycles(s.Vars); len(cycles) > 0 {
		return nil, cycles
	}
	r := resolver{spec: s, v: &Values{declared: s.Vars, values: map[string]any{}, given: map[string]bool{}, env: env}}
	printed := map[string]string{}
	for _, v := range s.Vars {
		if !slices.Contains(names, v.Name.V) {
			continue
		}
		// Only a value that the caller gave is an error of its own.
		if err := r.resolve(v); err != nil {
			r.list.Add(v.Name.Pos, codeDefault, "%v", err)
		}
		if value, ok := r.v.values[v.Name.V]; ok {
			printed[v.Name.V] = textOf(value)
		}
	}
	r.list.Sort()
	return printed, r.list
}
