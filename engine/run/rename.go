package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/source"
	"github.com/streamflow/pipe/engine/spec"
)

// lookedAt is how many rows of a file whose header is not the columns are
// looked at, to tell what its new columns hold.
const lookedAt = 1000

// titleLines is how far down the names of the columns are looked for.
const titleLines = 20

// look keeps the cells of the fields that nobody declared, and tells how many
// rows it looked at. Where the first row names no column it finds the row that
// does.
func (d *drift) look(l plan.Load, reader *source.Reader) (rows int, err error) {
	unnamed := len(d.extra) == len(reader.Header())
	key := keyFields(l, reader.Header())
	for n := 0; rows < lookedAt && len(d.extra) > 0; n++ {
		record, err := reader.Next()
		var bad *source.RowError
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case errors.As(err, &bad):
			record = bad.Record
		case err != nil:
			return rows, err
		}
		if unnamed && n < titleLines && record != nil && namesColumns(l, record) {
			d.header = record.Line
			return rows, nil
		}
		if bad != nil {
			continue
		}
		rows++
		d.keys = append(d.keys, key.of(record))
		for _, f := range d.extra {
			field := record.Fields[f.index]
			f.cells = append(f.cells, cell{string(field.Bytes), field.Quoted})
		}
	}
	return rows, nil
}

// keyed are the columns of a table's key and their fields in a file.
type keyed struct {
	columns []*spec.Column
	fields  []int
}

// keyFields is empty where the file lacks one of them.
func keyFields(l plan.Load, header []string) (k keyed) {
	for _, name := range l.Table.PrimaryKey {
		field := slices.Index(header, name.V)
		if field < 0 {
			return keyed{}
		}
		k.columns, k.fields = append(k.columns, l.Table.Column(name.V)), append(k.fields, field)
	}
	return k
}

// of is the key of a row as one text, empty where there is none.
func (k keyed) of(record *source.Record) string {
	text := ""
	for i, c := range k.columns {
		text += comparable(c, string(record.Fields[k.fields[i]].Bytes)) + "\x00"
	}
	return text
}

// values are what a sample of a table holds of a column.
type values struct {
	known map[string]bool
	byKey map[string]string // of the rows that hold something
}

func valuesOf(l plan.Load, c *spec.Column, table [][]string) values {
	v := values{map[string]bool{}, map[string]string{}}
	for _, row := range table {
		text := row[slices.Index(l.Table.Columns, c)]
		if text == "" {
			continue
		}
		key := ""
		for _, k := range l.Table.PrimaryKey {
			column := l.Table.Column(k.V)
			key += comparable(column, row[slices.Index(l.Table.Columns, column)]) + "\x00"
		}
		text = comparable(c, text)
		v.known[text], v.byKey[key] = true, text
	}
	return v
}

// namesColumns tells whether a row holds the names of most columns.
func namesColumns(l plan.Load, record *source.Record) bool {
	named := 0
	for _, f := range record.Fields {
		if l.Table.Column(string(f.Bytes)) != nil {
			named++
		}
	}
	return named > 1 && 2*named > len(l.Table.Columns)
}

// sampleOf gives some rows of the table as it is. Without them the names and
// the file must do.
func (x *execution) sampleOf(ctx context.Context, s *database.Session, l plan.Load) (rows [][]string) {
	if _, exists := x.applies(l.Sample); !exists {
		return nil
	}
	err := guarded(ctx, s, func() error {
		return s.Rows(ctx, func(_ []string, v []any) error {
			rows = append(rows, texts(v))
			return nil
		}, l.Sample.SQL)
	})
	if err != nil {
		return nil
	}
	return rows
}

// rename is a column that a field seems to be by another name.
type rename struct {
	column *spec.Column
	field  *extra
	why    string
	score  float64
}

type renames []rename

func (r renames) of(c *spec.Column) *rename {
	return r.find(func(p rename) bool { return p.column == c })
}
func (r renames) from(f *extra) *rename {
	return r.find(func(p rename) bool { return p.field == f })
}

func (r renames) find(is func(rename) bool) *rename {
	if i := slices.IndexFunc(r, is); i >= 0 {
		return &r[i]
	}
	return nil
}

