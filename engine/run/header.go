package run

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/source"
	"github.com/streamflow/pipe/engine/spec"
)

// drift is in what a header and the columns of its table differ.
type drift struct {
	missing []*spec.Column // declared, not optional, and not in the file
	extra   []*extra       // in the file, not declared
	keys    []string       // of the rows that were looked at, as keyed gives them
	// header is the line on which the names of the columns stand, when that is
	// not the first; else 0.
	header int64
}

// extra is a field of the file that no column has the name of.
type extra struct {
	name  string
	index int
	cells []cell // of the rows that were looked at
}

type cell struct {
	text   string
	quoted bool
}

// matchHeader finds the field of each column, -1 for an optional column that
// the file does not have. The drift is nil when every other column has one and
// no field is left.
func matchHeader(l plan.Load, header []string) ([]int, *drift) {
	fields := make([]int, len(l.Table.Columns))
	if header == nil {
		for i := range fields {
			fields[i] = i
		}
		return fields, nil
	}
	d := &drift{}
	for i, c := range l.Table.Columns {
		fields[i] = slices.Index(header, c.Name.V)
		if fields[i] < 0 && !c.Optional.V {
			d.missing = append(d.missing, c)
		}
	}
	for i, name := range header {
		if l.Table.Column(name) == nil {
			d.extra = append(d.extra, &extra{name: name, index: i})
		}
	}
	if len(d.missing)+len(d.extra) == 0 {
		return fields, nil
	}
	return nil, d
}

// drifted words a drift: what differs, and what would accept it in the spec and
// in the table as it is.
func (x *execution) drifted(ctx context.Context, s *database.Session, step *plan.Step, l plan.Load, reader *source.Reader, d *drift) error {
	e := &Error{Code: "header_mismatch", Step: step.ID, At: l.Source + ":1", Exit: 1}
	if other := otherMarks(l, reader.Header(), reader.HeaderLine(), reader.LikelyDelimiter()); other != nil {
		return wrongMarks(e, l, other)
	}
	sample, err := d.look(l, reader)
	if err != nil {
		return x.loadError(step, l, err)
	}
	if d.header > 0 {
		e.Code = "missing_header"
		e.Message = fmt.Sprintf("the first row of %s names no column of table %s (declared at %s), and line %d does", l.Source, l.Name, l.Table.Name.Pos, d.header)
		e.Hint = fmt.Sprintf("take the lines before line %d out of the file", d.header)
		return e
	}
	if isData(l, reader.Header()) {
		return headless(e, l, reader.Header())
	}
	var rows [][]string
	if len(d.missing) > 0 && len(d.extra) > 0 {
		rows = x.sampleOf(ctx, s, l)
	}
	p := x.patchFor(l)
	pairs := d.pairs(x.plan.Dialect, l, rows, sample)
	e.Message = fmt.Sprintf("the header of %s is not the columns of table %s (declared at %s):\n%s", l.Source, l.Name, l.Table.Name.Pos, d.diff(pairs))
	for _, f := range d.extra {
		if pair := pairs.from(f); pair != nil {
			p.renamed(pair.column, f.name)
		} else {
			p.added(f.name, guessType(f.cells, l.Table.Source.NullValues))
		}
	}
	for _, m := range d.missing {
		if pairs.of(m) == nil && l.Table.IsKey(m.Name.V) {
			p.notes = append(p.notes, fmt.Sprintf("%s is part of the primary key, so the file must bring it", m.Name.V))
		} else if pairs.of(m) == nil {
			p.optional(m)
		}
	}
	e.Hint = p.hint("mend the header, or accept it", l.Table.Name.Pos)
	return e
}

// headless words a first row that is data.
func headless(e *Error, l plan.Load, row []string) error {
	e.Code = "missing_header"
	e.Message = fmt.Sprintf("the first row of %s names no column of table %s (declared at %s) and reads as data: %s", l.Source, l.Name, l.Table.Name.Pos, strings.Join(shown(row), ", "))
	e.Hint = fmt.Sprintf("put the names of the columns into the first row; or say that the file has none, and that its fields are in the order of the spec:\nsource: %s",
		sourceWith(l, func(s *spec.Source) { s.Header = spec.Value[bool]{Set: true} }))
	return e
}

// isHeader tells whether a row holds the name of every column, each once and
// in whatever order and case: it is a header, however the file was declared.
// One field alone may well be a value.
func isHeader(l plan.Load, row *source.Record) bool {
	if len(row.Fields) < 2 || len(row.Fields) != len(l.Columns) {
		return false
	}
	var found map[string]bool // made when the first field is a name, which is rare
	for _, f := range row.Fields {
		text := strings.TrimSpace(string(f.Bytes))
		i := slices.IndexFunc(l.Columns, func(name string) bool { return strings.EqualFold(name, text) })
		if i < 0 || found[l.Columns[i]] {
			return false
		}
		if found == nil {
			found = map[string]bool{}
		}
		found[l.Columns[i]] = true
	}
	return true
}

