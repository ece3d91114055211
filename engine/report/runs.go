package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/streamflow/pipe/engine/run"
)

// RunRow is one recorded run, for listings.
type RunRow struct {
	RunID      string     `json:"run_id"`
	Spec       string     `json:"spec"`
	AsOf       string     `json:"as_of"`
	Status     run.Status `json:"status"` // "running" while it is under way
	Published  bool       `json:"published"`
	Started    time.Time  `json:"started_at"`
	DurationMS int64      `json:"duration_ms"`
	// Rows of all its tables together.
	Read      int64  `json:"rows_read"`
	Inserted  int64  `json:"rows_inserted"`
	Updated   int64  `json:"rows_updated"`
	Unchanged int64  `json:"rows_unchanged"`
	Host      string `json:"host"`
	User      string `json:"user"`
	// Step is the one that a run has come to, or that it failed or was killed at.
	Step string `json:"step"`
}

// Runs lists recorded runs, the newest first, as text (also for ""), json or csv.
func Runs(w io.Writer, rows []RunRow, format string, o TextOptions) error {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b RunRow) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(b.RunID, a.RunID))
	})
	switch format {
	case "", "text":
		return runsText(w, rows, o)
	case "json":
		text, err := json.Marshal(struct {
			FormatVersion int      `json:"format_version"`
			Runs          []RunRow `json:"runs"`
		}{1, list(rows)})
		if err != nil {
			return fmt.Errorf("write the runs as JSON: %w", err)
		}
		_, err = w.Write(append(readableJSON(text), '\n'))
		return err
	case "csv":
		return runsCSV(w, rows)
	}
	return fmt.Errorf("there is no format %q for runs; use text, json or csv", format)
}

func runsText(w io.Writer, rows []RunRow, o TextOptions) error {
	s := newScreen(o)
	if len(rows) == 0 {
		s.line(span{"no run is recorded yet", dim})
		return s.flush(w)
	}
	g := grid{columns: []column{{head: "run"}, {head: "spec", shrink: true}, {head: "as of"}, {head: "status"},
		{head: "started (UTC)"}, {head: "took", right: true}, {head: "written", right: true}, {head: "by", shrink: true}}}
	specs := map[string]bool{}
	for _, r := range rows {
		specs[r.Spec] = true
		by := r.User
		if r.Host != "" {
			by += "@" + r.Host
		}
		g.rows = append(g.rows, []span{{r.RunID, bold}, {r.Spec, plain}, {r.AsOf, plain}, statusSpan(r.Status),
			{r.Started.UTC().Format("2006-01-02 15:04"), plain}, {elapsed(milliseconds(r.DurationMS)), dim}, number(r.Inserted+r.Updated, plain), {by, dim}})
	}
	// What does not fit is what people know already: who, the one spec there is,
	// and when it began, which its id says. The id stays whole: it is copied.
	if !g.fits(s.width) {
		g = g.without("by")
	}
	if !g.fits(s.width) && len(specs) == 1 {
		g = g.without("spec")
	}
	if !g.fits(s.width) {
		g = g.without("started (UTC)")
	}
	s.grid(g)
	return s.flush(w)
}

// without is the table without one column.
func (g grid) without(head string) grid {
	i := slices.IndexFunc(g.columns, func(c column) bool { return c.head == head })
	out := grid{margin: g.margin, columns: slices.Delete(slices.Clone(g.columns), i, i+1)}
	for _, row := range g.rows {
		out.rows = append(out.rows, slices.Delete(slices.Clone(row), i, i+1))
	}
	return out
}

func statusSpan(s run.Status) span {
	switch s {
	case run.Succeeded:
		return span{"succeeded", green}
	case run.Unchanged:
		return span{"unchanged", dim}
	case run.ChecksFailed:
		return span{"checks failed", red}
	case "running":
		return span{"running", yellow}
	}
	return span{string(s), red}
}

func runsCSV(w io.Writer, rows []RunRow) error {
	var b bytes.Buffer
	csvLine(&b, []any{"run_id", "spec", "as_of", "status", "published", "started_at", "duration_ms", "rows_read", "rows_inserted", "rows_updated", "rows_unchanged", "host", "user", "step"})
	for _, r := range rows {
		csvLine(&b, []any{r.RunID, r.Spec, orNil(r.AsOf), string(r.Status), r.Published, r.Started.UTC().Format(time.RFC3339), r.DurationMS,
			r.Read, r.Inserted, r.Updated, r.Unchanged, orNil(r.Host), orNil(r.User), orNil(r.Step)})
	}
	_, err := w.Write(b.Bytes())
	return err
}

// orNil makes an empty text a blank that is not quoted.
func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Show writes one recorded run, whose JSON document Decode has read, as text
// (also for ""), json or markdown.
func Show(w io.Writer, r *run.Result, format string, o TextOptions) error {
	switch format {
	case "", "text":
		return Summary(w, nil, r, o)
	case "json":
		return JSON(w, r)
	case "markdown":
		return Markdown(w, nil, r)
	}
	return fmt.Errorf("there is no format %q for a run; use text, json or markdown", format)
}
