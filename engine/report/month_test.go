package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/spec"
)

// The six tables of a month, as the shipped spec declares them.
var monthTables = []struct {
	name    string
	line    int
	columns []string
	rules   []string
}{
	{"users", 2, []string{"user_id", "signup_date", "user_gender", "user_is_senior", "has_family", "has_dependents"}, []string{
		"unique(user_id)", "count() >= 1000"}},
	{"subscriptions", 13, []string{"user_id", "months_active", "plan_stream_tv", "plan_stream_movies", "contract_type", "paperless_billing",
		"monthly_fee", "total_paid", "net_service", "add_on_security"}, []string{
		"months_active >= 0", "monthly_fee >= 0 and total_paid >= 0", "count() >= 1000 and mean(monthly_fee) < 200"}},
	{"usage_agg_30d", 31, []string{"user_id", "watch_hours_30d", "avg_session_mins_7d", "unique_devices_30d", "skips_7d", "rebuffer_events_7d"}, []string{
		"watch_hours_30d >= 0", "avg_session_mins_7d >= 0"}},
	{"payments_agg_90d", 42, []string{"user_id", "failed_payments_90d"}, []string{"failed_payments_90d in 0..90"}},
	{"support_agg_90d", 49, []string{"user_id", "support_tickets_90d", "ticket_avg_resolution_hrs_90d"}, []string{"support_tickets_90d >= 0"}},
	{"labels", 57, []string{"user_id", "churn_label"}, []string{"churn_label != nil"}},
}

var monthSnapshots = []struct{ name, from string }{
	{"subscriptions_profile_snapshots", "subscriptions"},
	{"usage_agg_30d_snapshots", "usage_agg_30d"},
	{"payments_agg_90d_snapshots", "payments_agg_90d"},
	{"support_agg_90d_snapshots", "support_agg_90d"},
	{"labels_snapshots", "labels"},
}

func at(file string, line, col int) diag.Pos { return diag.Pos{File: file, Line: line, Col: col} }

// monthPlan is a plan of the shape that compiling the shipped spec gives.
func monthPlan(driver spec.Driver) *plan.Plan {
	p := &plan.Plan{
		FormatVersion: plan.FormatVersion, Name: "ingest_month", Description: "Monthly ingestion, validation and snapshots.",
		Entry: "specs/ingest_month.yaml", Dialect: driver, AsOf: "2024-01-31",
		Vars:    map[string]string{"as_of": "2024-01-31", "seed_dir": "data/seeds/month_000"},
		Retries: 3, Session: []string{"SET search_path = \"public\"", "SET timezone = 'UTC'"},
		Given:   []plan.Given{{Name: "run_id", Title: "the run", Default: "psql"}, {Name: "snapshots_keep", Title: "--snapshots keep was given", Default: "false"}},
		Cleanup: []plan.Statement{{SQL: `DROP TABLE IF EXISTS pipe."stage_users"`, Title: "drop the staging of users"}},
		Failure: []plan.Statement{{SQL: "INSERT INTO pipe.runs (run_id, spec) VALUES ($1, 'ingest_month')", Args: []string{"run_id"}, Title: "the failed run"}},
		Lookup:  plan.Statement{SQL: "SELECT EXISTS (SELECT 1 FROM pipe.runs WHERE run_id = $1) AS is_published", Args: []string{"run_id"}, Title: "whether the run was published"},
	}
	p.Steps = append(p.Steps, plan.Step{
		ID: "prepare.records", Kind: plan.Prepare, Phase: plan.PreparePhase, Title: "Create pipe's own tables", Pos: at(p.Entry, 1, 1),
		Actions: []plan.Action{
			plan.Exec{Statement: plan.Statement{SQL: "CREATE SCHEMA IF NOT EXISTS pipe", Title: "pipe's own schema"}},
			plan.Exec{Statement: plan.Statement{SQL: "CREATE TABLE IF NOT EXISTS pipe.runs (\n  run_id text PRIMARY KEY,\n  spec text NOT NULL,\n  as_of date\n)"}},
		},
	}, plan.Step{
		ID: "prepare.setup", Kind: plan.Prepare, Phase: plan.PreparePhase, Title: "Run db/init/001_schema.sql", Pos: at(p.Entry, 15, 9), Needs: []string{"prepare.records"},
		Actions: []plan.Action{plan.Exec{Statement: plan.Statement{SQL: monthSchema()}}},
	})
	var stages, merges, checks, snapshots []string
	for _, t := range monthTables {
		stages = append(stages, "stage."+t.name)
		p.Tables = append(p.Tables, plan.Table{Name: t.name, Loaded: true, Key: []string{"user_id"}, Columns: t.columns,
			Pos: at("specs/pipeline.yaml", t.line, 3), Facts: t.name, Source: "data/seeds/month_000/" + t.name + ".csv"})
		p.Steps = append(p.Steps, stageStep(t.name, t.line, t.columns))
	}
	for _, t := range monthTables {
		gate, merge := gateStep(t.name, t.line), mergeStep(t.name, t.line, t.columns)
		gate.Needs = append(gate.Needs, stages...)
		if t.name != "users" {
			merge.Needs = append(merge.Needs, "merge.users")
		}
		merges = append(merges, merge.ID)
		p.Steps = append(p.Steps, gate, merge)
	}
	slices.Sort(merges)
	for _, t := range monthTables {
		check := checkStep(t.name, t.rules)
		check.Needs = merges
		checks = append(checks, check.ID)
		p.Steps = append(p.Steps, check)
	}
	slices.Sort(checks)
	for i, n := range monthSnapshots {
		p.Snapshots = append(p.Snapshots, plan.Snapshot{Name: n.name, From: n.from, Columns: []string{"user_id", "as_of"},
			Pos: at("specs/snapshots.yaml", 2+i, 3), Facts: n.name})
		step := snapshotStep(n.name, n.from, 2+i)
		step.Needs = checks
		snapshots = append(snapshots, step.ID)
		p.Steps = append(p.Steps, step)
	}
	slices.Sort(snapshots)
	p.Steps = append(p.Steps, plan.Step{ID: "record", Kind: plan.Record, Phase: plan.PublishPhase, Title: "Record the run", Pos: at(p.Entry, 1, 1), Needs: snapshots,
		Actions: []plan.Action{plan.Exec{Statement: plan.Statement{Title: "the run",
			SQL: "INSERT INTO pipe.runs (run_id, spec, as_of)\nVALUES ($1, 'ingest_month', DATE '2024-01-31')\nON CONFLICT (run_id) DO NOTHING", Args: []string{"run_id"}}}}})
	return p
}

