package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/plan"
)

// Graph writes the steps of a plan and what each needs, as text that other
// tools draw. The format is mermaid (also for "") or dot.
func Graph(w io.Writer, p *plan.Plan, format string) error {
	var text string
	switch format {
	case "", "mermaid":
		text = mermaid(p)
	case "dot":
		text = dot(p)
	default:
		return fmt.Errorf("there is no graph format %q; use mermaid or dot", format)
	}
	_, err := io.WriteString(w, text)
	return err
}

// nodeIDs numbers the steps: a number is never a reserved word, whatever the
// tables are called.
func nodeIDs(p *plan.Plan) map[string]string {
	ids := map[string]string{}
	for i, s := range p.Steps {
		ids[s.ID] = "s" + strconv.Itoa(i)
	}
	return ids
}

type phaseSteps struct {
	phase plan.Phase
	steps []plan.Step
}

// phases groups the steps by phase, in the order of the phases.
func phases(p *plan.Plan) []phaseSteps {
	var groups []phaseSteps
	for _, phase := range []plan.Phase{plan.PreparePhase, plan.StagePhase, plan.PublishPhase} {
		g := phaseSteps{phase: phase}
		for _, s := range p.Steps {
			if s.Phase == phase {
				g.steps = append(g.steps, s)
			}
		}
		if len(g.steps) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

func mermaid(p *plan.Plan) string {
	ids := nodeIDs(p)
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	for _, g := range phases(p) {
		fmt.Fprintf(&b, "  subgraph phase_%s[\"%s\"]\n", g.phase, g.phase)
		for _, s := range g.steps {
			fmt.Fprintf(&b, "    %s%s\n", ids[s.ID], mermaidShape(s.Kind, mermaidText(s.ID)))
		}
		b.WriteString("  end\n")
	}
	for _, s := range p.Steps {
		for _, need := range s.Needs {
			if id, ok := ids[need]; ok {
				fmt.Fprintf(&b, "  %s --> %s\n", id, ids[s.ID])
			}
		}
	}
	return b.String()
}

// mermaidShape draws each kind of step in a shape of its own.
func mermaidShape(kind plan.StepKind, label string) string {
	switch kind {
	case plan.Stage:
		return `[/"` + label + `"/]`
	case plan.Gate, plan.Check:
		return `{{"` + label + `"}}`
	case plan.Merge, plan.SnapshotStep:
		return `[("` + label + `")]`
	}
	return `["` + label + `"]`
}

// mermaidText writes any text as the inside of a quoted label. Mermaid takes
// character codes between # and ;. Whatever might be markup is written so.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range printable(s) {
		switch {
		case strings.ContainsRune("\"#&<>`*\\;%{}[]()|~", r):
			fmt.Fprintf(&b, "#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func dot(p *plan.Plan) string {
	ids := nodeIDs(p)
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n", dotText(p.Name))
	for _, g := range phases(p) {
		fmt.Fprintf(&b, "  subgraph %s {\n    label=%s;\n", dotText("cluster_"+string(g.phase)), dotText(string(g.phase)))
		for _, s := range g.steps {
			fmt.Fprintf(&b, "    %s [label=%s, tooltip=%s, shape=%s];\n", ids[s.ID], dotText(s.ID), dotText(s.Title), dotShape(s.Kind))
		}
		b.WriteString("  }\n")
	}
	for _, s := range p.Steps {
		for _, need := range s.Needs {
			if id, ok := ids[need]; ok {
				fmt.Fprintf(&b, "  %s -> %s;\n", id, ids[s.ID])
			}
		}
	}
	b.WriteString("}\n")
	return b.String()
}

func dotShape(kind plan.StepKind) string {
	switch kind {
	case plan.Stage:
		return "parallelogram"
	case plan.Gate, plan.Check:
		return "hexagon"
	case plan.Merge, plan.SnapshotStep:
		return "cylinder"
	}
	return "box"
}

// dotText writes any text as a quoted DOT string; a backslash would begin an
// escape of its own in a label.
func dotText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(printable(s)) + `"`
}
