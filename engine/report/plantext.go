package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/plan"
)

// PlanText lists what a run may do: each step with what asked for it, what it
// needs, and each of its statements with its purpose and its condition.
func PlanText(w io.Writer, p *plan.Plan, o TextOptions) error {
	s := newScreen(o)
	l := &listing{screen: s, words: newWords(p)}
	left := []span{{p.Name, bold}}
	about := "for " + string(p.Dialect)
	if p.AsOf != "" {
		about = "as of " + p.AsOf + " " + about
	}
	s.ends(append(left, span{"  ", plain}, span{about, dim}), span{count(int64(len(p.Steps)), "step"), dim})
	if p.Description != "" {
		s.text(2, dim, p.Description)
	}
	for _, name := range sortedKeys(p.Vars) {
		s.labelled(2, span{name + " = ", dim}, plain, p.Vars[name])
	}
	for _, g := range phases(p) {
		s.blank()
		s.line(span{string(g.phase), bold}, span{"  " + phaseText[g.phase], dim})
		for _, step := range g.steps {
			l.step(step)
		}
	}
	if p.Progress.SQL != "" {
		l.outside("at the start of every step, on a connection of its own", []plan.Statement{p.Progress})
	}
	l.outside("however the run ends", p.Cleanup)
	l.outside("when the run did not publish, in a transaction of its own", p.Failure)
	if p.Lookup.SQL != "" {
		l.outside("when the answer to COMMIT was lost", []plan.Statement{p.Lookup})
	}
	return s.flush(w)
}

// outside lists statements that belong to no step.
func (l *listing) outside(when string, statements []plan.Statement) {
	if len(statements) == 0 {
		return
	}
	l.blank()
	l.line(span{when, bold})
	l.n = 0
	for _, q := range statements {
		l.item("execute", q.Title)
		l.conditions(q.When)
		l.sql(q)
	}
}

