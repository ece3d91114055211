package rapport

import (
	"bytes"
	"context"
	_ "embed" // the template and the sentences
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"

	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/report"
	"github.com/streamflow/pipe/engine/run"
)

// Path is where the report is kept, in the project directory.
const Path = "reports/rapport_tp2.md"

//go:embed rapport.md.tmpl
var text string

// facts are what the template shows.
type facts struct {
	History   *history
	January   *month
	February  *month
	Tree      string
	Variables []string // of .env
	Services  []service
	Drawing   string
	Upsert    string // the statement that merges UpsertTable
	Suite     []run.Expectation
}

// UpsertTable is the table whose upsert is shown; it has few columns.
func (facts) UpsertTable() string { return upsertTable }

// TrainingSQL is the query that reads a model's data.
func (facts) TrainingSQL() string { return trainingSQL }

const (
	entry       = "specs/ingest_month.yaml"
	upsertTable = "support_agg_90d"
	suiteTable  = "usage_agg_30d"
)

// Generate runs both shipped months on an empty PostgreSQL database, given by
// its URL, and gives the report. The working directory is the project's.
func Generate(ctx context.Context, database string) ([]byte, error) {
	words, err := readPhrases()
	if err != nil {
		return nil, err
	}
	h, err := live(ctx, database)
	if err != nil {
		return nil, err
	}
	f := facts{History: h, January: h.Months[0], February: h.Months[1]}
	if f.Tree, err = tree(ctx, words); err != nil {
		return nil, err
	}
	env, err := dotenv()
	if err != nil {
		return nil, err
	}
	f.Variables = slices.Sorted(maps.Keys(env))
	if f.Services, err = services(); err != nil {
		return nil, err
	}
	var drawing strings.Builder
	if err := report.Drawing(&drawing, f.January.Plan, 78); err != nil {
		return nil, err
	}
	f.Drawing = drawing.String()
	if f.Upsert, err = upsert(f.February.Plan); err != nil {
		return nil, err
	}
	f.Suite = suite(f.January.Result)
	return f.write(words)
}

func (f facts) write(words *phrases) ([]byte, error) {
	t, err := template.New("rapport.md.tmpl").Funcs(words.functions()).Parse(text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, f); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// upsert finds the statement of the plan that writes new and changed rows.
func upsert(p *plan.Plan) (string, error) {
	if step := p.Step("merge." + upsertTable); step != nil {
		for _, a := range step.Actions {
			if e, ok := a.(plan.Exec); ok && strings.Contains(e.SQL, "ON CONFLICT") {
				return e.SQL, nil
			}
		}
	}
	return "", fmt.Errorf("the plan has no upsert into %s", upsertTable)
}

func suite(r *run.Result) []run.Expectation {
	return slices.DeleteFunc(slices.Clone(r.Expectations), func(e run.Expectation) bool { return e.Table != suiteTable })
}

// Difference words the first lines in which two texts differ, empty when they
// are the same.
func Difference(have, want []byte) string {
	if bytes.Equal(have, want) {
		return ""
	}
	a, b := strings.Split(string(have), "\n"), strings.Split(string(want), "\n")
	line := func(lines []string, i int) string {
		if i < len(lines) {
			return lines[i]
		}
		return "(the end)"
	}
	var out strings.Builder
	shown := 0
	for i := 0; i < max(len(a), len(b)) && shown < 5; i++ {
		if line(a, i) != line(b, i) {
			fmt.Fprintf(&out, "%s:%d\n- %s\n+ %s\n", Path, i+1, line(a, i), line(b, i))
			shown++
		}
	}
	return out.String()
}
