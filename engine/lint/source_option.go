package lint

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// sourceOption holds that a source is a CSV file as far as its name tells, that
// its delimiter and quote can be told apart, and that neither is part of values.
var sourceOption = rule{"source-option", func(s *spec.Spec, list *diag.List) {
	for _, t := range s.Tables {
		if t.Source == nil {
			continue
		}
		if ext := strings.ToLower(path.Ext(t.Source.Path.V)); slices.Contains(noCSV, ext) && !t.Source.Format.Set {
			at(list, t.Source.Path, "source-option", "a file named %s is no CSV file, and no other is read", ext).
				Suggest("convert it to CSV first; or, if it is one, say so: source: {path: ..., format: csv}")
		}
		checkMarks(t.Source, list)
	}
}}

// checkMarks tells a delimiter and a quote that would take values apart. Without
// an error such a quote changes them: with quote 1, the cell 1231 is 23.
func checkMarks(s *spec.Source, list *diag.List) {
	for _, mark := range []struct {
		key, why, usual string
		spec.Value[rune]
	}{{"delimiter", "values hold it, and would be parted", `"," ";" "\t" "|"`, s.Delimiter},
		{"quote", "values begin and end with it, and would lose it", `'"' "'"`, s.Quote}} {
		isOfValues := unicode.IsLetter(mark.V) || unicode.IsDigit(mark.V)
		if mark.key == "quote" {
			isOfValues = isOfValues || strings.ContainsRune("+-. \t", mark.V)
		}
		if mark.Set && isOfValues {
			list.Add(mark.Pos, "source-option", "%s cannot be %q: %s", mark.key, mark.V, mark.why).
				Suggest("write the character that stands in the file, such as %s", mark.usual)
			return
		}
	}
	if s.Delimiter.V != s.Quote.V {
		return
	}
	pos := s.Delimiter.Pos
	if !s.Delimiter.Set {
		pos = s.Quote.Pos
	}
	list.Add(pos, "source-option", "delimiter and quote are both %q", s.Delimiter.V).
		Suggest(`unless stated, delimiter is "," and quote is '"'`)
}

// noCSV are endings of files that hold tables in other forms.
var noCSV = []string{".parquet", ".xlsx", ".xls", ".ods", ".json", ".jsonl", ".ndjson", ".avro", ".orc", ".feather", ".arrow", ".xml", ".gz", ".bz2", ".xz", ".zst", ".7z", ".tar"}
