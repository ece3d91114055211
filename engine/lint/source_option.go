package lint

import (
	"path"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// sourceOption holds that a source is a CSV file as far as its name tells, and
// that its delimiter and quote can be told apart.
var sourceOption = rule{"source-option", func(s *spec.Spec, list *diag.List) {
	for _, t := range s.Tables {
		if t.Source == nil {
			continue
		}
		if ext := strings.ToLower(path.Ext(t.Source.Path.V)); slices.Contains(noCSV, ext) && !t.Source.Format.Set {
			at(list, t.Source.Path, "source-option", "a file named %s is no CSV file, and no other is read", ext).
				Suggest("convert it to CSV first; or, if it is one, say so: source: {path: ..., format: csv}")
		}
		if t.Source.Delimiter.V != t.Source.Quote.V {
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

// noCSV are endings of files that hold tables in other forms.
var noCSV = []string{".parquet", ".xlsx", ".xls", ".ods", ".json", ".jsonl", ".ndjson", ".avro", ".orc", ".feather", ".arrow", ".xml", ".gz", ".bz2", ".xz", ".zst", ".7z", ".tar"}
