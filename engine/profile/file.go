package profile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/source"
	"github.com/streamflow/pipe/engine/spec"
)

// FileOptions say how a file is read.
type FileOptions struct {
	// Delimiter is 0 for the one that the header seems to have.
	Delimiter rune
	Quote     rune   // 0: '"'
	Encoding  string // "": UTF-8
	// NoHeader tells that the first row is data; the columns are then named
	// column_1, column_2 and so on.
	NoHeader bool
	// Table is the name of the table; "" for one that suits the file's name.
	Table string
}

// EmptyError says that there is nothing to learn from: no row, or no column
// that could be declared.
type EmptyError struct {
	From, What string
	// Malformed are the rows that there are, none of which can be read, and First
	// is the first of them; 0 and nil where there are no rows at all.
	Malformed int64
	First     *source.RowError
}

// Error names the file or the table, and the first row that cannot be read.
func (e *EmptyError) Error() string {
	if e.First != nil {
		return fmt.Sprintf("%s has no %s that can be read: there is nothing to learn from; %s, the first on line %d: %s [%s]",
			e.From, e.What, counted(e.Malformed, "malformed row"), e.First.Line, e.First.Message, e.First.Code)
	}
	return fmt.Sprintf("%s has no %s: there is nothing to learn from", e.From, e.What)
}

// File looks at every row of a file. path is as source.Open takes it: a file of
// plain text, or a member of a zip archive; nothing else is unpacked, and of a
// .gz file it is a *source.HeaderError that says so. Rows that are malformed are
// counted and left out. The profile does not depend on the order of equal
// values, and the same bytes give the same profile.
//
// Errors: those of source.Open and of its Reader, source.ErrChanged when the
// file is not the same on both readings, *EmptyError, or the context's.
func File(ctx context.Context, path string, o FileOptions) (*Profile, error) {
	f := &file{ctx: ctx, path: path, options: source.Options{Delimiter: o.Delimiter, Quote: o.Quote, Encoding: o.Encoding, Header: !o.NoHeader}}
	p := &Profile{Table: o.Table, From: path}
	if p.Table == "" {
		p.Table = TableName(path)
	}
	if err := f.types(p); err != nil {
		return nil, err
	}
	p.Source = &Source{Path: filepath.ToSlash(path), Delimiter: f.options.Delimiter, Quote: o.Quote, Encoding: o.Encoding, Header: !o.NoHeader}
	if err := f.figures(p); err != nil {
		return nil, err
	}
	if p.Rows == 0 {
		return nil, &EmptyError{From: path, What: "row", Malformed: p.Malformed, First: f.first}
	}
	p.HeaderReadsAsRow = !o.NoHeader && f.readsAsRow(p)
	var err error
	p.Key, err = f.key(p)
	p.KeyFound = p.Key != nil
	return p, errors.Join(err, p.leaveUnnameable())
}

var notInName = regexp.MustCompile(`[^a-z0-9_]+`)

// letters are those that are not a plain letter and an accent.
var letters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i")

// TableName is the name of a table that suits a file's: users for
// data/Users.csv.gz, donnees for Données.csv.
func TableName(path string) string {
	name := strings.ToLower(filepath.Base(path))
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(letters.Replace(name)))
	for {
		ext := filepath.Ext(name)
		switch ext {
		case ".csv", ".tsv", ".txt", ".gz", ".zip":
			name = strings.TrimSuffix(name, ext)
			continue
		}
		break
	}
	name = strings.Trim(notInName.ReplaceAllString(name, "_"), "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = strings.TrimSuffix("t_"+name, "_")
	}
	if spec.IsReservedOnSQLite(name) {
		name = "t_" + name
	}
	return name
}

// file is one file that is read several times.
type file struct {
	ctx     context.Context
	path    string
	options source.Options
	sha256  string // of the first reading
	first   *source.RowError
	cells   []*coerce.Coercer
}

// lookEvery is how many rows pass between two looks at the context.
const lookEvery = 2048

