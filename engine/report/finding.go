package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/run"
)

const (
	shownRows    = 5  // of each expectation that was not met
	shownRejects = 10 // bad rows
	shownColumns = 6  // of a failing row, the key included
)

// expectations counts the verdicts and shows those that are not a pass. p may
// be nil.
func (s *screen) expectations(p *plan.Plan, r *run.Result) {
	if r.Checks.Declared == 0 && len(r.Expectations) == 0 {
		return
	}
	s.blank()
	s.line(append([]span{{"  ", plain}}, checkSpans(r.Checks)...)...)
	missing, unmet := withoutTable(unmetFirst(r.Expectations))
	if len(missing) > 0 {
		s.blank()
	}
	for _, name := range missing {
		s.labelled(2, span{"✗ ", red}, plain, missingTable(name, p))
	}
	for _, e := range unmet {
		s.blank()
		s.unmet(r, e)
	}
}

// unmet shows one expectation that failed or warned: what, how many, which rows.
func (s *screen) unmet(r *run.Result, e *run.Expectation) {
	mark := span{"✗ ", red}
	if rank(e) == warned {
		mark = span{"! ", yellow}
	}
	s.ends([]span{{"  ", plain}, mark, {e.Name, bold}}, span{tally(e), mark.style})
	if e.Error != nil {
		s.text(4, plain, "it could not be evaluated: "+*e.Error)
	} else if e.Sentence != "" {
		s.text(4, plain, e.Sentence)
	}
	if e.Note != "" {
		s.labelled(4, span{"note: ", yellow}, plain, e.Note)
	}
	if e.At != "" {
		s.line(span{"    ", plain}, span{cutMiddle(e.At, s.width-4), dim})
	}
	s.mostOften(e)
	s.failingRows(e, traced(r, e, e.Result.UnexpectedRows))
	switch {
	case e.FailingRows != "":
		label := span{"all of them:", dim}
		if n := int64(len(e.Failing)); n > 0 && n < e.Result.UnexpectedCount {
			label.text = "the first " + thousands(n) + ":"
		}
		s.whole(4, label, e.FailingRows)
	case r.Kind == kindCheck && e.SQL != "" && e.Error == nil:
		s.whole(4, span{"this query finds them:", dim}, e.SQL)
	}
}

// traced tells whether a run knows of rows that fail e whether it brought them. A
// check brings none. A row without a key cannot be told from another. A
// snapshot has its rows from a table, or an earlier run left them there.
func traced(r *run.Result, e *run.Expectation, rows []run.UnexpectedRow) bool {
	return r.Kind != kindCheck && len(rows) > 0 && len(rows[0].Key) > 0 &&
		!slices.ContainsFunc(r.Snapshots, func(s run.Snapshot) bool { return s.Name == e.Table })
}

// failingRows is a table of the first failing rows: key, values, and file:line
// where it is known.
func (s *screen) failingRows(e *run.Expectation, traced bool) {
	rows := e.Result.UnexpectedRows
	if len(rows) == 0 {
		return
	}
	rows = rows[:min(len(rows), shownRows)]
	names := shownNames(rows[0])
	g := grid{margin: 6}
	for _, name := range names {
		g.columns = append(g.columns, column{head: name, shrink: true, right: allNumbers(rows, name)})
	}
	if traced {
		g.columns = append(g.columns, column{head: "at", shrink: true})
	}
	for _, row := range rows {
		var cells []span
		for _, name := range names {
			cells = append(cells, valueSpan(fieldOf(row, name)))
		}
		if !traced {
			g.rows = append(g.rows, cells)
			continue
		}
		at := span{row.At, dim}
		if row.At == "" {
			at.text = "(not brought by this run)"
		}
		g.rows = append(g.rows, append(cells, at))
	}
	if folder := commonFolder(rows); traced && folder != "" && total(g.widths(), 2) > s.width-g.margin {
		last := len(g.columns) - 1
		g.columns[last].head = "at, in " + folder
		for i := range g.rows {
			g.rows[i][last].text = strings.TrimPrefix(g.rows[i][last].text, folder)
		}
	}
	s.grid(g)
}

// commonFolder is the folder of the files that brought the rows, when it is one.
func commonFolder(rows []run.UnexpectedRow) string {
	folder := ""
	for _, row := range rows {
		if row.At == "" {
			continue
		}
		f := row.At[:strings.LastIndex(row.At, "/")+1]
		if f == "" || folder != "" && f != folder {
			return ""
		}
		folder = f
	}
	return folder
}

