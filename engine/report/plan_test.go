package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/spec"
)

func TestPlanText(t *testing.T) {
	golden(t, "plan/month.txt", func(b *bytes.Buffer) error { return PlanText(b, monthPlan(spec.Postgres), TextOptions{Width: 80}) })
}

func TestPlanSQL(t *testing.T) {
	golden(t, "plan/month.postgres.sql", func(b *bytes.Buffer) error { return PlanSQL(b, monthPlan(spec.Postgres)) })
	golden(t, "plan/month.sqlite.sql", func(b *bytes.Buffer) error { return PlanSQL(b, monthPlan(spec.SQLite)) })
}

// A script is not told what its own probes find out, unless they may not run.
func TestPlanSQLSetsOnlyTheFactsThatNoProbeGives(t *testing.T) {
	probe := func(sql string, when ...string) plan.Action {
		return plan.Probe{Statement: plan.Statement{SQL: sql, When: when}}
	}
	p := &plan.Plan{Dialect: spec.Postgres, Steps: []plan.Step{{ID: "a", Phase: plan.PublishPhase, Actions: []plan.Action{
		probe("SELECT true AS t_empty, 1 AS \"t_quoted\", 2 AS t_long"),
		probe("SELECT 1 AS t_sometimes", "!t_empty"),
		plan.Exec{Statement: plan.Statement{SQL: "SELECT $1, $2, $3, $4", Args: []string{"t_quoted", "t_lon", "t_sometimes", "t_has_3"}, When: []string{"!t_empty", "allow_older"}}},
		probe("SELECT 1 AS t_late"),
	}}, {ID: "b", Phase: plan.PublishPhase, Actions: []plan.Action{
		plan.Exec{Statement: plan.Statement{SQL: "SELECT $1", Args: []string{"t_late"}}},
	}}}}
	if got, want := strings.Join(givenFacts(p), " "), "allow_older t_lon t_sometimes t_has_3"; got != want {
		t.Errorf("facts to be given: %s, want %s", got, want)
	}
}

// A semicolon behind a comment would be part of it.
func TestStatementsEnd(t *testing.T) {
	for in, want := range map[string]string{
		"SELECT 1":                 "SELECT 1;",
		"SELECT 1;\n":              "SELECT 1;",
		"SELECT 1 -- one":          "SELECT 1 -- one\n;",
		"SELECT 1;\n-- the end;":   "SELECT 1;\n-- the end;\n;",
		"-- first\nSELECT 1":       "-- first\nSELECT 1;",
		"SELECT '--' AS not_sure ": "SELECT '--' AS not_sure\n;",
	} {
		if got := ended(in); got != want {
			t.Errorf("%q ends as %q, want %q", in, got, want)
		}
	}
}

func TestPlanJSON(t *testing.T) {
	var b bytes.Buffer
	if err := PlanJSON(&b, monthPlan(spec.Postgres)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), `\u003e`) || !strings.Contains(b.String(), "count(*) > 1") {
		t.Error("SQL must be readable in the document")
	}
	var document struct {
		FormatVersion int `json:"format_version"`
		Steps         []struct {
			ID      string
			Actions []map[string]any
		}
	}
	if err := json.Unmarshal(b.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	if document.FormatVersion != 1 || document.Steps[0].ID != "prepare.records" || document.Steps[0].Actions[0]["do"] != "execute" {
		t.Errorf("the document does not hold the plan: %+v", document.Steps[0])
	}
}
