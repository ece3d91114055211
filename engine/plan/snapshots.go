package plan

import (
	"fmt"

	"github.com/streamflow/pipe/engine/dialect"
)

// snapshotSteps stamp the month, or compare with the stamp that is there.
func (c *compiler) snapshotSteps() {
	for _, s := range c.plan.Snapshots {
		c.snapshotStep(s)
	}
}

func (c *compiler) snapshotStep(s Snapshot) {
	dt, from := c.tables[s.Name], c.tables[s.From]
	stamp := dialect.Stamp{Snapshot: dt, From: from, AsOf: c.plan.AsOf, Literal: dialect.DateLiteral(c.d, c.plan.AsOf), Records: c.d.Records().Name("snapshots")}
	exists, stamped, differs := dt.Facts+"_exists", dt.Facts+"_stamped", dt.Facts+"_differs"
	actions := []Action{Exec{text(c.d.CreateTable(dt), "make the snapshot table, which does not exist", "!"+exists)}}
	for _, sql := range c.d.AddKeys(dt) {
		actions = append(actions, Exec{text(sql, "its key", "!"+exists)})
	}
	actions = append(actions,
		Probe{statement(dialect.IsStamped(c.d, stamp), "whether this as_of is stamped")},
		Probe{statement(dialect.CountStamp(c.d, stamp), "count the rows to stamp", "!"+stamped)},
		Probe{statement(dialect.CompareStamp(c.d, stamp), "compare the table with the stamp", stamped)},
		Require{Unless: []string{differs, "!snapshots_keep", "!snapshots_replace"}, Code: "stamped_month_differs", Exit: 4, Pos: s.Pos,
			Message: fmt.Sprintf("snapshot %s is stamped for %s, and %s now differs from it: added {%[4]s_added}, changed {%[4]s_changed}, missing {%[4]s_missing}", s.Name, c.plan.AsOf, s.From, dt.Facts),
			Hint:    "a stamped month is closed: leave the stamp with --snapshots keep, or rewrite it with --snapshots replace"},
		Require{Unless: []string{differs}, Override: "--snapshots", Overridden: differs, Pos: s.Pos,
			Message: fmt.Sprintf("snapshot %s at %s: added {%[3]s_added}, changed {%[3]s_changed}, missing {%[3]s_missing}", s.Name, c.plan.AsOf, dt.Facts)},
		Exec{statement(dialect.InsertStamp(c.d, stamp), "stamp the month", "!"+stamped)},
		Exec{statement(dialect.DeleteMissing(c.d, stamp), "rewrite the stamp: rows that are gone", differs, "snapshots_replace")},
		Exec{statement(dialect.ReplaceDiffering(c.d, stamp), "rewrite the stamp: rows that are new or differ", differs, "snapshots_replace")},
	)
	needs := []string{c.settled(s.From)}
	for _, step := range c.plan.Steps {
		if step.Kind == Check && step.Table == s.From {
			needs = append(needs, step.ID)
		}
	}
	c.add(Step{ID: "snapshot." + s.Name, Kind: SnapshotStep, Phase: PublishPhase, Needs: needs, Pos: s.Pos, Table: s.Name,
		Title: fmt.Sprintf("stamp %s for %s", s.Name, c.plan.AsOf), Actions: actions})
}

// recordStep records what was published, in the transaction that publishes.
func (c *compiler) recordStep() {
	records := c.d.Records()
	var actions []Action
	for _, t := range c.plan.Tables {
		if t.Loaded {
			sql := records.Ledger(t.Name, c.plan.AsOf, t.Facts)
			actions = append(actions, Exec{statement(sql[0], "the file of "+t.Name)}, Exec{statement(sql[1], "the ledger of "+t.Name)})
		}
	}
	for _, s := range c.plan.Snapshots {
		actions = append(actions, Exec{statement(records.Stamp(s.Name, c.plan.AsOf, s.Facts), "the stamp of "+s.Name)})
	}
	actions = append(actions,
		Exec{statement(records.ExpectationResults(), "the verdicts")},
		Exec{statement(records.Rejects(), "the bad rows")},
		Exec{statement(records.Overrides(), "the guards set aside")},
		Exec{statement(records.FinishRun(), "how the run ended")})
	var needs []string
	for _, s := range c.plan.Steps {
		needs = append(needs, s.ID)
	}
	c.add(Step{ID: "record", Kind: Record, Phase: PublishPhase, Needs: needs, Pos: c.Spec.Name.Pos, Title: "record what was published", Actions: actions})
}

// cleanup adds what records a run that did not publish, and what removes its
// staging.
func (c *compiler) cleanup() {
	records := c.d.Records()
	c.plan.Lookup = statement(records.IsPublished(), "whether the run was published")
	c.plan.Failure = []Statement{
		statement(records.Rejects(), "the bad rows"),
		statement(records.ExpectationResults(), "the verdicts"),
		statement(records.Overrides(), "the guards set aside"),
		statement(records.FinishRun(), "how the run ended"),
	}
	for _, t := range c.plan.Tables {
		if t.Loaded {
			c.plan.Cleanup = append(c.plan.Cleanup, text(c.d.DropStaging(c.tables[t.Name]), "drop the staging of "+t.Name))
		}
	}
}
