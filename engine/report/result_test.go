package report

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/run"
	"github.com/streamflow/pipe/engine/spec"
)

func ptr[T any](v T) *T { return &v }

// monthResult is the first load of a month: everything is new.
func monthResult() *run.Result {
	p := monthPlan(spec.Postgres)
	r := &run.Result{
		FormatVersion: 1, Kind: "run", RunID: "20260105T081502-7f3a", Spec: "ingest_month", AsOf: "2024-01-31", Status: run.Succeeded, Published: true,
		Target: run.Target{Driver: "postgres", Name: "postgres"}, Vars: p.Vars,
		StartedAt: time.Date(2026, 1, 5, 8, 15, 2, 0, time.UTC), DurationMS: 812, Attempts: 1,
	}
	bytes := []int64{317330, 563284, 421870, 102388, 131764, 119213}
	for i, t := range p.Tables {
		r.Tables = append(r.Tables, run.Table{Name: t.Name,
			Source: run.Source{Path: t.Source, SHA256: fmt.Sprintf("%064x", 0x5eed+i), Bytes: bytes[i]},
			Rows:   run.Rows{Read: 7043, Loaded: 7043, Inserted: 7043}, Nulls: map[string]int64{}})
	}
	r.Tables[1].Nulls = map[string]int64{"plan_stream_movies": 1526, "plan_stream_tv": 1526}
	for _, s := range p.Steps {
		r.Steps = append(r.Steps, run.Step{ID: s.ID, Kind: string(s.Kind), Needs: s.Needs, Status: run.StepSucceeded, DurationMS: 31})
		for _, a := range s.Actions {
			j, ok := a.(plan.Judge)
			if !ok {
				continue
			}
			for _, e := range j.Expectations {
				r.Expectations = append(r.Expectations, run.Expectation{Suite: e.Suite, Table: e.Table, Index: e.Index, Name: e.Name, Expectation: e.Kind,
					Rule: e.Rule, Severity: e.Severity, Success: true, At: e.Pos.String(),
					Result: run.Found{ElementCount: 7043, MissingCount: ptr(int64(0)), UnexpectedPercent: ptr(0.0)}, SQL: e.UserSQL})
			}
		}
	}
	n := len(r.Expectations)
	r.Checks = run.Checks{Declared: n, Evaluated: n, Passed: n}
	for _, s := range p.Snapshots {
		r.Snapshots = append(r.Snapshots, run.Snapshot{Name: s.Name, AsOf: "2024-01-31", Inserted: 7043})
	}
	return r
}

// rolledBack makes a result one that did not publish: the steps of publish up
// to the failed one are rolled back, the others skipped.
func rolledBack(r *run.Result, status run.Status, failed string) *run.Result {
	r.Status, r.Published = status, false
	after := false
	for i := range r.Steps {
		switch s := &r.Steps[i]; {
		case s.ID == failed:
			s.Status, after = run.StepFailed, true
		case after:
			s.Status, s.DurationMS = run.StepSkipped, 0
		case s.Kind != "prepare" && s.Kind != "stage":
			s.Status = run.StepRolledBack
		}
	}
	return r
}

func secondMonth() *run.Result {
	r := monthResult()
	r.AsOf, r.RunID, r.DurationMS = "2024-02-29", "20260301T060000-91bc", 1543
	for i := range r.Tables {
		t := &r.Tables[i]
		updated := []int64{0, 0, 7043, 202, 360, 2652}[i]
		t.Rows = run.Rows{Read: 7043, Loaded: 7043, Updated: updated, Unchanged: 7043 - updated}
		if updated == 0 {
			t.Source.SameAs = ptr("2024-01-31")
		}
	}
	for i := range r.Snapshots {
		r.Snapshots[i].AsOf = "2024-02-29"
	}
	e := &r.Expectations[3]
	e.Severity, e.Success, e.Name = "warn", false, "amounts_not_negative"
	e.Sentence = "1 of 7,043 rows has `monthly_fee >= 0 and total_paid >= 0` false"
	e.Result.UnexpectedCount, e.Result.UnexpectedPercent = 1, ptr(100.0/7043)
	e.Result.UnexpectedRows = failing(1)
	e.Failing = e.Result.UnexpectedRows
	r.Checks.Passed, r.Checks.Warned = r.Checks.Passed-1, 1
	r.Retries = []run.Retry{{Step: "publish", Attempt: 2, Message: "could not serialize access due to concurrent update (SQLSTATE 40001)"}}
	return r
}

// failing are rows of subscriptions with a negative fee; every third was in
// the table before this run.
func failing(n int) []run.UnexpectedRow {
	var rows []run.UnexpectedRow
	for i := range n {
		row := run.UnexpectedRow{
			Key:    run.Fields{{Name: "user_id", V: fmt.Sprintf("%04d-VHVEG", 7590-i)}},
			Values: run.Fields{{Name: "monthly_fee", V: json.Number(fmt.Sprintf("-%d.85", 29+i*10))}, {Name: "total_paid", V: nil}},
		}
		if i%3 != 2 {
			row.At = fmt.Sprintf("data/seeds/month_000/subscriptions.csv:%d", 2+i*117)
		}
		rows = append(rows, row)
	}
	return rows
}

