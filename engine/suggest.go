package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/profile"
	"github.com/streamflow/pipe/engine/source"
	"github.com/streamflow/pipe/engine/spec"
)

// DataError says that the data is at fault, not the caller nor the machine.
type DataError struct{ Message, Hint string }

// Error gives the message.
func (e *DataError) Error() string { return e.Message }

// ProfileFile looks at every row of a data file: profile.Suggest then makes a
// suite of it and profile.WriteSuite prints that. Its error is a *DataError when
// the file has no rows or no header that can name columns.
func ProfileFile(ctx context.Context, path string, o profile.FileOptions) (*profile.Profile, error) {
	p, err := profile.File(ctx, path, o)
	var header *source.HeaderError
	var misread *source.EncodingError
	var empty *profile.EmptyError
	switch {
	case errors.As(err, &header):
		return nil, &DataError{Message: header.Error(), Hint: headerHints[header.Code]}
	case errors.As(err, &misread):
		return nil, &DataError{Message: misread.Error(), Hint: headerHints[source.WrongEncoding]}
	case errors.As(err, &empty) && empty.First != nil:
		return nil, &DataError{Message: empty.Error(), Hint: "to read them: " + profile.MalformedHelp(empty.First.Code)}
	case errors.As(err, &empty), errors.Is(err, source.ErrEmpty):
		return nil, &DataError{Message: err.Error(), Hint: "name a file with rows such as those to come"}
	}
	return p, err
}

// headerHints say what to do about a header that names no columns, where its
// own message does not.
var headerHints = map[string]string{
	source.WrongEncoding:   "--encoding says how the file is written",
	source.InvalidUTF8:     "to read it: " + profile.MalformedHelp(source.InvalidUTF8),
	source.NotText:         "of archives, a member of a .zip alone is read, as FILE.zip/MEMBER; unpack any other first, as with gunzip --keep",
	source.DuplicateHeader: "with --no-header the first row is data",
	source.EmptyHeader:     "with --no-header the first row is data; --delimiter says what parts the names",
}

// ProfileTable looks at every row of a table or view of an open target, in a
// read-only transaction. s is nil, or a spec whose declaration of a table or
// snapshot is taken where it has one; tell is told what is about to be scanned.
//
// Its error is a *UsageError when there is no such table, a *DataError when it
// has no rows.
func ProfileTable(ctx context.Context, db *database.DB, s *spec.Spec, table string, tell func(string)) (*profile.Profile, error) {
	o := profile.TableOptions{Table: table, Tell: tell}
	isDeclared := s != nil && declared(s, &o)
	p, err := profile.Table(ctx, db, o)
	var unknown *profile.UnknownTableError
	var empty *profile.EmptyError
	switch {
	case errors.As(err, &unknown):
		return nil, &UsageError{Message: unknown.Error(), Hint: unknownTable(unknown, isDeclared)}
	case errors.As(err, &empty):
		return nil, &DataError{Message: err.Error(), Hint: "load it first: pipe run does"}
	}
	return p, err
}

func unknownTable(e *profile.UnknownTableError, isDeclared bool) string {
	near := diag.DidYouMean(e.Table, e.Tables)
	switch {
	case isDeclared:
		return "the spec declares it; pipe run makes it and loads it"
	case near != "":
		return near
	case len(e.Tables) == 0:
		return "it has none at all; for a file, name one that ends in .csv or give its path as ./" + e.Table
	}
	const shown = 20
	more := ""
	if n := len(e.Tables); n > shown {
		e.Tables, more = e.Tables[:shown], fmt.Sprintf(" and %d more", n-shown)
	}
	return "it has " + strings.Join(e.Tables, ", ") + more
}

// declared fills in the columns and the key that a spec declares for a table or
// a snapshot; false when it knows neither.
func declared(s *spec.Spec, o *profile.TableOptions) bool {
	from := s.Table(o.Table)
	if snapshot := s.Snapshot(o.Table); snapshot != nil {
		from = s.Table(snapshot.From.V)
	}
	if from == nil {
		return false
	}
	for _, c := range expectation.Tables(s)[o.Table] {
		o.Columns = append(o.Columns, dialect.Column{Name: c.Name, Type: c.Type})
	}
	for _, k := range from.PrimaryKey {
		o.Key = append(o.Key, k.V)
	}
	if s.Snapshot(o.Table) != nil {
		o.Key = append(o.Key, dialect.AsOfColumn)
	}
	return true
}
