package run

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/source"
)

const (
	// shownRejects is how many bad rows the result document lists.
	shownRejects = 100
	// failingRejects is how many bad rows are recorded of a table that fails on
	// them. One that sets them aside records them all: they are rows of nobody
	// else.
	failingRejects = 10_000
	// shownText bounds the texts of a reject, in bytes; its original line is
	// bounded by source.MaxOriginal.
	shownText = 64 << 10
	// pieceOfRejects is how much JSON is handed over in one statement, in bytes.
	pieceOfRejects = 512 << 10
)

// rejects are the bad rows of a run, by table. Every one is counted.
type rejects map[string]*tableRejects

type tableRejects struct {
	total  int64
	first  []Reject // shownRejects at most
	kept   int64    // in the spool
	spool  spool    // of rejectRow, each without the brace that opens it
	parent parentKeys
	// unsplit is how many lines of its file could not be split rightly, so that
	// nobody can tell which keys they hold.
	unsplit int64
}

// rejectsMark is a state to come back to.
type rejectsMark struct {
	total, kept, size, unsplit int64
	first, parent              int
}

func (r rejects) of(table string) *tableRejects {
	if r[table] == nil {
		r[table] = &tableRejects{}
	}
	return r[table]
}

func (t *tableRejects) add(reject Reject, all bool) error {
	t.total++
	if !all && t.kept >= failingRejects {
		return nil
	}
	item, err := json.Marshal(reject.row())
	if err != nil {
		return fmt.Errorf("keeping a bad row: %w", err)
	}
	t.kept++
	if len(t.first) < shownRejects {
		reject.Line, reject.Value, reject.Message = shorten(reject.Line), shorten(reject.Value), shorten(reject.Message)
		reject.Original = nil
		t.first = append(t.first, reject)
	}
	return t.spool.add(item[1:])
}

func (r rejects) total() int64 {
	n := int64(0)
	for _, t := range r {
		n += t.total
	}
	return n
}

// kept is how many bad rows are to be recorded.
func (r rejects) kept() int64 {
	n := int64(0)
	for _, t := range r {
		n += t.kept
	}
	return n
}

// shown are the first bad rows of each table in its turn, shownRejects in all:
// of a table with few every one, so that none hides behind another's.
func (r rejects) shown(tables []string) []Reject {
	list := []Reject{}
	room := shownRejects
	share := map[string]int{}
	byCount := slices.SortedStableFunc(slices.Values(tables), func(a, b string) int { return cmp.Compare(len(r.of(a).first), len(r.of(b).first)) })
	for i, name := range byCount {
		share[name] = min(len(r.of(name).first), room/(len(byCount)-i))
		room -= share[name]
	}
	for _, name := range tables {
		list = append(list, r.of(name).first[:share[name]]...)
	}
	return list
}

func (r rejects) first(table string) *Reject {
	if t := r.of(table); len(t.first) > 0 {
		return &t.first[0]
	}
	return nil
}

func (r rejects) mark() map[string]rejectsMark {
	marks := map[string]rejectsMark{}
	for name, t := range r {
		marks[name] = rejectsMark{t.total, t.kept, t.spool.size(), t.unsplit, len(t.first), len(t.parent)}
	}
	return marks
}

// reset forgets what came after the marks.
func (r rejects) reset(marks map[string]rejectsMark) {
	for name, t := range r {
		m := marks[name]
		t.total, t.kept, t.unsplit, t.first = m.total, m.kept, m.unsplit, t.first[:m.first]
		t.spool.cut(m.size)
		t.parent = t.parent[:m.parent]
	}
}

func (r rejects) close() error {
	var err error
	for _, t := range r {
		err = errors.Join(err, t.spool.close())
	}
	return err
}

// rejectRow is a bad row as the records take it.
type rejectRow struct {
	Table    string  `json:"table_name"`
	Code     string  `json:"code"`
	Column   string  `json:"column_name"`
	Value    string  `json:"value"`
	Message  string  `json:"message"`
	Path     string  `json:"path"`
	Member   string  `json:"member"`
	Line     int64   `json:"line"`
	Offset   *int64  `json:"byte_offset"`
	Original *string `json:"original"` // hexadecimal
	Cut      bool    `json:"cut"`
}

func (r *Reject) row() rejectRow {
	row := rejectRow{Table: r.Table, Code: r.Code, Column: Readable([]byte(r.Column)), Value: shorten(r.Value), Message: shorten(r.Message),
		Path: r.File, Member: r.Member, Line: r.LineNumber, Cut: r.Cut}
	if r.Original != nil {
		digits := hex.EncodeToString(r.Original)
		row.Offset, row.Original = &r.Offset, &digits
	}
	return row
}

// locate says where a bad row stands.
func (r *Reject) locate(info source.Info, line int64) {
	r.At, r.File, r.Member, r.LineNumber = fmt.Sprintf("%s:%d", info.Path, line), info.File, info.Member, line
}

// keep takes the original line over, which is known from here on.
func (r *Reject) keep(offset int64, raw, text []byte) {
	r.Cut = len(raw) > source.MaxOriginal
	r.Original = append([]byte{}, raw[:min(len(raw), source.MaxOriginal)]...)
	r.Offset, r.Line = offset, Readable(text[:min(len(text), shownText)])
}

// Readable is text for people: a byte that is not UTF-8, or NUL, is shown as
// \xe9 or \x00. Databases and documents could not hold it.
func Readable(text []byte) string {
	if utf8.Valid(text) && bytes.IndexByte(text, 0) < 0 {
		return string(text)
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == 0 || r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, text[0])
		} else {
			b.Write(text[:size])
		}
		text = text[size:]
	}
	return b.String()
}

// shorten cuts a text that is too long to be shown.
func shorten(s string) string {
	if len(s) <= shownText {
		return s
	}
	return strings.ToValidUTF8(s[:shownText], "") + "…"
}

// recordRejects executes a statement for one piece of the bad rows after the
// other, table by table.
func (x *execution) recordRejects(ctx context.Context, s *database.Session, st plan.Statement) error {
	position := int64(0)
	piece := []byte{'['}
	send := func() error {
		if len(piece) == 1 {
			return nil
		}
		x.mu.Lock()
		x.facts["rejects"] = string(append(piece, ']'))
		args, ok := x.facts.args(st.Args), x.facts.holds(st.When)
		delete(x.facts, "rejects")
		x.mu.Unlock()
		piece = piece[:1]
		if !ok {
			return nil
		}
		return s.Exec(ctx, st.SQL, args...)
	}
	for _, name := range x.loaded() {
		err := x.rejects.of(name).spool.each(func(item []byte) error {
			if len(piece) > 1 {
				piece = append(piece, ',')
			}
			piece = append(strconv.AppendInt(append(piece, `{"position":`...), position, 10), ',')
			piece = append(piece, item...)
			position++
			if len(piece) < pieceOfRejects {
				return nil
			}
			return send()
		})
		if err != nil {
			return fmt.Errorf("%s: %w", st.Title, err)
		}
	}
	if err := send(); err != nil {
		return fmt.Errorf("%s: %w", st.Title, err)
	}
	return nil
}

// loaded are the names of the tables that have a source.
func (x *execution) loaded() []string {
	var names []string
	for _, t := range x.plan.Tables {
		if t.Loaded {
			names = append(names, t.Name)
		}
	}
	return names
}
