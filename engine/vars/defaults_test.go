package vars_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// A var has its default; a required one, and one whose default needs it, has no
// value; only those that are asked for are looked at.
func TestDefaults(t *testing.T) {
	s := &spec.Spec{Vars: []*spec.Var{
		declare("as_of", spec.VarMonthEnd),
		withDefault("limit", spec.VarNumber, "2.50"),
		withDefault("dir", spec.VarText, `${{ format_date(vars.as_of, "%Y") }}`),
		withDefault("day", spec.VarDate, "${{ env.DAY }}"),
		withDefault("double", spec.VarText, "${{ vars.limit }}-${{ vars.limit }}"),
		withDefault("bad", spec.VarDate, "${{ env.NOTADAY }}"),
	}}
	for _, tt := range []struct {
		names []string
		want  map[string]string
		fault bool
	}{
		{[]string{"as_of", "limit", "dir", "day", "double"}, map[string]string{"limit": "2.50", "day": "2024-02-29", "double": "2.50-2.50"}, false},
		{[]string{"limit"}, map[string]string{"limit": "2.50"}, false},
		{nil, map[string]string{}, false},
		{[]string{"bad"}, map[string]string{}, true},
	} {
		got, list := vars.Defaults(s, tt.names, environment)
		if diff := cmp.Diff(tt.want, got); diff != "" || list.HasErrors() != tt.fault {
			t.Errorf("%v (-want +got), faults %v:\n%s", tt.names, list, diff)
		}
	}
}
