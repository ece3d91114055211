package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/spec"
)

// PlanSQL writes the plan as a script. For PostgreSQL psql runs it over a
// staging that is filled: facts are psql variables, conditions are \if, and
// what a run learns from a probe psql learns with \gset. For SQLite it is the
// same text with arguments and conditions as comments.
func PlanSQL(w io.Writer, p *plan.Plan) error {
	s := &script{p: p, psql: p.Dialect == spec.Postgres, words: newWords(p)}
	s.used, s.conditional = usedFacts(p)
	for _, step := range p.Steps {
		for _, a := range step.Actions {
			if _, ok := a.(plan.Load); ok {
				s.loads++
			}
		}
	}
	s.head()
	s.facts()
	for _, g := range phases(p) {
		s.phase(g)
	}
	_, err := io.WriteString(w, s.b.String())
	return err
}

type script struct {
	b           strings.Builder
	p           *plan.Plan
	psql        bool
	words       words
	used        []string
	conditional map[string]bool
	loads       int         // of the plan
	fills       []plan.Load // of them, those written so far
}

func (s *script) printf(format string, args ...any) { fmt.Fprintf(&s.b, format, args...) }

// comment writes a text as comment lines; no line of it can leave the comment.
func (s *script) comment(text string) {
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		s.printf("%s\n", strings.TrimRight("-- "+printable(strings.ReplaceAll(strings.TrimRight(line, "\r"), "\t", "    ")), " "))
	}
}

func (s *script) rule() { s.printf("\n-- %s\n", strings.Repeat("-", 77)) }

func (s *script) head() {
	title := s.p.Name
	if s.p.AsOf != "" {
		title += " as of " + s.p.AsOf
	}
	s.comment(fmt.Sprintf("%s: every statement that a run may execute on %s.", printable(title), s.p.Dialect))
	s.comment("Made by pipe plan from " + printable(s.p.Entry) + ".")
	for _, name := range sortedKeys(s.p.Vars) {
		s.comment("  " + name + " = " + s.p.Vars[name])
	}
	if !s.psql {
		s.comment("Arguments and conditions stand beside each statement.")
		return
	}
	s.comment("")
	s.comment("A run types the cells of the files itself; here rows come from where you say:")
	s.comment("  psql -v fill=FILL.sql -f SCRIPT")
	s.comment("executes FILL.sql when the staging tables are there and empty. What a run refuses")
	s.comment("stops the script; expectations are shown, and judged by whoever reads them.")
	s.printf("\\set ON_ERROR_STOP on\n")
	s.printf("SET client_encoding = 'UTF8';\n") // that of this text, whatever psql takes from its locale
	for _, set := range s.p.Session {
		s.printf("%s;\n", set)
	}
}

// facts gives a value to every fact that no probe of the script gives: what a
// run knows from its flags and its files. Values given with -v win.
func (s *script) facts() {
	facts := givenFacts(s.p)
	if !s.psql || len(facts) == 0 {
		return
	}
	s.printf("\n")
	s.comment("What a run knows from its flags and files. Set your own with psql -v NAME=VALUE.")
	for _, name := range facts {
		if _, ok := s.words.columns[name]; ok {
			s.comment(s.words.condition(name) + ":")
		}
		for _, g := range s.p.Given {
			if g.Name == name && g.Title != "" {
				s.comment(g.Title + ":")
			}
		}
		if table, ok := strings.CutSuffix(name, "_read"); ok && s.isLoaded(table) {
			continue // it is counted when staging is filled
		}
		if name == "run_id" {
			// Each script is a run of its own: the records know it by this.
			s.printf("\\if :{?run_id}\n\\else\nSELECT 'psql-' || to_char(clock_timestamp(), 'YYYYMMDD\"T\"HH24MISSUS') AS run_id \\gset\n\\endif\n")
			continue
		}
		s.printf("\\if :{?%s} \\else \\set %s %s \\endif\n", name, name, psqlValue(s.defaultOf(name)))
	}
}

// isLoaded tells whether facts of this prefix are those of a table that is loaded.
func (s *script) isLoaded(facts string) bool {
	return slices.ContainsFunc(s.p.Tables, func(t plan.Table) bool { return t.Loaded && t.Facts == facts })
}

func (s *script) defaultOf(name string) string {
	for _, g := range s.p.Given {
		if g.Name == name {
			return g.Default
		}
	}
	if _, ok := s.words.columns[name]; ok {
		return "true"
	}
	for _, t := range s.p.Tables {
		if name == t.Facts+"_path" {
			return t.Source
		}
	}
	for _, suffix := range []string{"_rejected", "_bytes", "_collapsed"} {
		if strings.HasSuffix(name, suffix) {
			return "0"
		}
	}
	if s.conditional[name] {
		return "false"
	}
	return ""
}

