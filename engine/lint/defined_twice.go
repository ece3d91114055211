package lint

import (
	"fmt"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// definedTwice holds that no two expectations of a suite have one name, since
// results are told by it. One without a name is told by its place.
var definedTwice = rule{"defined-twice", func(s *spec.Spec, list *diag.List) {
	for _, suite := range s.Suites {
		first := map[string]diag.Pos{}
		for _, e := range suite.Expectations {
			if !e.Name.Set {
				first[fmt.Sprintf("%s[%d]", suite.Name.V, e.Index)] = e.Pos
			}
		}
		for _, e := range suite.Expectations {
			if !e.Name.Set {
				continue
			}
			if before, taken := first[e.Name.V]; taken {
				at(list, e.Name, "defined-twice", "two expectations of suite %q are called %q; the other is at %s", suite.Name.V, e.Name.V, before).
					Suggest("rename one")
				continue
			}
			first[e.Name.V] = e.Name.Pos
		}
	}
}}