var phaseText = map[plan.Phase]string{
	plan.PreparePhase: "committed before anything is loaded",
	plan.StagePhase:   "side by side, seen by this run only",
	plan.PublishPhase: "one transaction: all of it or nothing",
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// listing writes the steps of a plan.
type listing struct {
	*screen
	words words
	n     int    // of the action in its step
	file  string // that asked for the step
}

func (l *listing) step(s plan.Step) {
	l.blank()
	l.file = s.Pos.File
	l.ends([]span{{"  + ", green}, {s.ID, bold}}, span{s.Pos.String(), dim})
	if s.Title != "" {
		l.text(4, plain, s.Title)
	}
	if len(s.Needs) > 0 {
		l.items(4, "needs ", dim, s.Needs)
	}
	l.n = 0
	own := 0
	for i, a := range s.Actions {
		e, isExec := a.(plan.Exec)
		if !isExec || !e.Own {
			l.action(a)
			continue
		}
		own++
		if i+1 < len(s.Actions) {
			if next, ok := s.Actions[i+1].(plan.Exec); ok && next.Own {
				continue
			}
		}
		l.item("execute", fmt.Sprintf("%s (%s, which --format sql shows)", e.Title, count(int64(own), "statement")))
		own = 0
	}
}

// item writes the line that begins an action: its number, verb and purpose.
func (l *listing) item(verb, purpose string) {
	l.n++
	label := strconv.Itoa(l.n) + ". " + verb
	if purpose != "" {
		label += ": "
	}
	if purpose == "" {
		l.line(span{"    ", plain}, span{label, plain})
		return
	}
	l.labelled(4, span{label, plain}, plain, purpose)
}

func (l *listing) conditions(conditions []string) {
	if len(conditions) > 0 {
		l.labelled(7, span{"when ", yellow}, plain, l.words.when(conditions))
	}
}

// sql writes a statement whole: it is to be copied.
func (l *listing) sql(q plan.Statement) {
	if len(q.Args) > 0 {
		l.items(7, "with ", dim, q.Args)
	}
	for _, line := range strings.Split(strings.TrimSpace(q.SQL), "\n") {
		l.whole(9, span{}, strings.TrimRight(line, " \r"))
	}
}

func (l *listing) action(a plan.Action) {
	switch a := a.(type) {
	case plan.Exec:
		l.item("execute", a.Title)
		l.conditions(a.When)
		l.sql(a.Statement)
	case plan.Probe:
		l.item("ask", a.Title)
		l.conditions(a.When)
		l.sql(a.Statement)
	case plan.Problems:
		l.item(problemVerbs[a.Kind], a.Title)
		l.conditions(a.When)
		l.sql(a.Statement)
	case plan.Load:
		l.load(a)
	case plan.Require:
		l.require(a)
	case plan.Limit:
		l.item("stop", "when "+limitText(a)+" (exit 1)")
	case plan.Judge:
		l.judge(a)
	default:
		l.item(plan.Verb(a), "")
	}
}

var problemVerbs = map[plan.ProblemKind]string{plan.Misfit: "find misfits", plan.BadRows: "find bad rows"}

func (l *listing) load(a plan.Load) {
	l.item("load", a.Source)
	if a.Written != "" && a.Written != a.Source {
		l.labelled(7, span{"written ", dim}, dim, a.Written)
	}
	l.sql(plan.Statement{SQL: a.Into})
}

// limitText words the condition that breaks a limit.
func limitText(a plan.Limit) string {
	return "more than " + a.Max.Text + " of the rows of " + a.Table + " are set aside (max_rejects)"
}

func (l *listing) require(a plan.Require) {
	end := " (exit " + strconv.Itoa(a.Exit) + ", " + a.Code + ")"
	l.item("stop", a.Message+end)
	l.conditions(a.Unless)
	if a.Override != "" {
		l.labelled(7, span{"unless ", yellow}, plain, a.Override+" is given")
	} else if a.Hint != "" {
		l.labelled(7, span{"help ", green}, plain, a.Hint)
	}
}

// judge names the expectations query by query; their SQL is for the script.
func (l *listing) judge(a plan.Judge) {
	byName := map[string]plan.Expectation{}
	failing := 0
	for _, e := range a.Expectations {
		byName[e.Name] = e
		for _, q := range []plan.Statement{e.FailingRows, e.Narrow, e.Frequent} {
			if q.SQL != "" {
				failing++
			}
		}
	}
	if len(a.Fused) > 0 {
		l.item("judge", count(int64(len(a.Fused)), "expectation")+" in one scan of "+a.Table)
		for _, name := range a.Fused {
			l.expectation(byName[name])
		}
	}
	if a.Second.SQL != "" {
		l.item("judge", fmt.Sprintf("which of %d expectations the rows break", len(a.Strict)))
		l.labelled(7, span{"when ", yellow}, plain, "the scan found rows that break any of them; it looks at these alone")
	}
	for _, q := range a.Queries {
		l.item("judge", count(int64(len(q.Expectations)), "expectation")+" "+judged(byName[q.Expectations[0]], "in "+own(q)))
		for _, name := range q.Expectations {
			l.expectation(byName[name])
		}
	}
	if failing > 0 {
		l.item("fetch", "the failing rows and their most frequent values"+l.inScript(failing))
		l.labelled(7, span{"when ", yellow}, plain, "an expectation is not met, those of that one")
	}
	if len(a.Fused) > 0 {
		l.item("judge", "one expectation alone"+l.inScript(len(a.Fused)))
		l.labelled(7, span{"when ", yellow}, plain, "the scan fails, each of them, to name the guilty one")
	}
}

// own words what expectations are judged by that are not part of the scan.
func own(q plan.Query) string {
	what, whose := "a query", "their"
	if len(q.Statements) > 1 {
		what = "queries"
	}
	if len(q.Expectations) == 1 {
		whose = "its"
	}
	for _, statement := range q.Statements {
		if statement.ReadOnly {
			return what + " of " + whose + " own, where nothing can be written"
		}
	}
	return what + " of " + whose + " own"
}

func (l *listing) inScript(n int) string {
	return fmt.Sprintf(" (%s, which --format sql shows)", count(int64(n), "statement"))
}

// expectation is one line where it fits; of a place in the suite's own file the
// line and column are told alone.
func (l *listing) expectation(e plan.Expectation) {
	text := e.Name + ": " + expectationText(e.Kind, e.Rule)
	if column, ok := e.Arguments["column"].(string); ok {
		text += " (" + column + ")"
	}
	if e.Severity == "warn" {
		text += ", warns only"
	}
	at := e.Pos.String()
	if e.Pos.File == l.file {
		at = strings.TrimPrefix(at, l.file)
	}
	if 9+displayWidth(text)+2+displayWidth(at) <= l.width {
		l.ends([]span{{"       - ", dim}, {text, plain}}, span{at, dim})
		return
	}
	l.labelled(7, span{"- ", dim}, plain, text+"  "+at)
}

// expectationText is what an expectation says: its rule, or its kind.
func expectationText(kind, rule string) string {
	if rule != "" {
		return rule
	}
	return kind
}
