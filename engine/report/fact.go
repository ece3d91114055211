package report

import (
	"regexp"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/plan"
)

// statements calls visit with every statement of a step that a run may
// execute, in order. probe tells whether its columns become facts.
func statements(s plan.Step, visit func(q plan.Statement, probe bool)) {
	for _, a := range s.Actions {
		switch a := a.(type) {
		case plan.Exec:
			visit(a.Statement, false)
		case plan.Probe:
			visit(a.Statement, true)
		case plan.Problems:
			visit(a.Statement, false)
		case plan.Require:
			when := slices.Clone(a.Unless)
			if a.Override != "" {
				when = append(when, a.Overridden)
			}
			visit(plan.Statement{When: when}, false)
		case plan.Judge:
			if a.Scan.SQL != "" {
				visit(a.Scan, false)
			}
			for _, e := range a.Expectations {
				for _, q := range e.Queries() {
					visit(q, false)
				}
			}
		}
	}
}

// gives tells whether a probe has an output column of the fact's name.
func gives(q plan.Statement, fact string) bool {
	return regexp.MustCompile("(?i)\\bAS\\s+[\"`]?" + regexp.QuoteMeta(fact) + "[\"`]?(\\W|$)").MatchString(q.SQL)
}

// fact is the name in a condition, without its negation.
func fact(condition string) string { return strings.TrimPrefix(condition, "!") }

// givenFacts are the facts that statements use and that no earlier,
// unconditional probe of the plan has given: a script must be told them.
func givenFacts(p *plan.Plan) []string {
	var facts []string
	var known []plan.Statement
	use := func(name string) {
		if slices.Contains(facts, name) || slices.ContainsFunc(known, func(q plan.Statement) bool { return gives(q, name) }) {
			return
		}
		facts = append(facts, name)
	}
	for _, s := range p.Steps {
		statements(s, func(q plan.Statement, probe bool) {
			for _, c := range q.When {
				use(fact(c))
			}
			for _, a := range q.Args {
				use(a)
			}
			if probe && len(q.When) == 0 {
				known = append(known, q)
			}
		})
	}
	for _, q := range p.Cleanup {
		for _, name := range slices.Concat(q.When, q.Args) {
			use(fact(name))
		}
	}
	return facts
}

// usedFacts are the names of all facts that any statement uses, and whether
// any uses it as a condition.
func usedFacts(p *plan.Plan) (names []string, condition map[string]bool) {
	condition = map[string]bool{}
	for _, s := range p.Steps {
		statements(s, func(q plan.Statement, _ bool) {
			for _, c := range q.When {
				names = append(names, fact(c))
				condition[fact(c)] = true
			}
			names = append(names, q.Args...)
		})
	}
	slices.Sort(names)
	return slices.Compact(names), condition
}

// wording of what the probes of a plan learn, by the end of the fact's name.
var factWords = []struct{ suffix, yes, no string }{
	{"_empty", "%s is empty", "%s holds rows"},
	{"_exists", "%s exists", "%s does not exist yet"},
	{"_duplicates", "a key of %s is staged twice", "no key of %s is staged twice"},
	{"_collapsed", "equal rows of %s are staged", "no equal rows of %s are staged"},
	{"_writes", "there are new or changed rows of %s", "no row of %s is new or changed"},
	{"_stamped", "%s is stamped for this month", "%s is not stamped for this month"},
	{"_differs", "the stamp of %s would change", "the stamp of %s would stay as it is"},
}

// words puts conditions into words.
type words struct {
	names   map[string]string    // the prefix of facts -> the table or snapshot
	columns map[string][2]string // the fact of an optional column -> table, column
}

func newWords(p *plan.Plan) words {
	w := words{map[string]string{}, map[string][2]string{}}
	for _, t := range p.Tables {
		w.names[t.Facts] = t.Name
	}
	for _, s := range p.Snapshots {
		w.names[s.Facts] = s.Name
	}
	for _, s := range p.Steps {
		for _, a := range s.Actions {
			if load, ok := a.(plan.Load); ok {
				for column, name := range load.Optional {
					w.columns[name] = [2]string{load.Name, column}
				}
			}
		}
	}
	return w
}

// when words the conditions of a statement: they must all hold.
func (w words) when(conditions []string) string {
	var parts []string
	for _, c := range conditions {
		parts = append(parts, w.condition(c))
	}
	return strings.Join(parts, " and ")
}

func (w words) condition(c string) string {
	name := fact(c)
	holds := name == c
	if column, ok := w.columns[name]; ok {
		if holds {
			return "the file of " + column[0] + " has " + column[1]
		}
		return "the file of " + column[0] + " has no " + column[1]
	}
	for _, f := range factWords {
		of, ok := w.names[strings.TrimSuffix(name, f.suffix)]
		if !ok || !strings.HasSuffix(name, f.suffix) {
			continue
		}
		if holds {
			return strings.ReplaceAll(f.yes, "%s", of)
		}
		return strings.ReplaceAll(f.no, "%s", of)
	}
	if holds {
		return name + " holds"
	}
	return name + " does not hold"
}