func monthSchema() string {
	var b strings.Builder
	for _, t := range monthTables {
		fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s (%s text PRIMARY KEY, %s text);\n", t.name, t.columns[0], strings.Join(t.columns[1:], " text, "))
	}
	for _, n := range monthSnapshots {
		fmt.Fprintf(&b, "CREATE TABLE IF NOT EXISTS %s (user_id text, as_of date, PRIMARY KEY (user_id, as_of));\n", n.name)
	}
	return b.String() + "-- the six tables of a month and their snapshots\n"
}

func stageStep(name string, line int, columns []string) plan.Step {
	quoted := `"` + strings.Join(columns, `", "`) + `"`
	staging := `pipe."stage_` + name + `"`
	load := plan.Load{Name: name, Facts: name, Source: "data/seeds/month_000/" + name + ".csv", Written: "${{ vars.seed_dir }}/" + name + ".csv",
		Staging: staging, Into: "COPY " + staging + " (" + quoted + `, "_line") FROM STDIN`, Columns: columns}
	if name == "subscriptions" {
		load.Optional = map[string]string{"add_on_security": "subscriptions_has_9"}
	}
	return plan.Step{
		ID: "stage." + name, Kind: plan.Stage, Phase: plan.StagePhase, Table: name, Title: "Load " + load.Source + " into staging",
		Pos: at("specs/pipeline.yaml", line, 3), Needs: []string{"prepare.setup"},
		Actions: []plan.Action{
			plan.Exec{Statement: plan.Statement{SQL: "DROP TABLE IF EXISTS " + staging, Title: "what a killed run may have left"}},
			plan.Exec{Statement: plan.Statement{SQL: "CREATE UNLOGGED TABLE " + staging + " (\n  " + strings.Join(columns, " text,\n  ") + " text,\n  _line bigint\n)", Title: "the staging of " + name}},
			load,
		},
	}
}

func gateStep(name string, line int) plan.Step {
	staging := `pipe."stage_` + name + `"`
	s := plan.Step{
		ID: "gate." + name, Kind: plan.Gate, Phase: plan.PublishPhase, Table: name, Title: "Look for rows of " + name + " that may not be merged",
		Pos: at("specs/pipeline.yaml", line+2, 5),
		Actions: []plan.Action{
			plan.Probe{Statement: plan.Statement{SQL: "SELECT EXISTS (SELECT 1 FROM " + staging + " GROUP BY \"user_id\" HAVING count(*) > 1) AS " + name + "_duplicates", Title: "is a key staged twice?"}},
			plan.Problems{Kind: plan.BadRows, Table: name, Statement: plan.Statement{Title: "rows of one key that differ", When: []string{name + "_duplicates"},
				SQL: "SELECT 'duplicate_key' AS code, max(\"_line\") AS line, 'user_id' AS \"column\", \"user_id\" AS value, min(\"_line\") AS other_line\nFROM " + staging + "\nGROUP BY \"user_id\"\nHAVING count(*) > 1"}},
		},
	}
	if name == "users" {
		s.Actions = append(s.Actions, plan.Probe{Statement: plan.Statement{
			SQL: "SELECT max(as_of)::text AS published_as_of, coalesce(max(as_of) > DATE '2024-01-31', false) AS as_of_older FROM pipe.runs"}},
			plan.Require{Unless: []string{"as_of_older"}, Code: "older_as_of", Exit: 4, Message: "{published_as_of} was published already; 2024-01-31 would take the live tables back",
				Hint: "add --allow-older to load it all the same", Override: "--allow-older", Overridden: "allow_older", Pos: at("specs/ingest_month.yaml", 4, 8)})
	}
	return s
}

