package run

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/source"
)

// matchHeader finds the field of each column, -1 for an optional column that
// the file does not have. Every difference between the header and the columns
// is told in one error, with the YAML that would accept it.
func matchHeader(step *plan.Step, l plan.Load, reader *source.Reader) ([]int, error) {
	fields := make([]int, len(l.Table.Columns))
	header := reader.Header()
	if header == nil {
		for i := range fields {
			fields[i] = i
		}
		return fields, nil
	}
	var missing []string
	for i, c := range l.Table.Columns {
		fields[i] = slices.Index(header, c.Name.V)
		if fields[i] < 0 && !c.Optional.V {
			missing = append(missing, c.Name.V)
		}
	}
	var extra []string
	for _, name := range header {
		if l.Table.Column(name) == nil {
			extra = append(extra, name)
		}
	}
	if len(missing)+len(extra) == 0 {
		return fields, nil
	}
	return nil, headerError(step, l, reader, missing, extra)
}

func headerError(step *plan.Step, l plan.Load, reader *source.Reader, missing, extra []string) error {
	var what, patch []string
	for _, name := range extra {
		near := diag.Nearest(name, missing)
		if len(missing) == 1 && len(extra) == 1 {
			near = missing[0]
		}
		for _, m := range missing {
			if strings.EqualFold(m, name) {
				near = m
			}
		}
		switch {
		case near != "" && strings.EqualFold(near, name):
			what = append(what, fmt.Sprintf("- %s\n+ %s   (the same name in another case)", near, name))
		case near != "":
			what = append(what, fmt.Sprintf("- %s\n+ %s   (renamed?)", near, name))
			patch = append(patch, fmt.Sprintf("  %s: %s", name, l.Table.Column(near).Type.V))
		default:
			what = append(what, fmt.Sprintf("+ %s   (in the file, not declared)", name))
			patch = append(patch, fmt.Sprintf("  %s: text", name))
		}
		missing = slices.DeleteFunc(slices.Clone(missing), func(m string) bool { return m == near })
	}
	for _, name := range missing {
		what = append(what, fmt.Sprintf("- %s   (declared, not in the file)", name))
		column := l.Table.Column(name)
		patch = append(patch, fmt.Sprintf("  %s: {type: %s, optional: true}", name, column.Type.V))
	}
	hint := "mend the header, or rename the column in the spec"
	if len(patch) > 0 {
		hint = "mend the header, or accept it in the spec:\ncolumns:\n" + strings.Join(patch, "\n")
	}
	if d := reader.LikelyDelimiter(); d != 0 {
		hint = fmt.Sprintf("the fields seem to be separated by %q: say delimiter: %q beside the path", d, d)
	}
	return &Error{Code: "header_mismatch", Step: step.ID, At: l.Source + ":1", Exit: 1, Hint: hint,
		Message: fmt.Sprintf("the header of %s is not the columns of table %s (declared at %s):\n%s", l.Source, l.Name, l.Table.Name.Pos, strings.Join(what, "\n"))}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
