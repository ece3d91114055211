package lint

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// encodings are the names that package source takes; a test holds that the two
// agree.
var encodings = []string{"utf-8", "utf8", "windows-1252", "cp1252", "latin1", "iso-8859-1", "utf-16", "utf-16le", "utf-16be"}

// unknownEncoding holds that a source's encoding is one that can be read.
var unknownEncoding = rule{"unknown-encoding", func(s *spec.Spec, list *diag.List) {
	for _, t := range s.Tables {
		if t.Source == nil || slices.Contains(encodings, strings.ToLower(t.Source.Encoding.V)) {
			continue
		}
		name := t.Source.Encoding
		list.Add(name.Pos, "unknown-encoding", "the encoding %q is not known", name.V).
			Width(utf8.RuneCountInString(name.V)).Suggest("%s", nearestOf(name.V, encodings))
	}
}}
