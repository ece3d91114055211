package report

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/run"
)

// RejectsHead says what a recorded run rejected.
type RejectsHead struct {
	Run    *run.Result // its RejectsTotal counts those too that are not recorded
	Counts []RejectsCount
	// Newest is another run, the newest that rejected anything, where this one did not.
	Newest string
}

// RejectsCount is how many rejects of one table and code are recorded.
type RejectsCount struct {
	Table string `json:"table"`
	Code  string `json:"code"`
	Rows  int64  `json:"rows"`
}

// ShownRejects is how many rejects of one table and code the text shows.
const ShownRejects = 10

// Rejects writes the rejects of a run as text (also for ""), json or csv. rows
// come by table; they are written as they come, however many there are.
func Rejects(w io.Writer, h RejectsHead, rows iter.Seq2[run.Reject, error], format string, o TextOptions) error {
	out := bufio.NewWriterSize(w, 64<<10)
	var err error
	switch format {
	case "", "text":
		err = rejectsText(out, h, rows, o)
	case "json":
		err = rejectsJSON(out, h, rows)
	case "csv":
		err = rejectsCSV(out, h.Run, rows)
	default:
		return fmt.Errorf("there is no format %q for rejects; use text, json or csv", format)
	}
	if err != nil {
		return err
	}
	return out.Flush()
}

func recorded(h RejectsHead) int64 {
	n := int64(0)
	for _, c := range h.Counts {
		n += c.Rows
	}
	return n
}

// rejectsText shows the first rows of every table and code, with what is wrong
// said once as long as it is the same.
func rejectsText(w io.Writer, h RejectsHead, rows iter.Seq2[run.Reject, error], o TextOptions) error {
	s := newScreen(o)
	s.rejectsTitle(h)
	groups := map[RejectsCount][]run.Reject{}
	for r, err := range rows {
		if err != nil {
			return err
		}
		key := RejectsCount{Table: r.Table, Code: r.Code}
		if len(groups[key]) < ShownRejects {
			groups[key] = append(groups[key], r)
		}
	}
	more := false
	for _, c := range h.Counts {
		shown := groups[RejectsCount{Table: c.Table, Code: c.Code}]
		s.blank()
		text := count(c.Rows, "row")
		if int64(len(shown)) < c.Rows {
			text = fmt.Sprintf("the first %d of %s", len(shown), count(c.Rows, "row"))
			more = true
		}
		s.ends([]span{{"  ", plain}, {c.Code, red}, {" in ", plain}, {c.Table, bold}}, span{text, plain})
		s.rejectRows(4, shown)
	}
	if len(h.Counts) == 0 {
		return s.flush(w)
	}
	s.blank()
	what := "with their lines, for programs"
	switch {
	case recorded(h) < h.Run.RejectsTotal:
		what = "all that are recorded, with their lines"
	case more:
		what = "all of them, with their lines"
	}
	s.whole(2, span{what + ":", dim}, o.Rejects+" --format csv")
	return s.flush(w)
}

func (s *screen) rejectsTitle(h RejectsHead) {
	r := h.Run
	v := verdictOf(r)
	if r.Status == "running" {
		v = verdict{"·", "running", yellow}
	}
	left := []span{{v.mark + " ", v.style}, {r.Spec, bold}}
	if t := title(r); t != "" {
		left = append(left, span{"  ", plain}, span{t, dim})
	}
	s.ends(left, span{v.word, v.style})
	total := max(r.RejectsTotal, recorded(h))
	text := "rejected no row"
	if total > 0 {
		text = "rejected " + count(total, "row")
	}
	if n := recorded(h); n < total {
		text += ", of which the first " + thousands(n) + " are recorded"
	}
	if !r.Published && total > 0 {
		text += "; nothing was published"
	}
	s.text(2, plain, "run "+r.RunID+" "+text)
	if total == 0 && h.Newest != "" {
		s.items(2, "the newest that did: ", dim, []string{h.Newest})
	}
}