func unchangedResult() *run.Result {
	r := monthResult()
	r.Status, r.DurationMS = run.Unchanged, 204
	for i := range r.Tables {
		r.Tables[i].Rows = run.Rows{Read: 7043, Loaded: 7043, Unchanged: 7043}
		r.Tables[i].Source.SameAs = ptr("2024-01-31")
	}
	for i := range r.Snapshots {
		r.Snapshots[i].Inserted, r.Snapshots[i].Kept = 0, 7043
	}
	return r
}

func checksFailedResult() *run.Result {
	r := secondMonth()
	for i := range r.Tables {
		r.Tables[i].Source.SameAs = nil
	}
	r = rolledBack(r, run.ChecksFailed, "check.subscriptions")
	e := &r.Expectations[2]
	e.Success, e.Sentence = false, "12,043 of 1,000,000 rows have `months_active >= 0` false"
	e.Result.ElementCount, e.Result.UnexpectedCount, e.Result.UnexpectedPercent = 1000000, 12043, ptr(1.2043)
	e.Result.UnexpectedRows = failing(20)
	e.Result.PartialUnexpectedCounts = []run.ValueCount{{Value: json.Number("-1"), Count: 11998}, {Value: "n/a", Count: 41}, {Count: 3}, {Value: json.Number("-9"), Count: 1}}
	e.Failing = failing(30)
	table := &r.Expectations[4]
	table.Success, table.Sentence = false, "mean(monthly_fee) is 212.75, wanted below 200"
	table.Result = run.Found{ElementCount: 7043, ObservedValue: json.Number("212.75")}
	broken := &r.Expectations[6]
	broken.Severity, broken.Success, broken.Error = "warn", false, ptr("value out of range: overflow (SQLSTATE 22003)")
	r.Checks = run.Checks{Declared: 10, Evaluated: 9, Passed: 6, Warned: 1, Failed: 3}
	r.Snapshots, r.Retries = nil, nil
	return r
}

func badRowsResult() *run.Result {
	r := rolledBack(monthResult(), run.Failed, "stage.subscriptions")
	r.Tables[1].Rows = run.Rows{Read: 7043, Rejected: 12, Loaded: 7031}
	for i := range r.Tables {
		r.Tables[i].Rows.Inserted = 0
	}
	r.Expectations, r.Snapshots = nil, nil
	r.Checks = run.Checks{Declared: 10}
	r.RejectsTotal = 12
	for i := range 12 {
		b := run.Reject{Table: "subscriptions", Code: "integer_fraction", At: fmt.Sprintf("data/seeds/month_000/subscriptions.csv:%d", 17+i*311), Column: "months_active", Value: "3.0",
			Line: "7590-VHVEG,3.0,False", Message: `"3.0" has a fraction; an integer takes none: write 3, or declare the column numeric`}
		switch i {
		case 1:
			b.Code, b.Column, b.Value, b.Message = "bad_boolean", "paperless_billing", "maybe\x1b[31m", `"maybe" is not a boolean; add it to true_values or false_values`
		case 2:
			b.Code, b.Column, b.Value, b.Message = "short_row", "", "", "the row has 4 fields, the header 9"
		}
		r.Rejects = append(r.Rejects, b)
	}
	r.Error = &run.Error{Code: "bad_rows", Message: "12 of 7,043 rows of subscriptions do not fit its columns", Step: "stage.subscriptions", At: "specs/pipeline.yaml:13:3",
		Hint: "correct the file, or let the table live with them: on_bad_row: quarantine and max_rejects: 12", Exit: 1}
	r.Problems = []run.Error{*r.Error, {Code: "header", Step: "stage.labels", At: "specs/pipeline.yaml:57:3", Message: "the header of labels.csv does not fit the columns of labels\n  declared  user_id, churn_label\n  found     user_id, churned\n            missing churn_label, undeclared churned",
		Hint: "if the column was renamed, say so in the spec:\n\n  labels:\n    columns:\n-     churn_label: boolean\n+     churned: boolean", Exit: 1}}
	return r
}

func refusedResult() *run.Result {
	r := rolledBack(monthResult(), run.Refused, "snapshot.labels_snapshots")
	for i := range r.Snapshots {
		r.Snapshots[i].Inserted, r.Snapshots[i].Kept = 0, 7043
	}
	r.Snapshots[4] = run.Snapshot{Name: "labels_snapshots", AsOf: "2024-01-31", Kept: 7042, Changed: 1}
	r.Error = &run.Error{Code: "stamp_differs", Step: "snapshot.labels_snapshots", At: "specs/snapshots.yaml:6:3",
		Message: "labels_snapshots is stamped for 2024-01-31 and this run would change it: added 0, changed 1, missing 0",
		Hint:    "--snapshots keep leaves the stamp as it is, --snapshots replace rewrites it", Exit: 4}
	return r
}