// enough is the score from which a field is taken for a renamed column: that of
// a name that is near, of half of the values in the table already, or of being
// the only field that can be it.
const enough = 2

// pairs guesses which fields are renamed columns, from their names and what they
// hold; table are rows of the table as it is, in the order of its columns. No
// guess is ever acted upon.
func (d *drift) pairs(driver spec.Driver, l plan.Load, table [][]string, rows int) renames {
	var all renames
	for _, c := range d.missing {
		cells, err := coerce.New(c, l.Table.Source.NullValues, l.Table.IsKey(c.Name.V), driver)
		if err != nil {
			continue
		}
		old := valuesOf(l, c, table)
		for _, f := range d.extra {
			if p := d.judge(c, f, cells, old); p.score > 0 {
				all = append(all, p)
			}
		}
	}
	typed := func(p rename) bool { return p.column.Type.V.Kind != spec.KindText && rows > 0 }
	for i := range all {
		// The one field that can be this column, which can be no other that takes
		// less than any text; or all that there is.
		p := all[i]
		rivals := slices.ContainsFunc(all, func(o rename) bool {
			return o.column == p.column && o.field != p.field || o.field == p.field && o.column != p.column && typed(o)
		})
		if typed(p) && !rivals || len(d.missing) == 1 && len(d.extra) == 1 {
			all[i].score += enough
		}
	}
	slices.SortStableFunc(all, func(a, b rename) int { return cmp.Compare(b.score, a.score) })
	var kept renames
	for _, p := range all {
		if p.score >= enough && kept.of(p.column) == nil && kept.from(p.field) == nil {
			kept = append(kept, p)
		}
	}
	return kept
}

// fewMet is how many rows of one key tell something; and columns of fewer values
// are much alike.
const fewMet = 20

// judge weighs whether a field is a column by another name. Its score is 0 when
// what it holds does not fit the column.
func (d *drift) judge(c *spec.Column, f *extra, cells *coerce.Coercer, old values) rename {
	p := rename{column: c, field: f, score: 0.1, why: "renamed?"}
	var fits, misfits, found, met, same int
	distinct := map[string]bool{}
	for i, cell := range f.cells {
		var v coerce.Value
		switch code := cells.Cell([]byte(cell.text), cell.quoted, &v); {
		case code != "":
			misfits++
		case v.Kind != coerce.Null:
			fits++
			text := comparable(c, canonical(&v))
			if !distinct[text] && old.known[text] {
				found++
			}
			distinct[text] = true
			if i < len(d.keys) {
				if before, ok := old.byKey[d.keys[i]]; ok {
					met++
					if before == text {
						same++
					}
				}
			}
		}
	}
	if same := sameName(c.Name.V, f.name); same != "" {
		p.score, p.why = 5, same
		return p
	}
	if misfits*20 > fits {
		return rename{column: c, field: f}
	}
	switch {
	case len(f.name) > 2 && diag.Nearest(f.name, []string{c.Name.V}) != "":
		p.score += 2
	case shareWord(c.Name.V, f.name):
		p.score++
	}
	if typed := c.Type.V.Kind != spec.KindText; typed && fits > 0 {
		p.score += 0.5
		p.why = fmt.Sprintf("renamed? its values are %s too", withArticle(c.Type.V))
	}
	few := c.Type.V.Kind == spec.KindBoolean || len(distinct) < 2
	switch {
	case met >= fewMet && same*10 >= met*9 && len(distinct) > 1:
		p.score += 5
		p.why = fmt.Sprintf("renamed? %d %% of its rows agree with column %s of the table", 100*same/met, c.Name.V)
	case few, met >= fewMet && len(distinct) < fewMet:
		// Values of which there are few are those of any such column; where rows can
		// be compared, and differ, they say nothing.
	case found*5 >= len(distinct):
		p.score += 4 * float64(found) / float64(len(distinct))
		p.why = fmt.Sprintf("renamed? %d %% of its values are in column %s of the table", 100*found/len(distinct), c.Name.V)
	}
	return p
}