// psqlValue quotes a value for \set.
func psqlValue(v string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`, "\n", `\n`).Replace(v) + "'"
}

func (s *script) phase(g phaseSteps) {
	s.printf("\n\n")
	s.comment(strings.Repeat("=", 77))
	s.comment(string(g.phase) + ": " + phaseText[g.phase])
	s.comment(strings.Repeat("=", 77))
	switch {
	case g.phase == plan.PublishPhase && s.psql:
		s.printf("BEGIN;\n")
	case g.phase == plan.PublishPhase:
		s.printf("BEGIN IMMEDIATE;\n")
	}
	for _, step := range g.steps {
		s.step(step)
	}
	switch {
	case g.phase == plan.PublishPhase:
		s.printf("\nCOMMIT;\n")
		s.after()
	}
}

// after writes what a run executes outside its steps.
func (s *script) after() {
	if len(s.p.Cleanup) > 0 {
		s.rule()
		s.comment("however the run ended")
		for _, q := range s.p.Cleanup {
			s.printf("\n")
			s.statement(q.Title, q, false)
		}
	}
	if len(s.p.Failure) > 0 {
		s.rule()
		s.comment("when the run did not publish, in a transaction of its own")
		for _, q := range s.p.Failure {
			s.aside(q.Title+":", q)
		}
	}
	if s.p.Progress.SQL != "" {
		s.rule()
		s.comment("at the start of every step, on a connection of its own")
		s.aside(s.p.Progress.Title+":", s.p.Progress)
	}
	if s.p.Lookup.SQL != "" {
		s.rule()
		s.comment("when the answer to COMMIT was lost")
		s.aside(s.p.Lookup.Title+":", s.p.Lookup)
	}
}

func (s *script) step(step plan.Step) {
	s.rule()
	s.comment(step.ID + ": " + step.Title)
	if !step.Pos.IsZero() {
		s.comment("asked for by " + printable(step.Pos.String()))
	}
	if len(step.Needs) > 0 {
		s.comment("needs " + strings.Join(step.Needs, ", "))
	}
	for _, a := range step.Actions {
		s.printf("\n")
		switch a := a.(type) {
		case plan.Exec:
			s.statement(a.Title, a.Statement, false)
		case plan.Probe:
			s.statement(a.Title, a.Statement, true)
		case plan.Problems:
			s.problems(a)
		case plan.Load:
			s.load(a)
		case plan.Require:
			s.require(a)
		case plan.Judge:
			s.judge(a)
		case plan.Limit:
			s.comment("fails when " + limitText(a))
		default:
			s.comment(plan.Verb(a))
		}
	}
}

// statement writes one statement with its conditions around it.
func (s *script) statement(purpose string, q plan.Statement, probe bool) {
	if purpose != "" {
		s.comment(purpose)
	}
	if len(q.When) > 0 {
		s.comment("when " + s.words.when(q.When))
	}
	if !s.psql {
		if len(q.Args) > 0 {
			s.comment("with " + strings.Join(q.Args, ", "))
		}
		if q.ReadOnly {
			s.printf("PRAGMA query_only = 1;\n%s\nPRAGMA query_only = 0;\n", ended(q.SQL))
			return
		}
		s.printf("%s\n", ended(q.SQL))
		return
	}
	s.under(q.When, func() {
		if !q.ReadOnly {
			s.execute(q, probe)
			return
		}
		s.printf("SAVEPOINT pipe;\nSET LOCAL transaction_read_only = on;\n")
		s.execute(q, probe)
		s.printf("ROLLBACK TO SAVEPOINT pipe;\nRELEASE SAVEPOINT pipe;\n")
	})
}

// execute writes a statement as psql runs it. Arguments go through PREPARE,
// which gives the literals of EXECUTE the types that the statement wants.
func (s *script) execute(q plan.Statement, probe bool) {
	end := ";"
	if probe {
		end = " \\gset"
	}
	if len(q.Args) == 0 {
		if probe {
			s.printf("%s\n", gset(q.SQL))
		} else {
			s.printf("%s\n", ended(q.SQL))
		}
	} else {
		args := make([]string, len(q.Args))
		for i, a := range q.Args {
			args[i] = ":'" + a + "'"
		}
		s.printf("PREPARE pipe_stmt AS\n%s\nEXECUTE pipe_stmt(%s)%s\nDEALLOCATE pipe_stmt;\n", ended(q.SQL), strings.Join(args, ", "), end)
	}
	if !probe {
		return
	}
	// A NULL leaves its variable unset; to a run it is the empty text, or no.
	for _, name := range s.used {
		if gives(q, name) {
			empty := "''"
			if s.conditional[name] {
				empty = "false"
			}
			s.printf("\\if :{?%s} \\else \\set %s %s \\endif\n", name, name, empty)
		}
	}
}

// ended is a statement with its semicolon. One that ends in a comment gets it
// on a line of its own, where the comment cannot swallow it.
func ended(sql string) string {
	sql = strings.TrimSpace(sql)
	if strings.HasSuffix(sql, ";") && !endsInComment(sql) {
		return sql
	}
	if endsInComment(sql) {
		return sql + "\n;"
	}
	return sql + ";"
}

func gset(sql string) string {
	sql = strings.TrimRight(strings.TrimSpace(sql), "; \n")
	if endsInComment(sql) {
		return sql + "\n\\gset"
	}
	return sql + " \\gset"
}

func endsInComment(sql string) bool {
	return strings.Contains(sql[strings.LastIndex(sql, "\n")+1:], "--")
}

func (s *script) load(a plan.Load) {
	s.comment("load here: " + a.Source + " into " + a.Staging + ", the line of each row last")
	s.comment("  " + strings.ReplaceAll(a.Into, "\n", "\n  "))
	if !s.psql {
		return
	}
	s.fills = append(s.fills, a)
	if len(s.fills) < s.loads {
		return
	}
	// The last staging is there: rows may refer to each other from here on.
	s.printf("\\if :{?fill} \\i :fill \\endif\n")
	facts := givenFacts(s.p)
	for _, filled := range s.fills {
		if name := filled.Facts + "_read"; slices.Contains(facts, name) {
			// What is read is what is there, so that the ledger balances.
			s.printf("\\if :{?%[1]s}\n\\else\nSELECT count(*) AS %[1]s FROM %[2]s \\gset\n\\endif\n", name, filled.Staging)
		}
	}
}

func (s *script) require(a plan.Require) {
	verb := "fails"
	if a.Exit == 4 {
		verb = "refuses"
	}
	text := fmt.Sprintf("%s when %s: %s (%s, exit %d)", verb, s.words.when(a.Unless), a.Message, a.Code, a.Exit)
	if a.Override != "" {
		text += "; " + a.Override + " overrides"
	}
	s.comment(text)
	if !s.psql || a.Exit == 0 {
		return
	}
	when := a.Unless
	if a.Override != "" {
		when = append(slices.Clone(when), "!"+a.Overridden)
	}
	s.under(when, func() { s.raise(a.Message) })
}

// raise ends the script, and with it the transaction. The message may hold any
// name, and so what would end a dollar quote.
func (s *script) raise(message string) {
	body := "BEGIN RAISE EXCEPTION USING MESSAGE = " + sqlText(message) + "; END"
	if strings.Contains(body, "$") {
		s.printf("DO %s;\n", sqlText(body))
		return
	}
	s.printf("DO $pipe$ %s $pipe$;\n", body)
}

func sqlText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// problems shows what is wrong and then, unless it is set aside, stops.
func (s *script) problems(a plan.Problems) {
	s.statement("each row is a problem: "+a.Title, a.Statement, false)
	if !s.psql {
		return
	}
	name := a.Count
	if name == "" {
		name = "_problems"
	}
	s.under(a.When, func() {
		s.execute(plan.Statement{SQL: fmt.Sprintf("SELECT count(*) > 0 AS %s FROM (\n%s\n) AS problems", name, strings.TrimRight(strings.TrimSpace(a.SQL), ";")), Args: a.Args}, true)
		if !a.Quarantine {
			message := "there are " + a.Title
			if a.Kind == plan.Misfit {
				message = a.Table + " does not fit its declaration"
			}
			s.under([]string{name}, func() { s.raise(message) })
		}
	})
}

// under writes what is executed only where every condition holds.
func (s *script) under(when []string, do func()) {
	for _, c := range when {
		s.printf("\\if :%s\n", fact(c))
		if fact(c) != c {
			s.printf("\\else\n")
		}
	}
	do()
	for range when {
		s.printf("\\endif\n")
	}
}

// aside writes a statement that runs only after something went wrong: as a
// comment, since a script cannot tell.
func (s *script) aside(label string, q plan.Statement) {
	s.printf("\n")
	s.comment(label)
	if len(q.Args) > 0 {
		s.comment("with " + strings.Join(q.Args, ", "))
	}
	for _, line := range strings.Split(strings.TrimSpace(q.SQL), "\n") {
		s.comment("  " + line)
	}
}
