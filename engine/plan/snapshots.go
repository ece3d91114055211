package plan

import (
	"fmt"
	"slices"

	"github.com/streamflow/pipe/engine/dialect"
)

// snapshotSteps stamp the month, or compare with the stamp that is there.
func (c *compiler) snapshotSteps() {
	for _, s := range c.plan.Snapshots {
		c.snapshotStep(s)
	}
}

func (c *compiler) stamp(s Snapshot) dialect.Stamp {
	return dialect.Stamp{Snapshot: c.tables[s.Name], From: c.tables[s.From], AsOf: c.plan.AsOf, Literal: dialect.DateLiteral(c.d, c.plan.AsOf),
		Records: c.d.Records().Name("snapshots"), Recorded: c.recorded(s.Name)}
}

// recorded is the name that the records know a table by: with its schema,
// where that is not the usual one, since all schemas of a database share them.
func (c *compiler) recorded(name string) string {
	if c.Schema == "" || c.Schema == "public" {
		return name
	}
	return c.Schema + "." + name
}

func (c *compiler) snapshotStep(s Snapshot) {
	dt, stamp := c.tables[s.Name], c.stamp(s)
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
	needs := append([]string{c.settled(s.From)}, c.locked...)
	c.add(Step{ID: "snapshot." + s.Name, Kind: SnapshotStep, Phase: PublishPhase, Needs: needs, Pos: s.Pos, Table: s.Name,
		Title: fmt.Sprintf("stamp %s for %s", s.Name, c.plan.AsOf), Actions: actions})
}

// recordStep records what was published, in the transaction that publishes.
func (c *compiler) recordStep() {
	records := c.d.Records()
	actions := c.verification()
	for _, t := range c.plan.Tables {
		if t.Loaded {
			sql := records.Ledger(c.recorded(t.Name), c.plan.AsOf, t.Facts)
			actions = append(actions, Exec{statement(sql[0], "the file of "+t.Name)}, Exec{statement(sql[1], "the ledger of "+t.Name)})
		}
	}
	for _, s := range c.plan.Snapshots {
		actions = append(actions, Exec{statement(records.Stamp(c.recorded(s.Name), c.plan.AsOf, s.Facts), "the stamp of "+s.Name)})
	}
	actions = append(actions,
		Exec{statement(records.ExpectationResults(), "the verdicts")},
		Exec{c.recordRejects()},
		Exec{statement(records.Overrides(), "the guards set aside")},
		Exec{statement(records.FinishRun(), "how the run ended")})
	var needs []string
	for _, s := range c.plan.Steps {
		needs = append(needs, s.ID)
	}
	c.add(Step{ID: "record", Kind: Record, Phase: PublishPhase, Needs: needs, Pos: c.Spec.Name.Pos, Title: "record what was published", Actions: actions})
}

func (c *compiler) recordRejects() Statement {
	s := statement(c.d.Records().Rejects(c.plan.AsOf), "the bad rows")
	s.Pieces = true
	return s
}

// verification makes sure, last of all, that what was counted was written,
// wherever the database holds something that may have meddled: a ledger that
// balances on paper only is worse than none.
func (c *compiler) verification() []Action {
	var loaded []dialect.Table
	for _, t := range c.plan.Tables {
		if t.Loaded {
			loaded = append(loaded, c.tables[t.Name])
		}
	}
	ours := slices.Clone(loaded)
	for _, s := range c.plan.Snapshots {
		ours = append(ours, c.tables[s.Name])
	}
	if len(ours) == 0 {
		return nil
	}
	actions := []Action{Probe{statement(dialect.AnyWritten(c.d, loaded), "whether anything was written")},
		Probe{text(c.d.Meddles(ours), "whether the database may change or drop what is written")}}
	const hint = "a trigger, a rule or a conflict clause in the database changes or drops what is written"
	for _, t := range loaded {
		actions = append(actions, Probe{statement(dialect.Verify(c.d, t), "whether "+t.Name+" holds what was counted", "_wrote", "_meddled")},
			Require{Unless: []string{"_wrote", "_meddled", t.Facts + "_lost"}, Code: "ledger_unbalanced", Exit: 1, Pos: c.Spec.Table(t.Name).Name.Pos,
				Message: fmt.Sprintf("table %s does not hold the rows that were written to it", t.Name), Hint: hint})
	}
	for _, s := range c.plan.Snapshots {
		stamp := c.stamp(s)
		verify := func(when ...string) {
			actions = append(actions, Probe{statement(dialect.VerifyStamp(c.d, stamp), "whether "+s.Name+" holds what was counted", when...)},
				Require{Unless: append(when, s.Facts+"_lost"), Code: "ledger_unbalanced", Exit: 1, Pos: s.Pos,
					Message: fmt.Sprintf("snapshot %s does not hold the rows that were stamped", s.Name), Hint: hint})
		}
		verify("_meddled", "!"+s.Facts+"_stamped")
		verify("_meddled", s.Facts+"_differs", "snapshots_replace")
	}
	return actions
}

// cleanup adds what records a run that did not publish, and what removes its
// staging.
func (c *compiler) cleanup() {
	records := c.d.Records()
	c.plan.Progress = statement(records.Progress(), "which step the run has come to")
	c.plan.Lookup = statement(records.IsPublished(), "whether the run was published")
	c.plan.Failure = []Statement{
		c.recordRejects(),
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
