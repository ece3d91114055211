package database

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ReadOnly runs do where nothing can be written: whatever it tries to change is
// an error, and whatever it changes nevertheless, as a setting of the session,
// is undone. The transaction stays usable and may write again afterwards.
func (s *Session) ReadOnly(ctx context.Context, do func() error) (err error) {
	if err := s.Savepoint(ctx); err != nil {
		return err
	}
	quiet := context.WithoutCancel(ctx)
	defer func() { err = errors.Join(err, s.Return(quiet)) }()
	if s.db.sqlite == nil {
		// Returning to the savepoint sets it back.
		if err := s.Exec(ctx, "SET LOCAL transaction_read_only = on"); err != nil {
			return err
		}
		return do()
	}
	before, err := s.One(ctx, "PRAGMA query_only")
	if err != nil {
		return err
	}
	if err := s.Exec(ctx, "PRAGMA query_only = 1"); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, s.Exec(quiet, fmt.Sprintf("PRAGMA query_only = %d", before["query_only"])))
	}()
	return do()
}

// Command runs a query that must be one command, and hands each row to each:
// values are nil, bool, string or json.Number, as Value gives them. On SQLite
// the caller makes sure that it is one.
func (s *Session) Command(ctx context.Context, each func(columns []string, values []any) error, text string) (err error) {
	// What is prepared is one command; a plain query may be many.
	prepared, err := s.conn.PreparexContext(ctx, text)
	if err != nil {
		return s.db.wrap(err, "")
	}
	rows, err := prepared.QueryxContext(ctx)
	if err != nil {
		return errors.Join(s.db.wrap(err, ""), s.db.wrap(prepared.Close(), ""))
	}
	defer func() {
		// An error of the query itself is the one to tell.
		if closing := errors.Join(rows.Close(), prepared.Close()); err == nil {
			err = s.db.wrap(closing, "")
		}
	}()
	return s.read(rows, readable, each)
}

// moments are the forms of the types of moments, as the databases print them.
var moments = map[string]string{
	"DATE":        "2006-01-02",
	"TIMESTAMP":   "2006-01-02 15:04:05.999999",
	"DATETIME":    "2006-01-02 15:04:05.999999",
	"TIMESTAMPTZ": "2006-01-02 15:04:05.999999-07",
	"TIME":        "15:04:05.999999",
	"TIMETZ":      "15:04:05.999999-07",
}

// readable makes a driver's value nil, bool, string or json.Number. NaN and the
// infinities, for which JSON has no number, are text.
func readable(v any, typeName string) any {
	switch v := v.(type) {
	case nil, bool:
		return v
	case string:
		return v
	case []byte:
		if typeName == "NUMERIC" && json.Valid(v) {
			return json.Number(v)
		}
		return string(v)
	case int64:
		return json.Number(strconv.FormatInt(v, 10))
	case float64:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if json.Valid([]byte(text)) {
			return json.Number(text)
		}
		return text
	case time.Time:
		form, ok := moments[typeName]
		if !ok {
			form = moments["TIMESTAMPTZ"]
		}
		return v.UTC().Format(form)
	}
	return fmt.Sprint(v)
}
