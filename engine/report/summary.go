package report

import (
	"io"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/run"
)

// Summary writes what a run or a check did, to be read at a glance. The plan
// may be nil, for a result that was kept without it.
func Summary(w io.Writer, p *plan.Plan, r *run.Result, o TextOptions) error {
	s := newScreen(o)
	s.header(r)
	s.ledger(p, r)
	s.snapshots(r)
	s.expectations(p, r)
	s.rejects(r, o.Rejects)
	s.overrides(r)
	s.steps(r)
	s.errors(r)
	s.footer(r, o)
	return s.flush(w)
}

// verdict is how a status is shown.
type verdict struct {
	mark, word string
	style      style
}

func verdictOf(r *run.Result) verdict {
	switch r.Status {
	case run.Succeeded:
		if r.Kind == kindCheck {
			return verdict{"✓", "passed", green}
		}
		return verdict{"✓", "succeeded", green}
	case run.Unchanged:
		return verdict{"✓", "unchanged", green}
	case run.ChecksFailed:
		return verdict{"✗", "checks failed", red}
	}
	return verdict{"✗", string(r.Status), red}
}

const kindCheck = "check"

// outcome says in a sentence what the run left behind; empty when the status
// says it all.
func outcome(r *run.Result) string {
	switch {
	case r.Kind == kindCheck:
		return ""
	case r.DryRun && (r.Status == run.Succeeded || r.Status == run.Unchanged):
		return "dry run, rolled back: the counts are what a run would write"
	case r.DryRun:
		return "dry run: rolled back; a run would end the same way"
	case r.Status == run.Unchanged && r.RejectsTotal > 0 && !anyLoaded(r.Tables):
		return "every row was rejected: nothing was written"
	case r.Status == run.Unchanged && r.RejectsTotal > 0:
		return "every row that was not rejected was there already: nothing was written"
	case r.Status == run.Unchanged:
		return "every row was there already: nothing was written"
	case !r.Published:
		return "nothing was changed: every table holds exactly the rows it held"
	}
	return ""
}

func anyLoaded(tables []run.Table) bool {
	return slices.ContainsFunc(tables, func(t run.Table) bool { return t.Rows.Loaded > 0 })
}

func targetText(t run.Target) string {
	if t.Name == t.Driver || t.Driver == "" {
		return t.Name
	}
	if t.Name == "" {
		return t.Driver
	}
	return t.Name + " (" + t.Driver + ")"
}

// title names a result: what ran, for when, where.
func title(r *run.Result) string {
	var parts []string
	if r.AsOf != "" {
		parts = append(parts, "as of "+r.AsOf)
	}
	if t := targetText(r.Target); t != "" {
		parts = append(parts, "on "+t)
	}
	return strings.Join(parts, " ")
}

func (s *screen) header(r *run.Result) {
	v := verdictOf(r)
	name := r.Spec
	if r.Kind == kindCheck {
		name = "check " + name
	}
	left := []span{{v.mark + " ", v.style}, {name, bold}}
	if t := title(r); t != "" {
		left = append(left, span{"  ", plain}, span{t, dim})
	}
	s.ends(left, span{v.word, v.style})
	if text := outcome(r); text != "" {
		st := dim
		if r.Status != run.Succeeded && r.Status != run.Unchanged {
			st = bold
		}
		s.text(2, st, text)
	}
}

// ledgerColumn is a column of the row ledger that is shown only where it says something.
type ledgerColumn struct {
	head   string
	always bool
	style  style
	value  func(run.Table) int64
	// note takes the place of the column where the terminal is too narrow for
	// it; empty when the column must stay.
	note string
}

func ledgerColumns(tables []run.Table) []ledgerColumn {
	// Rows that were read and went no further have no share in these three.
	came := merged(tables)
	all := []ledgerColumn{
		{"read", true, plain, func(t run.Table) int64 { return t.Rows.Read }, ""},
		{"inserted", came, green, func(t run.Table) int64 { return t.Rows.Inserted }, ""},
		{"updated", came, yellow, func(t run.Table) int64 { return t.Rows.Updated }, ""},
		{"unchanged", came, plain, func(t run.Table) int64 { return t.Rows.Unchanged }, ""},
		{"rejected", false, red, func(t run.Table) int64 { return t.Rows.Rejected }, ""},
		{"collapsed", false, yellow, func(t run.Table) int64 { return t.Rows.Collapsed }, "rows equal to another: "},
		{"absent", false, plain, func(t run.Table) int64 { return t.Rows.Absent }, "rows the file did not bring: "},
		{"to NULL", true, plain, nulls, "to NULL: "},
	}
	return slices.DeleteFunc(all, func(c ledgerColumn) bool {
		return !c.always && !slices.ContainsFunc(tables, func(t run.Table) bool { return c.value(t) != 0 })
	})
}