// undeclaredHeader words a row that names the columns where none is declared,
// the first or, where files were put together, a later one. Its order may be
// another than the spec's, and then each cell behind it would land in the column
// of another.
func undeclaredHeader(step *plan.Step, l plan.Load, row *source.Record, first bool) error {
	e := &Error{Code: "undeclared_header", Step: step.ID, At: fmt.Sprintf("%s:%d", l.Source, row.Line), Exit: 1}
	names := strings.Join(shown(cellsOf(row)), ", ")
	if !first {
		e.Message = fmt.Sprintf("%s is declared to have no header, and line %d names the columns of table %s: %s", l.Source, row.Line, l.Name, names)
		e.Hint = "files were put together: take the line out, and look whether the rows behind it are in the order of the spec"
		return e
	}
	e.Message = fmt.Sprintf("%s is declared to have no header, and its first row names the columns of table %s: %s", l.Source, l.Name, names)
	e.Hint = fmt.Sprintf("say that the file has one (%s):\nsource: %s", l.Table.Source.Pos,
		sourceWith(l, func(s *spec.Source) { s.Header = spec.Value[bool]{V: true} }))
	return e
}

func cellsOf(row *source.Record) []string {
	var cells []string
	for _, f := range row.Fields {
		cells = append(cells, string(f.Bytes))
	}
	return cells
}

// diff lists the differences, as a patch does: what is declared after a minus,
// what the file has after a plus.
func (d *drift) diff(pairs renames) string {
	type line struct{ mark, name, why string }
	var lines []line
	for _, f := range d.extra {
		if pair := pairs.from(f); pair != nil {
			lines = append(lines, line{"-", pair.column.Name.V, ""}, line{"+", f.name, pair.why})
		}
	}
	for _, f := range d.extra {
		if pairs.from(f) == nil {
			lines = append(lines, line{"+", f.name, "in the file, not declared"})
		}
	}
	for _, m := range d.missing {
		if pairs.of(m) == nil {
			lines = append(lines, line{"-", m.Name.V, "declared, not in the file"})
		}
	}
	const most = 40
	width := 0
	for i := range lines {
		lines[i].name = visible(lines[i].name)
		if n := len([]rune(lines[i].name)); n <= 32 {
			width = max(width, n)
		}
	}
	var texts []string
	for i, l := range lines {
		if i == most {
			texts = append(texts, fmt.Sprintf("  and %d more", len(lines)-most))
			break
		}
		texts = append(texts, strings.TrimRight(fmt.Sprintf("%s %-*s   %s", l.mark, width, l.name, l.why), " "))
	}
	return strings.Join(texts, "\n")
}

// visible writes a name so that blanks around it and what does not print show.
func visible(name string) string {
	if name == strings.TrimSpace(name) && name != "" && !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return name
	}
	return strconv.Quote(name)
}

func shown(names []string) []string {
	const most = 8
	var list []string
	for _, n := range names[:min(len(names), most)] {
		list = append(list, strconv.Quote(n))
	}
	if len(names) > most {
		list = append(list, "...")
	}
	return list
}

// marks are a delimiter and a quote.
type marks struct{ delimiter, quote rune }

// otherMarks finds the delimiter and the quote under which the header's line
// holds more of the columns than the header does as it was read, else the
// delimiter that it likely has; nil when nothing speaks for others.
func otherMarks(l plan.Load, header []string, line []byte, likely rune) *marks {
	from := l.Table.Source
	declared := marks{from.Delimiter.V, from.Quote.V}
	count := func(names []string) (n int) {
		for _, name := range names {
			if l.Table.Column(strings.TrimSpace(name)) != nil {
				n++
			}
		}
		return n
	}
	var best *marks
	most := count(header)
	for _, delimiter := range []rune{declared.delimiter, ',', ';', '\t', '|', ':'} {
		for _, quote := range []rune{declared.quote, '"', '\''} {
			// Without one of its quotes in the line, a quote is only no other.
			if delimiter == quote || quote != declared.quote && !bytes.ContainsRune(line, quote) {
				continue
			}
			if n := count(source.SplitHeader(line, delimiter, quote)); n > most {
				best, most = &marks{delimiter, quote}, n
			}
		}
	}
	if best == nil && most == 0 && likely != 0 {
		best = &marks{likely, declared.quote}
	}
	return best
}

// wrongMarks words a header that is parted or quoted otherwise than declared.
func wrongMarks(e *Error, l plan.Load, other *marks) error {
	from := l.Table.Source
	e.Code = "wrong_delimiter"
	var what []string
	if other.delimiter != from.Delimiter.V {
		what = append(what, fmt.Sprintf("parted by %s, not by %s", charName(other.delimiter), charName(from.Delimiter.V)))
	}
	if other.quote != from.Quote.V {
		what = append(what, fmt.Sprintf("quoted with %s, not with %s", charName(other.quote), charName(from.Quote.V)))
	}
	e.Message = fmt.Sprintf("the fields of %s are %s", l.Source, strings.Join(what, ", and "))
	e.Hint = fmt.Sprintf("say so in the spec (%s):\nsource: %s", from.Pos, sourceWith(l, func(s *spec.Source) {
		if other.delimiter != from.Delimiter.V {
			s.Delimiter = spec.Value[rune]{V: other.delimiter, Set: true}
		}
		if other.quote != from.Quote.V {
			s.Quote = spec.Value[rune]{V: other.quote, Set: true}
		}
	}))
	return e
}

func charName(c rune) string {
	switch c {
	case '\t':
		return "tabs"
	case ' ':
		return "blanks"
	case '"':
		return "'\"'"
	}
	return strconv.Quote(string(c))
}

// sourceWith writes the source as the spec has it, changed.
func sourceWith(l plan.Load, change func(*spec.Source)) string {
	s := *l.Table.Source
	change(&s)
	return s.YAML()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
