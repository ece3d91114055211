package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/streamflow/pipe/engine/doctor"
)

// Doctor shows an examination: a line for each thing, and beneath it what to
// do.
func Doctor(w io.Writer, e *doctor.Examination, o TextOptions) error {
	s := newScreen(o)
	title := []span{{"pipe doctor", bold}}
	if e.Entry != "" {
		title = append(title, span{"  " + e.Entry, plain})
	}
	if e.Target != "" {
		title = append(title, span{" on " + e.Target, plain})
	}
	s.line(title...)
	s.blank()
	names := 0
	for _, f := range e.Findings {
		names = max(names, displayWidth(f.What))
	}
	const states = 4
	margin := 2 + states + 2 + names + 2
	for _, f := range e.Findings {
		head := []span{{"  ", plain}, {fmt.Sprintf("%-*s", states, f.State), stateStyle(f.State)},
			{"  " + f.What + strings.Repeat(" ", names-displayWidth(f.What)) + "  ", plain}}
		for i, line := range wrap(printable(f.Says), s.width-margin) {
			if i > 0 {
				head = []span{{strings.Repeat(" ", margin), plain}}
			}
			s.line(append(head, span{line, plain})...)
		}
		if f.Cure != "" {
			for _, part := range strings.Split(f.Cure, "\n") {
				s.labelled(margin, span{"→ ", dim}, dim, printable(part))
			}
		}
	}
	s.blank()
	failed, warned, skipped := e.Count(doctor.Fail), e.Count(doctor.Warn), e.Count(doctor.Skipped)
	verdict := span{"nothing is in the way of a run", green}
	switch {
	case failed > 0:
		verdict = span{count(int64(failed), "thing") + " in the way of a run", red}
	case warned > 0:
		verdict = span{count(int64(warned), "thing") + " to look at", yellow}
	}
	line := []span{{"  ", plain}, verdict}
	if skipped > 0 {
		line = append(line, span{fmt.Sprintf(", %d not checked", skipped), dim})
	}
	s.line(line...)
	return s.flush(w)
}

func stateStyle(s doctor.State) style {
	switch s {
	case doctor.OK:
		return green
	case doctor.Warn:
		return yellow
	case doctor.Fail:
		return red
	}
	return dim
}