// merged tells whether the run compared any row with a table.
func merged(tables []run.Table) bool {
	return slices.ContainsFunc(tables, func(t run.Table) bool { return t.Rows.Inserted+t.Rows.Updated+t.Rows.Unchanged > 0 })
}

func nulls(t run.Table) int64 {
	var sum int64
	for _, n := range t.Nulls {
		sum += n
	}
	return sum
}

// rowsRead are those of all tables.
func rowsRead(tables []run.Table) int64 {
	var read int64
	for _, t := range tables {
		read += t.Rows.Read
	}
	return read
}

// ledger is the table of what happened to rows. On a narrow terminal the
// columns that say least become notes below it. A run that failed before it
// read a row has no ledger.
func (s *screen) ledger(p *plan.Plan, r *run.Result) {
	if len(r.Tables) == 0 || r.Error != nil && rowsRead(r.Tables) == 0 {
		return
	}
	s.blank()
	shown := ledgerColumns(r.Tables)
	g := ledgerGrid(shown, r.Tables)
	var noted []ledgerColumn
	for _, head := range []string{"absent", "collapsed", "to NULL"} {
		if g.fits(s.width) {
			break
		}
		i := slices.IndexFunc(shown, func(c ledgerColumn) bool { return c.head == head })
		if i < 0 {
			continue
		}
		if head != "to NULL" { // its note is written anyway, by column
			noted = append(noted, shown[i])
		}
		shown = slices.Delete(shown, i, i+1)
		g = ledgerGrid(shown, r.Tables)
	}
	s.grid(g)
	for _, c := range noted {
		var items []string
		for _, t := range r.Tables {
			if n := c.value(t); n > 0 {
				items = append(items, t.Name+" "+thousands(n))
			}
		}
		s.items(2, c.note, dim, items)
	}
	s.ledgerNotes(p, r)
}

