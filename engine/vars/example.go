package vars

import "github.com/streamflow/pipe/engine/spec"

// Example is a text that the type of a var takes, for what is the same whatever
// its value: steps, statements, privileges. A pattern may refuse it.
func Example(v *spec.Var) string {
	switch v.Type.V {
	case spec.VarDate, spec.VarMonthEnd:
		return "2024-01-31"
	case spec.VarInteger, spec.VarNumber:
		return "1"
	case spec.VarBoolean:
		return "true"
	case spec.VarEnum:
		if len(v.Values) > 0 {
			return v.Values[0].V
		}
	}
	return v.Name.V
}