// read reads the file once, and hands each row to each and each malformed one
// to bad.
func (f *file) read(each func(*source.Record) error, bad func(*source.RowError)) (err error) {
	r, err := f.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for n := 0; ; n++ {
		if n%lookEvery == 0 {
			if err := f.ctx.Err(); err != nil {
				return context.Cause(f.ctx)
			}
		}
		record, err := r.Next()
		var malformed *source.RowError
		switch {
		case errors.Is(err, io.EOF):
			return f.same(r.Info().SHA256)
		case errors.As(err, &malformed):
			if bad != nil {
				bad(malformed)
			}
			continue
		case err != nil:
			return err
		}
		if err := each(record); err != nil {
			return err
		}
	}
}

// open opens the file, with the delimiter that its header seems to have when
// none is given.
func (f *file) open() (*source.Reader, error) {
	r, err := source.Open(f.ctx, f.path, f.options)
	likely := rune(0)
	var header *source.HeaderError
	switch {
	case f.options.Delimiter != 0:
		return r, err
	case errors.As(err, &header):
		likely = header.Delimiter
	case err == nil:
		likely = r.LikelyDelimiter()
	}
	if likely == 0 {
		return r, err
	}
	if r != nil {
		if err := r.Close(); err != nil {
			return nil, err
		}
	}
	f.options.Delimiter = likely
	return source.Open(f.ctx, f.path, f.options)
}

// same holds that every reading saw the same bytes: types of one state and
// figures of another would belong to no file that ever was.
func (f *file) same(sha256 string) error {
	if f.sha256 != "" && f.sha256 != sha256 {
		return fmt.Errorf("%s: %w", f.path, source.ErrChanged)
	}
	f.sha256 = sha256
	return nil
}

// types reads the file for the first time.
func (f *file) types(p *Profile) error {
	var guesses []*guess
	named := func(names []string) (err error) {
		for _, name := range names {
			g, err := newGuess(name)
			if err != nil {
				return err
			}
			guesses = append(guesses, g)
		}
		return nil
	}
	r, err := f.open()
	if err != nil {
		return err
	}
	header := r.Header()
	if err := errors.Join(r.Close(), named(header)); err != nil {
		return err
	}
	err = f.read(func(record *source.Record) error {
		if guesses == nil {
			names := make([]string, len(record.Fields))
			for i := range names {
				names[i] = fmt.Sprintf("column_%d", i+1)
			}
			if err := named(names); err != nil {
				return err
			}
		}
		for i, g := range guesses {
			g.look(record.Fields[i].Bytes, record.Line)
		}
		return nil
	}, func(bad *source.RowError) {
		if p.Malformed++; p.Malformed == 1 {
			p.FirstMalformed, p.FirstCode, p.FirstWhy = bad.Line, bad.Code, bad.Message
			f.first = bad
		}
	})
	if err != nil {
		return err
	}
	file := marksOf(guesses, f.options.Delimiter)
	for _, g := range guesses {
		p.Columns = append(p.Columns, g.column(file))
	}
	return nil
}

// figures reads the file for the second time, as a run would.
func (f *file) figures(p *Profile) error {
	left := &budget{rememberedValues}
	var columns []*figures
	for i := range p.Columns {
		c := &p.Columns[i]
		cells, err := coerce.New(c.declared(), nil, false, spec.Postgres)
		if err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
		f.cells = append(f.cells, cells)
		columns = append(columns, newFigures(c, left))
	}
	err := f.read(func(record *source.Record) error {
		p.Rows++
		var v coerce.Value
		for i, c := range columns {
			field := &record.Fields[i]
			if code := f.cells[i].Cell(field.Bytes, field.Quoted, &v); code != "" {
				return fmt.Errorf("%s:%d: %s", f.path, record.Line, coerce.Message(code, c.column.declared(), string(field.Bytes)))
			}
			c.take(&v)
		}
		return nil
	}, nil)
	for _, c := range columns {
		c.finish()
	}
	return err
}

// declared is the column as a spec would declare it.
func (c *Column) declared() *spec.Column {
	r := reading{kind: c.Type.Kind, format: c.Format, decimal: c.Decimal, thousands: c.Thousands}
	declared := r.column(c.Name)
	declared.Type.V = c.Type
	declared.Trim.V = c.Trim
	for _, word := range c.NullValues {
		declared.NullValues = append(declared.NullValues, verbatim(word))
	}
	return declared
}