func withArticle(t spec.Type) string {
	switch t.Kind {
	case spec.KindDate, spec.KindBoolean, spec.KindTimestamp, spec.KindUUID, spec.KindInteger:
		return string(t.Kind) + "s"
	}
	return "of type " + t.String()
}

// sameName tells in what two names that are one for people differ; empty when
// they are two.
func sameName(declared, name string) string {
	bare := strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || unicode.IsSpace(r) {
			return r
		}
		return -1
	}, name))
	switch {
	case bare == declared && strings.TrimSpace(name) == declared:
		return "the same name with blanks around it"
	case bare == declared:
		return "the same name with characters that do not print"
	case strings.EqualFold(bare, declared):
		return "the same name in another case"
	case strings.EqualFold(separators.Replace(bare), separators.Replace(declared)):
		return "the same name with other separators"
	}
	return ""
}

var separators = strings.NewReplacer("_", "", "-", "", " ", "", ".", "")

var wordsOfNames = regexp.MustCompile(`[^\pL\pN]+`)

// shareWord tells whether two names have a word of three letters or more in
// common.
func shareWord(a, b string) bool {
	mine := wordsOfNames.Split(strings.ToLower(a), -1)
	return slices.ContainsFunc(wordsOfNames.Split(strings.ToLower(b), -1), func(word string) bool {
		return len(word) > 2 && slices.Contains(mine, word)
	})
}

// canonical is the canonical text of a value.
func canonical(v *coerce.Value) string {
	switch v.Kind {
	case coerce.Bool:
		return strconv.FormatBool(v.Bool)
	case coerce.Int:
		return strconv.FormatInt(v.Int, 10)
	}
	return string(v.Text)
}

// comparable writes numbers alike that databases write with more or fewer zeros.
func comparable(c *spec.Column, text string) string {
	if c.Type.V.IsNumber() {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return strconv.FormatFloat(f, 'g', -1, 64)
		}
	}
	return text
}

// isData tells whether a first row that names no column is a row of data: it
// has a field for each column, and all that fit any text apart, some or all
// hold a value of the column's type.
func isData(l plan.Load, header []string) bool {
	if len(header) != len(l.Table.Columns) || slices.ContainsFunc(header, func(name string) bool { return l.Table.Column(name) != nil }) {
		return false
	}
	telling := 0
	for i, c := range l.Table.Columns {
		cells, err := coerce.New(c, l.Table.Source.NullValues, false, spec.Postgres)
		if err != nil {
			return false
		}
		var v coerce.Value
		if cells.Cell([]byte(header[i]), false, &v) != "" {
			return false
		}
		if c.Type.V.Kind != spec.KindText && v.Kind != coerce.Null {
			telling++
		}
	}
	return telling > 0
}

// guessed are the types that a new column may have, the first that fits all its
// cells wins.
var guessed = []spec.Kind{spec.KindInteger, spec.KindBigint, spec.KindNumeric, spec.KindBoolean, spec.KindDate, spec.KindTimestamp, spec.KindTimestamptz, spec.KindUUID}

// guessType is the type of a column that nobody declared. Digits with a nought
// in front are a text, which must keep it.
func guessType(cells []cell, nulls []spec.Text) spec.Type {
	for _, kind := range guessed {
		col := &spec.Column{Type: spec.Value[spec.Type]{V: spec.Type{Kind: kind}, Set: true}, Nullable: spec.Value[bool]{V: true}, Decimal: spec.Value[rune]{V: '.'}}
		coercer, err := coerce.New(col, nulls, false, spec.Postgres)
		if err != nil {
			continue
		}
		values, fits := 0, true
		for _, cell := range cells {
			var v coerce.Value
			fits = coercer.Cell([]byte(cell.text), cell.quoted, &v) == "" && !(col.Type.V.IsNumber() && leadsWithNought(cell.text))
			if !fits {
				break
			}
			if v.Kind != coerce.Null {
				values++
			}
		}
		if fits && values > 0 {
			return spec.Type{Kind: kind}
		}
	}
	return spec.Type{Kind: spec.KindText}
}

func leadsWithNought(text string) bool {
	digits := strings.TrimLeft(text, "+-")
	return len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9'
}
