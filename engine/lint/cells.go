package lint

import (
	"slices"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// cells holds that the cells of every column can be read: it makes what a run
// reads them with, so that lint and run cannot disagree. What a rule with more
// to say has told already is not told twice.
var cells = rule{"unreadable-cells", func(s *spec.Spec, list *diag.List) {
	told := slices.Clone(*list)
	for _, t := range s.Tables {
		if t.Source == nil {
			continue
		}
		for _, c := range t.Columns {
			if !c.Type.Set {
				continue
			}
			_, err := coerce.New(c, t.Source.NullValues, t.IsKey(c.Name.V), spec.Postgres)
			found, _ := diag.AsList(err)
			for _, d := range found {
				if !slices.ContainsFunc(told, func(o diag.Diagnostic) bool { return o.Code == d.Code && o.File == d.File && o.Line == d.Line }) {
					d.Code = "unreadable-cells"
					*list = append(*list, d)
				}
			}
		}
	}
}}