// shownNames are the columns shown of a failing row, those of the key first.
func shownNames(row run.UnexpectedRow) []string {
	var names []string
	for _, fields := range []run.Fields{row.Key, row.Values} {
		for _, f := range fields {
			if len(names) < shownColumns && !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	return names
}

func fieldOf(row run.UnexpectedRow, name string) any {
	for _, fields := range []run.Fields{row.Key, row.Values} {
		for _, f := range fields {
			if f.Name == name {
				return f.V
			}
		}
	}
	return nil
}

func allNumbers(rows []run.UnexpectedRow, name string) bool {
	for _, row := range rows {
		switch fieldOf(row, name).(type) {
		case nil, json.Number, float64, int64, int:
		default:
			return false
		}
	}
	return true
}

func valueSpan(v any) span {
	if v == nil {
		return span{"NULL", dim}
	}
	if v == "" {
		return span{`""`, dim}
	}
	return span{valueText(v), plain}
}

// valueText writes a value of a result as people read it: numbers keep their digits.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case int64:
		return strconv.FormatInt(v, 10)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(readableJSON(text))
}

// rejects shows the first bad rows, and the command that lists all.
func (s *screen) rejects(r *run.Result, all string) {
	if r.RejectsTotal == 0 {
		return
	}
	s.blank()
	shown := r.Rejects[:min(len(r.Rejects), shownRejects)]
	text := count(r.RejectsTotal, "bad row")
	if int64(len(shown)) < r.RejectsTotal && len(shown) > 0 {
		text += ", the first " + thousands(int64(len(shown)))
	}
	s.line(span{"  ", plain}, span{"✗ ", red}, span{text, bold})
	for _, group := range groupRejects(shown) {
		s.rejectGroup(group)
	}
	if all != "" {
		s.blank()
		s.whole(4, span{"all of them, with their lines:", dim}, all)
	}
}

// groupRejects puts bad rows of one table, column and code together, in the
// order in which they appear first.
func groupRejects(rejects []run.Reject) [][]run.Reject {
	var groups [][]run.Reject
	for _, b := range rejects {
		i := slices.IndexFunc(groups, func(g []run.Reject) bool {
			return g[0].Table == b.Table && g[0].Column == b.Column && g[0].Code == b.Code
		})
		if i < 0 {
			groups = append(groups, nil)
			i = len(groups) - 1
		}
		groups[i] = append(groups[i], b)
	}
	return groups
}

// rejectGroup shows where bad rows of one sort are and what their cells hold.
// What is wrong is said once as long as it is the same.
func (s *screen) rejectGroup(group []run.Reject) {
	s.blank()
	what := group[0].Table
	if group[0].Column != "" {
		what += "." + group[0].Column
	}
	s.ends([]span{{"    ", plain}, {what, plain}}, span{group[0].Code, red})
	said := ""
	for _, b := range group {
		if b.Message != said {
			s.text(6, dim, b.Message)
			said = b.Message
		}
		value := ""
		if b.Column != "" {
			value = "  " + cutMiddle(printable(quotedCell(b.Value)), 30)
		}
		place := cutMiddle(printable(b.At), s.width-8-displayWidth(value))
		s.line(span{"      ", plain}, span{place, dim}, span{value, plain})
	}
}

// errors shows why a run did not publish: all causes, where there are several.
func (s *screen) errors(r *run.Result) {
	for _, e := range causes(r) {
		s.blank()
		s.cause(2, e)
	}
}

// causes are all errors of a result, each once, the decisive one first.
func causes(r *run.Result) []run.Error {
	var all []run.Error
	if r.Error != nil {
		all = append(all, *r.Error)
	}
	for _, e := range r.Problems {
		if !slices.ContainsFunc(all, func(had run.Error) bool {
			return had.Code == e.Code && had.Message == e.Message && had.At == e.At
		}) {
			all = append(all, e)
		}
	}
	return all
}

// PrintError writes what happened, where, why and what to do.
func PrintError(w io.Writer, e run.Error, o TextOptions) error {
	s := newScreen(o)
	s.cause(0, e)
	return s.flush(w)
}

func (s *screen) cause(margin int, e run.Error) {
	label := "error"
	if e.Code != "" {
		label += "[" + e.Code + "]"
	}
	pad := span{strings.Repeat(" ", margin), plain}
	lines := wrap(e.Message, s.width-margin-2)
	// The message stands beside its label when it is short, below it otherwise.
	if len(lines) == 1 && margin+displayWidth(label)+2+displayWidth(lines[0]) <= s.width {
		s.line(pad, span{label + ": ", red}, span{lines[0], bold})
	} else {
		s.line(pad, span{label, red})
		for i, line := range lines {
			st := plain
			if i == 0 {
				st = bold
			}
			s.line(pad, span{"  ", plain}, span{line, st})
		}
	}
	if e.At != "" {
		s.line(pad, span{"  at ", dim}, span{cutMiddle(printable(e.At), s.width-margin-5), plain})
	}
	var details []string
	if e.Step != "" {
		details = append(details, "step "+e.Step)
	}
	if e.SQLState != "" {
		details = append(details, "SQLSTATE "+e.SQLState)
	}
	if len(details) > 0 {
		in := "  in "
		if e.Step == "" {
			in = "  "
		}
		s.line(pad, span{in + strings.Join(details, ", "), dim})
	}
	if e.Hint != "" {
		s.labelled(margin+2, span{"help: ", green}, plain, e.Hint)
	}
}
