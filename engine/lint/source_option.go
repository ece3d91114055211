package lint

import (
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// sourceOption holds that a source's delimiter and quote can be told apart.
var sourceOption = rule{"source-option", func(s *spec.Spec, list *diag.List) {
	for _, t := range s.Tables {
		if t.Source == nil || t.Source.Delimiter.V != t.Source.Quote.V {
			continue
		}
		pos := t.Source.Delimiter.Pos
		if !t.Source.Delimiter.Set {
			pos = t.Source.Quote.Pos
		}
		list.Add(pos, "source-option", "delimiter and quote are both %q", t.Source.Delimiter.V).
			Suggest(`unless stated, delimiter is "," and quote is '"'`)
	}
}}