func mergeStep(name string, line int, columns []string) plan.Step {
	staging := `pipe."stage_` + name + `"`
	list := `"` + strings.Join(columns, `", "`) + `"`
	upsert := plan.Statement{Title: "write the new and the changed rows, and no other", When: []string{"!" + name + "_empty"},
		SQL: "INSERT INTO " + name + " (" + list + ")\nSELECT " + list + " FROM " + staging + "\nON CONFLICT (user_id) DO UPDATE SET " + columns[1] + " = EXCLUDED." + columns[1]}
	if name == "subscriptions" {
		upsert.SQL += ", add_on_security = CASE WHEN $1 THEN EXCLUDED.add_on_security ELSE subscriptions.add_on_security END"
		upsert.Args = []string{"subscriptions_has_9"}
	}
	return plan.Step{
		ID: "merge." + name, Kind: plan.Merge, Phase: plan.PublishPhase, Table: name, Title: "Merge the staged rows into " + name,
		Pos: at("specs/pipeline.yaml", line, 3), Needs: []string{"gate." + name},
		Actions: []plan.Action{
			plan.Probe{Statement: plan.Statement{SQL: "SELECT NOT EXISTS (SELECT 1 FROM " + name + ") AS " + name + "_empty", Title: "does the table hold rows?"}},
			plan.Exec{Statement: plan.Statement{Title: "fill the empty table", When: []string{name + "_empty"}, SQL: "INSERT INTO " + name + " (" + list + ")\nSELECT " + list + " FROM " + staging}},
			plan.Exec{Statement: upsert},
		},
	}
}

func checkStep(name string, rules []string) plan.Step {
	file := "expectations/" + name + ".yaml"
	j := plan.Judge{Suite: name, Table: name, Scan: plan.Statement{SQL: "SELECT count(*) AS n0\nFROM " + name}}
	for i, rule := range rules {
		e := plan.Expectation{Compiled: expectation.Compiled{Suite: name, Table: name, Index: i, Name: fmt.Sprintf("%s[%d]", name, i), Kind: "rule", Rule: rule,
			Severity: "error", Pos: at(file, 4+i, 15)}}
		e.Alone = plan.Statement{SQL: "SELECT count(*) AS element_count\nFROM " + name}
		e.Tallies = map[string]plan.Tally{"element_count": {Scan: "n0"}}
		e.FailingRows = plan.Statement{SQL: "SELECT user_id, 0 AS line FROM " + name + "\nWHERE NOT (true)\nLIMIT 10000"}
		e.UserSQL = "SELECT * FROM " + name + " WHERE NOT (true)"
		if strings.HasPrefix(rule, "unique") {
			e.Query = "SELECT true AS success"
			e.Alone = plan.Statement{SQL: e.Query}
			e.Tallies = nil
			j.Queries = append(j.Queries, plan.Query{Statements: []plan.Statement{e.Alone}, Expectations: []string{e.Name}})
		} else {
			j.Fused = append(j.Fused, e.Name)
		}
		j.Expectations = append(j.Expectations, e)
	}
	return plan.Step{ID: "check." + name, Kind: plan.Check, Phase: plan.PublishPhase, Table: name, Title: "Check the expectations of " + name,
		Pos: at(file, 2, 5), Actions: []plan.Action{j}}
}

func snapshotStep(name, from string, line int) plan.Step {
	return plan.Step{
		ID: "snapshot." + name, Kind: plan.SnapshotStep, Phase: plan.PublishPhase, Table: name, Title: "Stamp " + from + " as of 2024-01-31 into " + name,
		Pos: at("specs/snapshots.yaml", line, 3),
		Actions: []plan.Action{
			plan.Probe{Statement: plan.Statement{SQL: "SELECT EXISTS (SELECT 1 FROM " + name + " WHERE as_of = DATE '2024-01-31') AS " + name + "_stamped", Title: "is the month stamped?"}},
			plan.Exec{Statement: plan.Statement{Title: "copy the table as it stands", When: []string{"!" + name + "_stamped", "!snapshots_keep"},
				SQL: "INSERT INTO " + name + " (user_id, as_of)\nSELECT user_id, DATE '2024-01-31'\nFROM " + from}},
		},
	}
}