// missingResult is a month whose folder is not there.
func missingResult() *run.Result {
	r := rolledBack(monthResult(), run.Failed, "stage.users")
	r.Checks, r.Expectations = run.Checks{Declared: 10}, nil
	for i := range r.Tables {
		r.Tables[i].Rows, r.Tables[i].Nulls = run.Rows{}, nil
	}
	for i := range r.Snapshots {
		r.Snapshots[i].Inserted, r.Snapshots[i].Kept = 0, 0
	}
	r.Error = &run.Error{Code: "source_missing", Step: "stage.users", At: "specs/pipeline.yaml:7:14", Exit: 3,
		Message: `data/seeds/month_004/users.csv does not exist: the folder data/seeds has no "month_004"; it has month_000/, month_001/ (and so for 5 more)`,
		Hint:    "the path comes from ${{ vars.seed_dir }}/users.csv, with as_of = 2024-05-31, seed_dir = data/seeds/month_004"}
	return r
}

func dryRunResult() *run.Result {
	r := monthResult()
	r.DryRun, r.Published, r.RunID = true, false, ""
	for i := range r.Steps {
		if r.Steps[i].Kind != "stage" {
			r.Steps[i].Status = run.StepRolledBack
		}
	}
	return r
}

func interruptedResult() *run.Result {
	r := rolledBack(monthResult(), run.Interrupted, "merge.usage_agg_30d")
	r.Checks = run.Checks{Declared: 10}
	r.Expectations, r.Snapshots = nil, nil
	for i := range r.Tables {
		if i > 1 {
			r.Tables[i].Rows.Inserted = 0
		}
	}
	r.Error = &run.Error{Code: "interrupted", Message: "interrupted by SIGINT while merge.usage_agg_30d was under way", Step: "merge.usage_agg_30d", SQLState: "57014",
		Hint: "run the same command again: it starts from the beginning", Exit: 130}
	return r
}

// quarantineResult has every column of the ledger, and an override.
func quarantineResult() *run.Result {
	r := secondMonth()
	r.Tables[1].Rows = run.Rows{Read: 1007043, Rejected: 12, Collapsed: 3, Loaded: 1007028, Inserted: 1000000, Updated: 28, Unchanged: 7000, Absent: 12}
	r.Tables[3].Nulls = map[string]int64{"failed_payments_90d": 4}
	r.RejectsTotal, r.Rejects = 12, badRowsResult().Rejects[:2]
	r.Overrides = []run.Override{{Flag: "--snapshots replace", User: "ana", At: "2026-03-01T06:00:00Z", Detail: "labels_snapshots of 2024-02-29: added 0, changed 1, missing 0"}}
	r.Snapshots[4] = run.Snapshot{Name: "labels_snapshots", AsOf: "2024-02-29", Kept: 7042, Changed: 1}
	return r
}

func checkResult() *run.Result {
	r := checksFailedResult()
	r.Kind, r.Tables, r.Steps = "check", nil, nil
	for i := range r.Expectations {
		r.Expectations[i].Failing = nil
	}
	return r
}

// firstCheckResult is a check of a target that no run has filled yet.
func firstCheckResult() *run.Result {
	r := monthResult()
	r.Kind, r.Tables, r.Steps, r.Snapshots, r.Status, r.Published = "check", nil, nil, nil, run.ChecksFailed, false
	for i := range r.Expectations {
		e := &r.Expectations[i]
		e.Success, e.Result = false, run.Found{}
		e.Error = ptr(fmt.Sprintf("relation %q does not exist (42P01)", e.Table))
		if i == 0 {
			e.Severity, e.Rule = "warn", "exists_in(region, regions.name)"
			e.Error = ptr("SQL logic error: no such table: regions (1) (SQLITE_ERROR)")
		}
	}
	n := len(r.Expectations)
	r.Checks = run.Checks{Declared: n, Failed: n}
	r.Error = &run.Error{Code: "checks_failed", Message: "2 of 2 expectations of users failed: users[0], users[1]", Step: "check.users", At: "expectations/users.yaml:4:15", Exit: 1}
	return r
}

// results are one of each kind of ending, by name.
func results() map[string]*run.Result {
	return map[string]*run.Result{
		"succeeded": monthResult(), "second_month": secondMonth(), "unchanged": unchangedResult(), "checks_failed": checksFailedResult(),
		"bad_rows": badRowsResult(), "refused": refusedResult(), "dry_run": dryRunResult(), "interrupted": interruptedResult(),
		"quarantine": quarantineResult(), "check": checkResult(),
		"missing": missingResult(), "first_check": firstCheckResult(),
	}
}
