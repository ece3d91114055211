package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/spec"
)

func TestDrawing(t *testing.T) {
	golden(t, "drawing/month.txt", func(b *bytes.Buffer) error { return Drawing(b, monthPlan(spec.Postgres), 80) })
	golden(t, "drawing/narrow.txt", func(b *bytes.Buffer) error { return Drawing(b, monthPlan(spec.Postgres), 50) })
	golden(t, "drawing/diamond.txt", func(b *bytes.Buffer) error { return Drawing(b, diamondPlan(), 80) })
}

// diamondPlan has tables with several parents, a table on its own and odd names.
func diamondPlan() *plan.Plan {
	p := &plan.Plan{Name: `odd "names"`, Dialect: spec.SQLite}
	add := func(kind plan.StepKind, phase plan.Phase, table string, actions []plan.Action, needs ...string) {
		p.Steps = append(p.Steps, plan.Step{ID: string(kind) + "." + table, Kind: kind, Phase: phase, Table: table, Title: "Step of " + table, Needs: needs, Actions: actions})
	}
	tables := map[string][]string{"regions": nil, "end": {"regions"}, `pla"n <b>s`: {"regions"}, "sales 売上": {"end", `pla"n <b>s`}, "lines": {"sales 売上", "regions"}, "alone": nil}
	order := []string{"regions", "end", `pla"n <b>s`, "sales 売上", "lines", "alone"}
	for _, t := range order {
		add(plan.Stage, plan.StagePhase, t, []plan.Action{plan.Load{Name: t, Source: t + ".csv", Staging: "`stage_" + t + "`"}})
		p.Tables = append(p.Tables, plan.Table{Name: t, Loaded: true})
	}
	for _, t := range order {
		needs := []string{"gate." + t}
		for _, parent := range tables[t] {
			needs = append(needs, "merge."+parent)
		}
		add(plan.Gate, plan.PublishPhase, t, nil, "stage."+t)
		add(plan.Merge, plan.PublishPhase, t, nil, needs...)
	}
	return p
}

func TestGraph(t *testing.T) {
	for _, format := range []string{"mermaid", "dot"} {
		golden(t, "graph/month."+format, func(b *bytes.Buffer) error { return Graph(b, monthPlan(spec.Postgres), format) })
		golden(t, "graph/odd_names."+format, func(b *bytes.Buffer) error { return Graph(b, diamondPlan(), format) })
	}
	if err := Graph(&bytes.Buffer{}, diamondPlan(), "svg"); err == nil || !strings.Contains(err.Error(), "mermaid or dot") {
		t.Errorf("an unknown format must name the known ones, got %v", err)
	}
}

// A name may hold anything; no character of it may end the quotes around it.
func TestGraphQuotesOddNames(t *testing.T) {
	for in, want := range map[string]string{
		`end`:           `end`,
		`a "b" c`:       `a #34;b#34; c`,
		`<script>`:      `#60;script#62;`,
		"line\nbreak":   `line#92;nbreak`,
		`#quot;`:        `#35;quot#59;`,
		"`md` **bold**": `#96;md#96; #42;#42;bold#42;#42;`,
		"売上":            "売上",
	} {
		if got := mermaidText(in); got != want {
			t.Errorf("mermaid: %q is written %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		`a "b"`:      `"a \"b\""`,
		`back\slash`: `"back\\slash"`,
		"a\nb":       `"a\\nb"`,
		"node":       `"node"`,
	} {
		if got := dotText(in); got != want {
			t.Errorf("dot: %q is written %s, want %s", in, got, want)
		}
	}
}