func ledgerGrid(shown []ledgerColumn, tables []run.Table) grid {
	g := grid{margin: 2, columns: []column{{head: "table", shrink: true}}}
	for _, c := range shown {
		g.columns = append(g.columns, column{head: c.head, right: true})
	}
	sums := make([]int64, len(shown))
	for _, t := range tables {
		row := []span{{t.Name, plain}}
		for i, c := range shown {
			row = append(row, number(c.value(t), c.style))
			sums[i] += c.value(t)
		}
		g.rows = append(g.rows, row)
	}
	if len(tables) > 1 {
		row := []span{{"total", dim}}
		for _, sum := range sums {
			row = append(row, span{thousands(sum), dim})
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// number is a figure in its colour; nothing is dim, so that what happened
// stands out.
func number(n int64, st style) span {
	if n == 0 {
		return span{"0", dim}
	}
	return span{thousands(n), st}
}

func (s *screen) ledgerNotes(p *plan.Plan, r *run.Result) {
	with := 0
	for _, t := range r.Tables {
		if nulls(t) > 0 {
			with++
		}
	}
	var blanks []string
	for _, t := range r.Tables {
		for _, c := range nullColumns(p, t) {
			item := c + " " + thousands(t.Nulls[c])
			if with > 1 {
				item = t.Name + "." + item
			}
			blanks = append(blanks, item)
		}
	}
	if len(blanks) > 0 {
		s.items(2, "blanks -> NULL: ", dim, blanks)
	}
	for _, group := range sameBytes(r.Tables) {
		names := group.tables
		if len(names) == len(r.Tables) && len(names) > 1 {
			names = []string{"all " + thousands(int64(len(names))) + " files"}
		}
		s.items(2, "same bytes as "+group.asOf+": ", dim, names)
	}
	if !r.Published && !r.DryRun && r.Kind != kindCheck && wouldWrite(r.Tables) {
		s.text(2, dim, "inserted and updated are what the run would have written")
	}
}

func wouldWrite(tables []run.Table) bool {
	return slices.ContainsFunc(tables, func(t run.Table) bool { return t.Rows.Inserted+t.Rows.Updated > 0 })
}

// nullColumns are the columns of t that had blanks, in the order of the table.
func nullColumns(p *plan.Plan, t run.Table) []string {
	var names []string
	for name, n := range t.Nulls {
		if n > 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if p == nil {
		return names
	}
	for _, declared := range p.Tables {
		if declared.Name == t.Name {
			slices.SortStableFunc(names, func(a, b string) int {
				return slices.Index(declared.Columns, a) - slices.Index(declared.Columns, b)
			})
		}
	}
	return names
}

type sameGroup struct {
	asOf   string
	tables []string
}

// sameBytes groups the tables whose file was loaded before, by when.
func sameBytes(tables []run.Table) []sameGroup {
	var groups []sameGroup
	for _, t := range tables {
		if t.Source.SameAs == nil {
			continue
		}
		i := slices.IndexFunc(groups, func(g sameGroup) bool { return g.asOf == *t.Source.SameAs })
		if i < 0 {
			i = len(groups)
			groups = append(groups, sameGroup{asOf: *t.Source.SameAs})
		}
		groups[i].tables = append(groups[i].tables, t.Name)
	}
	return groups
}

// snapshots is the table of what was stamped. A run that failed before it
// came to them has none.
func (s *screen) snapshots(r *run.Result) {
	differs := slices.ContainsFunc(r.Snapshots, func(t run.Snapshot) bool { return t.Added+t.Changed+t.Missing > 0 })
	counted := slices.ContainsFunc(r.Snapshots, func(t run.Snapshot) bool { return t.Inserted+t.Kept > 0 })
	if len(r.Snapshots) == 0 || r.Error != nil && !differs && !counted {
		return
	}
	s.blank()
	head := "snapshot"
	if asOf := r.Snapshots[0].AsOf; asOf != "" {
		head += " " + asOf
	}
	g := grid{margin: 2, columns: []column{{head: head, shrink: true}, {head: "inserted", right: true}, {head: "kept", right: true}}}
	if differs {
		g.columns = append(g.columns, column{head: "added", right: true}, column{head: "changed", right: true}, column{head: "missing", right: true})
	}
	for _, t := range r.Snapshots {
		row := []span{{t.Name, plain}, number(t.Inserted, green), number(t.Kept, plain)}
		if differs {
			row = append(row, number(t.Added, yellow), number(t.Changed, yellow), number(t.Missing, yellow))
		}
		g.rows = append(g.rows, row)
	}
	s.grid(g)
}

func (s *screen) overrides(r *run.Result) {
	if len(r.Overrides)+len(r.Retries) == 0 {
		return
	}
	s.blank()
	for _, o := range r.Overrides {
		text := o.Flag
		if o.User != "" {
			text += " by " + o.User
		}
		if o.Detail != "" {
			text += ": " + o.Detail
		}
		s.labelled(2, span{"! ", yellow}, plain, text)
	}
	for _, t := range r.Retries {
		s.labelled(2, span{"! ", yellow}, plain, retryText(t))
	}
}

func retryText(t run.Retry) string {
	text := "tried again"
	if t.Step != "" {
		text = t.Step + " was tried again"
	}
	return text + " (attempt " + thousands(int64(t.Attempt)) + "): " + t.Message
}

// steps tells how far a run came that did not publish.
func (s *screen) steps(r *run.Result) {
	if len(r.Steps) == 0 || r.Published || r.Status == run.Succeeded || r.Status == run.Unchanged {
		return
	}
	s.blank()
	s.items(2, "steps: ", dim, stepCounts(r.Steps))
}

func stepCounts(steps []run.Step) []string {
	var parts []string
	for _, status := range []run.StepStatus{run.StepSucceeded, run.StepFailed, run.StepRolledBack, run.StepSkipped} {
		var ids []string
		for _, t := range steps {
			if t.Status == status {
				ids = append(ids, t.ID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		text := thousands(int64(len(ids))) + " " + strings.ReplaceAll(string(status), "_", " ")
		if status == run.StepFailed {
			if len(ids) > 2 {
				ids = []string{ids[0], "…"}
			}
			text += " (" + strings.Join(ids, ", ") + ")"
		}
		parts = append(parts, text)
	}
	return parts
}

func (s *screen) footer(r *run.Result, o TextOptions) {
	s.blank()
	read := rowsRead(r.Tables)
	took := milliseconds(r.DurationMS)
	parts := []string{elapsed(took)}
	if read > 0 {
		parts[0] = count(read, "row") + " read in " + parts[0]
		// The speed of a handful of rows says nothing.
		if perSecond := rate(read, took); perSecond > 0 && read >= 1000 {
			parts = append(parts, thousands(perSecond)+" rows per second")
		}
	}
	if r.RunID != "" {
		parts = append(parts, "run "+r.RunID)
	}
	s.items(2, "", dim, parts)
	for _, path := range o.Reports {
		s.whole(2, span{}, path)
	}
}
