package report

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/run"
)

// Markdown writes the report of a run: the same facts as the summary and the
// JSON document, with a drawing of the pipeline. The plan may be nil; then
// there is no drawing. The same plan and result give the same bytes.
func Markdown(w io.Writer, p *plan.Plan, r *run.Result) error {
	m := &markdown{p: p, r: r}
	m.head()
	m.errors()
	m.rows()
	m.expectations()
	m.snapshots()
	m.rejects()
	if p != nil {
		m.pipeline()
	}
	m.files()
	m.vars()
	m.steps()
	_, err := io.WriteString(w, m.b.String())
	return err
}

type markdown struct {
	b strings.Builder
	p *plan.Plan
	r *run.Result
}

func (m *markdown) printf(format string, args ...any) { fmt.Fprintf(&m.b, format, args...) }

// mdText makes any text plain words of Markdown, in one line.
func mdText(s string) string {
	var b strings.Builder
	text := []rune(printable(strings.Join(strings.Fields(s), " ")))
	for i, r := range text {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '_' && i > 0 && i < len(text)-1 && isWord(text[i-1]) && isWord(text[i+1]):
			b.WriteRune(r) // inside a word it marks nothing
		case strings.ContainsRune("\\`*_[]|#~", r), r == ':' && startsWith(text[i:], "://"), r == '.' && i >= 3 && startsWith(text[i-3:], "www."):
			// The last two would be made links.
			b.WriteString("\\" + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func startsWith(text []rune, prefix string) bool {
	return len(text) >= len(prefix) && string(text[:len(prefix)]) == prefix
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// mdSentence is mdText for sentences of the engine, which set code in backticks.
func mdSentence(s string) string {
	parts := strings.Split(s, "`")
	if len(parts)%2 == 0 {
		return mdText(s)
	}
	for i := range parts {
		if i%2 == 1 {
			parts[i] = mdCode(parts[i])
			continue
		}
		inner := mdText(parts[i])
		// The spaces at the ends stand between the words and the code.
		if strings.HasPrefix(parts[i], " ") {
			inner = " " + inner
		}
		if strings.HasSuffix(parts[i], " ") && strings.TrimSpace(parts[i]) != "" {
			inner += " "
		}
		parts[i] = inner
	}
	return strings.Join(parts, "")
}

// mdCode makes any text a code span that may stand in a table.
func mdCode(s string) string {
	s = printable(strings.ReplaceAll(s, "\n", " "))
	if strings.TrimSpace(s) == "" {
		return ""
	}
	if strings.Contains(s, `\|`) {
		// A table takes the backslash of such a pair for one that is escaped
		// itself, and ends the cell: no code span can hold it.
		return mdText(s)
	}
	fence := strings.Repeat("`", longestRun(s, '`')+1)
	if fence != "`" {
		s = " " + s + " "
	}
	return fence + strings.ReplaceAll(s, "|", `\|`) + fence
}

func longestRun(s string, c rune) int {
	longest, n := 0, 0
	for _, r := range s {
		if r != c {
			n = 0
			continue
		}
		n++
		longest = max(longest, n)
	}
	return longest
}

// fenced writes a block of text as it is.
func (m *markdown) fenced(language, text string) {
	fence := strings.Repeat("`", max(3, longestRun(text, '`')+1))
	m.printf("%s%s\n%s\n%s\n", fence, language, diag.PrintableLines(strings.TrimRight(text, "\n")), fence)
}

// table writes a table whose cells are Markdown already. The columns named in
// right hold figures.
func (m *markdown) table(heads []string, right int, rows [][]string) {
	m.printf("| %s |\n|", strings.Join(heads, " | "))
	for i := range heads {
		if i >= right {
			m.printf(" ---: |")
		} else {
			m.printf(" --- |")
		}
	}
	m.printf("\n")
	for _, row := range rows {
		m.printf("| %s |\n", strings.Join(row, " | "))
	}
}

func (m *markdown) head() {
	r := m.r
	name := r.Spec
	if r.AsOf != "" {
		name += " " + r.AsOf
	}
	m.printf("# %s: %s\n\n", mdText(name), verdictOf(r).word)
	if m.p != nil && m.p.Description != "" {
		m.printf("%s\n\n", mdText(m.p.Description))
	}
	if text := outcome(r); text != "" {
		m.printf("**%s**\n\n", mdText(strings.ToUpper(text[:1])+text[1:]+"."))
	}
	rows := [][]string{}
	add := func(name, value string) {
		if value != "" {
			rows = append(rows, []string{name, value})
		}
	}
	add("run", mdCode(r.RunID))
	add("target", mdText(targetText(r.Target)))
	if !r.StartedAt.IsZero() {
		add("started", r.StartedAt.UTC().Format(time.RFC3339))
	}
	add("took", elapsed(milliseconds(r.DurationMS)))
	if m.p != nil {
		add("spec", mdCode(m.p.Entry))
	}
	if r.Attempts > 1 {
		add("attempts", thousands(int64(r.Attempts)))
	}
	for _, o := range r.Overrides {
		add("override", mdText(fmt.Sprintf("%s by %s at %s: %s", o.Flag, o.User, o.At, o.Detail)))
	}
	for _, t := range r.Retries {
		add("retry", mdText(retryText(t)))
	}
	m.table([]string{"", ""}, 2, rows)
}

func (m *markdown) errors() {
	all := causes(m.r)
	if len(all) == 0 {
		return
	}
	m.printf("\n## What went wrong\n")
	for _, e := range all {
		var b strings.Builder
		s := &screen{width: 100}
		s.cause(0, e)
		b.WriteString(s.b.String())
		m.printf("\n")
		m.fenced("text", b.String())
	}
}

func (m *markdown) rows() {
	if len(m.r.Tables) == 0 {
		return
	}
	m.printf("\n## Rows\n\n")
	var rows [][]string
	for _, t := range m.r.Tables {
		row := []string{mdCode(t.Name)}
		for _, n := range []int64{t.Rows.Read, t.Rows.Rejected, t.Rows.Collapsed, t.Rows.Loaded, t.Rows.Inserted, t.Rows.Updated, t.Rows.Unchanged, t.Rows.Absent} {
			row = append(row, thousands(n))
		}
		rows = append(rows, row)
	}
	m.table([]string{"table", "read", "rejected", "collapsed", "loaded", "inserted", "updated", "unchanged", "absent"}, 1, rows)
	m.printf("\nread = rejected + collapsed + loaded; loaded = inserted + updated + unchanged; absent rows are in the table and not in the file.\n")
	var blanks [][]string
	for _, t := range m.r.Tables {
		for _, c := range nullColumns(m.p, t) {
			blanks = append(blanks, []string{mdCode(t.Name), mdCode(c), thousands(t.Nulls[c])})
		}
	}
	if len(blanks) > 0 {
		m.printf("\nBlanks that became NULL:\n\n")
		m.table([]string{"table", "column", "rows"}, 2, blanks)
	}
}

func (m *markdown) expectations() {
	c := m.r.Checks
	if c.Declared == 0 && len(m.r.Expectations) == 0 {
		return
	}
	m.printf("\n## Expectations\n\n%d declared, %d evaluated: %d passed, %d warned, %d failed.\n", c.Declared, c.Evaluated, c.Passed, c.Warned, c.Evaluated-c.Passed-c.Warned)
	if len(m.r.Expectations) == 0 {
		return
	}
	m.printf("\n")
	var rows [][]string
	for i := range m.r.Expectations {
		e := &m.r.Expectations[i]
		rowCount, missing, unexpected := thousands(e.Result.ElementCount), "", thousands(e.Result.UnexpectedCount)
		if e.Result.MissingCount != nil {
			missing = thousands(*e.Result.MissingCount)
		}
		if e.Result.ObservedValue != nil && e.Result.UnexpectedPercent == nil {
			rowCount, missing, unexpected = "", "", "" // it looked at the table as one
		}
		share := ""
		if e.Result.UnexpectedPercent != nil {
			share = percent(*e.Result.UnexpectedPercent)
		}
		observed := ""
		if e.Result.ObservedValue != nil {
			observed = mdCode(cutEnd(valueText(e.Result.ObservedValue), 60))
		}
		rows = append(rows, []string{verdictWord(e), mdCode(e.Name), mdCode(expectationText(e.Expectation, e.Rule)), mdCode(e.At),
			rowCount, missing, unexpected, share, observed})
	}
	m.table([]string{"", "name", "expectation", "at", "rows", "NULL", "unexpected", "share", "observed"}, 4, rows)
	for _, e := range unmetFirst(m.r.Expectations) {
		m.unmet(e)
	}
}

func verdictWord(e *run.Expectation) string {
	return [...]string{notEvaluated: "not evaluated", failed: "failed", warned: "warned", passed: "passed"}[rank(e)]
}

func (m *markdown) unmet(e *run.Expectation) {
	m.printf("\n### %s %s\n\n", mdText(e.Name), verdictWord(e))
	if e.Error != nil {
		m.printf("It could not be evaluated: %s\n", mdSentence(*e.Error))
	} else {
		share := ""
		if p := e.Result.UnexpectedPercent; p != nil && !strings.Contains(e.Sentence, "%") {
			share = " (" + percent(*p) + ")"
		}
		m.printf("%s%s.\n", mdSentence(strings.TrimSuffix(e.Sentence, ".")), share)
	}
	if e.Note != "" {
		m.printf("\nNote: %s.\n", mdSentence(strings.TrimSuffix(e.Note, ".")))
	}
	if text := mostOften(e, 3, 60, visible, mdCode); text != "" {
		m.printf("\nMost often: %s.\n", text)
	}
	if len(e.Result.UnexpectedRows) > 0 {
		names := shownNames(e.Result.UnexpectedRows[0])
		heads := []string{}
		for _, n := range names {
			heads = append(heads, mdCode(n))
		}
		var rows [][]string
		for _, row := range e.Result.UnexpectedRows {
			cells := []string{}
			for _, n := range names {
				cells = append(cells, mdText(valueSpan(fieldOf(row, n)).text))
			}
			rows = append(rows, append(cells, mdCode(row.At)))
		}
		m.printf("\n")
		m.table(append(heads, "at"), len(heads)+1, rows)
	}
	if e.FailingRows != "" {
		m.printf("\nFailing rows: %s\n", mdCode(e.FailingRows))
	}
	if e.SQL != "" && e.Error == nil {
		m.printf("\n")
		m.fenced("sql", e.SQL)
	}
}

func (m *markdown) snapshots() {
	if len(m.r.Snapshots) == 0 {
		return
	}
	m.printf("\n## Snapshots\n\n")
	var rows [][]string
	for _, s := range m.r.Snapshots {
		row := []string{mdCode(s.Name), s.AsOf}
		for _, n := range []int64{s.Inserted, s.Kept, s.Added, s.Changed, s.Missing} {
			row = append(row, thousands(n))
		}
		rows = append(rows, row)
	}
	m.table([]string{"snapshot", "as of", "inserted", "kept", "added", "changed", "missing"}, 2, rows)
}

func (m *markdown) rejects() {
	if m.r.RejectsTotal == 0 {
		return
	}
	m.printf("\n## Bad rows\n\n%s", count(m.r.RejectsTotal, "bad row"))
	if n := int64(len(m.r.Rejects)); n < m.r.RejectsTotal {
		m.printf(", the first %s", thousands(n))
	}
	m.printf(":\n\n")
	var rows [][]string
	for _, b := range m.r.Rejects {
		rows = append(rows, []string{mdCode(b.At), mdCode(b.Column), mdCode(b.Value), mdCode(b.Code), mdSentence(b.Message)})
	}
	m.table([]string{"at", "column", "value", "code", "what is wrong"}, 5, rows)
}

func (m *markdown) pipeline() {
	var b strings.Builder
	// Writing to a Builder cannot fail.
	_ = Drawing(&b, m.p, defaultWidth)
	m.printf("\n## Pipeline\n\n")
	m.fenced("text", b.String())
}

func (m *markdown) files() {
	var rows [][]string
	for _, t := range m.r.Tables {
		if t.Source.Path == "" {
			continue
		}
		same := ""
		if t.Source.SameAs != nil {
			same = *t.Source.SameAs
		}
		rows = append(rows, []string{mdCode(t.Name), mdCode(t.Source.Path), thousands(t.Source.Bytes), mdCode(t.Source.SHA256), same})
	}
	if len(rows) == 0 {
		return
	}
	m.printf("\n## Files\n\n")
	m.table([]string{"table", "file", "bytes", "SHA-256", "same bytes as"}, 5, rows)
}

func (m *markdown) vars() {
	if len(m.r.Vars) == 0 {
		return
	}
	m.printf("\n## Vars\n\n")
	var rows [][]string
	for _, name := range sortedKeys(m.r.Vars) {
		rows = append(rows, []string{mdCode(name), mdCode(m.r.Vars[name])})
	}
	m.table([]string{"var", "value"}, 2, rows)
}

func (m *markdown) steps() {
	if len(m.r.Steps) == 0 {
		return
	}
	m.printf("\n## Steps\n\n")
	var rows [][]string
	for _, s := range m.r.Steps {
		rows = append(rows, []string{mdCode(s.ID), strings.ReplaceAll(string(s.Status), "_", " "), thousands(s.DurationMS)})
	}
	m.table([]string{"step", "status", "ms"}, 2, rows)
}