// rejectRows shows where bad rows are and what their cells hold; of one
// whose cell is blank or not known, its line.
func (s *screen) rejectRows(margin int, rows []run.Reject) {
	said := ""
	for _, b := range rows {
		if b.Message != said {
			s.text(margin, dim, b.Message)
			said = b.Message
		}
		what := b.Value
		if what == "" {
			what = b.Line
		}
		pad := margin + 2
		left := cutMiddle(printable(b.At), (s.width-pad)*3/5)
		if b.Column != "" {
			left += "  " + cutMiddle(printable(b.Column), 24)
		}
		value := cutEnd(printable(quotedCell(what)), s.width-pad-2-displayWidth(left))
		s.line(span{fmt.Sprintf("%*s", pad, ""), plain}, span{left + "  ", dim}, span{value, plain})
	}
}

// quotedCell is a cell for people. What stands for a byte that is no text, such
// as \xe9, is not escaped once more.
func quotedCell(s string) string {
	return strings.ReplaceAll(strconv.Quote(s), `\\x`, `\x`)
}

// rejectFields is one reject in the JSON document. LineBase64 is there where
// Line, which is for people, is not the line byte for byte; both are missing
// where the line is not known.
type rejectFields struct {
	run.Reject
	File       string  `json:"file"`
	Member     *string `json:"member"`
	LineNumber int64   `json:"line_number"`
	Offset     *int64  `json:"offset"`
	Line       *string `json:"line"`
	LineBase64 *string `json:"line_base64"`
	LineCut    bool    `json:"line_cut"`
}

func fieldsOf(r run.Reject) rejectFields {
	f := rejectFields{Reject: r, File: r.File, LineNumber: r.LineNumber, LineCut: r.Cut}
	if r.Member != "" {
		f.Member = &r.Member
	}
	if r.Offset >= 0 {
		f.Offset = &r.Offset
	}
	if r.Original != nil {
		f.Line = &r.Line
		if string(r.Original) != r.Line {
			text := base64.StdEncoding.EncodeToString(r.Original)
			f.LineBase64 = &text
		}
	}
	return f
}

func rejectsJSON(w io.Writer, h RejectsHead, rows iter.Seq2[run.Reject, error]) error {
	r := h.Run
	head, err := json.Marshal(struct {
		FormatVersion int            `json:"format_version"`
		Kind          string         `json:"kind"`
		RunID         string         `json:"run_id"`
		Spec          string         `json:"spec"`
		AsOf          string         `json:"as_of"`
		Status        run.Status     `json:"status"`
		Published     bool           `json:"published"`
		Total         int64          `json:"rejects_total"`
		Recorded      int64          `json:"rejects_recorded"`
		Counts        []RejectsCount `json:"counts"`
	}{1, "rejects", r.RunID, r.Spec, r.AsOf, r.Status, r.Published, max(r.RejectsTotal, recorded(h)), recorded(h), list(h.Counts)})
	if err != nil {
		return fmt.Errorf("write the rejects as JSON: %w", err)
	}
	// The list, which may be longer than memory, takes the place of the last brace.
	if _, err = w.Write(append(readableJSON(head[:len(head)-1]), `,"rejects":[`...)); err != nil {
		return err
	}
	first := true
	for row, err := range rows {
		if err != nil {
			return err
		}
		text, err := json.Marshal(fieldsOf(row))
		if err != nil {
			return fmt.Errorf("write the rejects as JSON: %w", err)
		}
		text = readableJSON(text)
		if !first {
			text = append([]byte{','}, text...)
		}
		first = false
		if _, err := w.Write(text); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "]}\n")
	return err
}

func rejectsCSV(w io.Writer, r *run.Result, rows iter.Seq2[run.Reject, error]) error {
	var b bytes.Buffer
	csvLine(&b, []any{"run_id", "as_of", "table", "code", "file", "member", "line_number", "offset", "column", "value", "message", "line", "line_base64", "line_cut"})
	for row, err := range rows {
		if err != nil {
			return err
		}
		f := fieldsOf(row)
		cells := []any{r.RunID, orNil(r.AsOf), f.Table, f.Code, f.File, orNil(row.Member), f.LineNumber, nil, orNil(f.Column), f.Value, f.Message, nil, nil, f.LineCut}
		if f.Offset != nil {
			cells[7] = *f.Offset
		}
		if f.Column == "" {
			cells[9] = nil
		}
		if f.Line != nil {
			cells[11] = *f.Line
		}
		if f.LineBase64 != nil {
			cells[12] = *f.LineBase64
		}
		csvLine(&b, cells)
		if _, err := w.Write(b.Bytes()); err != nil {
			return err
		}
		b.Reset()
	}
	_, err := w.Write(b.Bytes())
	return err
}
