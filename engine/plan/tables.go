package plan

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/spec"
)

// tableSteps stage, gate and merge every table that has a source.
func (c *compiler) tableSteps() {
	c.lockStep()
	for _, t := range c.Spec.Tables {
		if t.Source == nil {
			continue
		}
		c.stageStep(t)
		c.gateStep(t)
		c.mergeStep(t)
	}
}

// lockStep is the first of the publish: from then on nobody else writes to what
// is merged, checked and stamped. Readers are not kept out.
func (c *compiler) lockStep() {
	var actions []Action
	if sql := c.d.CheckAtOnce(); sql != "" {
		actions = append(actions, Exec{text(sql, "nothing happens behind the checks")})
	}
	// In the order of their names, so that two runs never wait for each other.
	conditions := map[string][]string{}
	var needs []string
	for _, t := range c.plan.Tables {
		if !t.Loaded {
			continue
		}
		needs = append(needs, "stage."+t.Name)
		conditions[t.Name] = nil
		for _, r := range c.tables[t.Name].References {
			if parent := c.Spec.Table(r.Table); parent != nil && parent.Source == nil {
				// A foreign key that is added locks the table that it refers to.
				conditions[r.Table] = []string{"!" + t.Facts + "_exists"}
			}
		}
	}
	for _, s := range c.plan.Snapshots {
		conditions[s.Name] = nil
	}
	for _, name := range slices.Sorted(maps.Keys(conditions)) {
		if sql := c.d.LockTable(c.tables[name]); sql != "" {
			actions = append(actions, Exec{text(sql, "nobody else writes to "+name, append(conditions[name], c.tables[name].Facts+"_exists")...)})
		}
	}
	if len(actions) > 0 && len(needs) > 0 {
		c.locked = []string{"gate.tables"}
		c.add(Step{ID: "gate.tables", Kind: Gate, Phase: PublishPhase, Needs: needs, Pos: c.Spec.Name.Pos, Title: "nobody else writes meanwhile", Actions: actions})
	}
}

func (c *compiler) stageStep(t *spec.Table) {
	dt := c.tables[t.Name.V]
	var actions []Action
	for _, sql := range c.d.CreateStaging(dt) {
		actions = append(actions, Exec{text(sql, "an empty staging")})
	}
	load := Load{Table: t, Name: dt.Name, Facts: dt.Facts, Source: c.source(dt.Name), Written: t.Source.Path.V, Inside: !c.Vars.FromCaller(t.Source.Path), Staging: c.d.Staging(dt), StagingName: dt.StagingName(),
		Into: c.d.LoadInto(dt), Columns: dt.Names(), Optional: map[string]string{},
		Sample: text(dialect.Sample(c.d, dt), "some rows of the table, to tell a renamed column", dt.Facts+"_exists")}
	for _, col := range dt.Columns {
		if col.Has != "" {
			load.Optional[col.Name] = col.Has
		}
	}
	actions = append(actions, load)
	if sql := c.d.Analyze(c.d.Staging(dt)); sql != "" {
		actions = append(actions, Exec{text(sql, "tell the planner what staging holds")})
	}
	actions = append(actions, Probe{statement(c.d.Records().SameAs(c.recorded(dt.Name), c.plan.AsOf, dt.Facts), "whether these bytes were loaded before")})
	needs := []string{"prepare.tables"}
	if c.plan.AsOf != "" {
		needs = append(needs, "gate.as_of")
	}
	c.add(Step{ID: "stage." + dt.Name, Kind: Stage, Phase: StagePhase, Needs: needs, Pos: t.Source.Pos, Table: dt.Name,
		Title: fmt.Sprintf("read %s and type every cell", load.Source), Actions: actions})
}

func (c *compiler) source(table string) string {
	for _, t := range c.plan.Tables {
		if t.Name == table {
			return t.Source
		}
	}
	return ""
}

// gateStep lets one row a key through, and none whose references find nothing.
func (c *compiler) gateStep(t *spec.Table) {
	dt := c.tables[t.Name.V]
	quarantine := t.OnBadRow.V == spec.Quarantine
	duplicates, conflicts := dt.Facts+"_duplicates", dt.Facts+"_conflicts"
	var actions []Action
	if quarantine {
		marked := dt.Facts + "_marked"
		actions = c.badRows(t, dialect.Doubted(c.d, dt), dialect.DeleteDoubted(c.d, dt), "rows of a key that a bad row has too", dt.Facts+"_doubted", t.Name.Pos, marked)
		actions = append(actions, Exec{statement(dialect.DeleteMarks(c.d, dt), "forget the keys of bad rows", marked)})
	}
	actions = append(actions,
		Probe{statement(dialect.HasDuplicates(c.d, dt), "whether any key is staged twice")})
	actions = append(actions, c.badRows(t, dialect.Conflicts(c.d, dt), dialect.DeleteConflicts(c.d, dt), "rows of one key that differ", conflicts, t.Name.Pos, duplicates)...)
	needs := append([]string{"stage." + dt.Name}, c.locked...)
	own := false
	for i, r := range dt.References {
		if r.Table == dt.Name {
			own = true
			continue
		}
		actions = append(actions, c.orphanActions(t, dt, r, i)...)
		needs = append(needs, c.settled(r.Table))
	}
	if own {
		// Last: what another reference takes out may be what a row of the table refers to.
		actions = append(actions, c.ownOrphanActions(t, dt)...)
	}
	// Of the rows that land: a bad row is told as often as it is there.
	actions = append(actions,
		Probe{statement(dialect.CountCollapsed(c.d, dt), "rows that equal another in every value", duplicates)},
		Exec{statement(dialect.Collapse(c.d, dt), "collapse them", duplicates)})
	if quarantine {
		actions = append(actions, Limit{Table: dt.Name, Read: dt.Facts + "_read", Rejected: dt.Facts + "_rejected", Max: t.MaxRejects.V, Pos: t.MaxRejects.Pos})
	}
	c.add(Step{ID: gateOf(dt.Name), Kind: Gate, Phase: PublishPhase, Needs: needs, Pos: t.Name.Pos, Table: dt.Name,
		Title: fmt.Sprintf("one row a key, no orphans in %s", dt.Name), Actions: actions})
}

// orphanActions find the rows whose reference to another table finds nothing.
func (c *compiler) orphanActions(t *spec.Table, dt dialect.Table, r dialect.Reference, i int) []Action {
	return c.badRows(t, dialect.Orphans(c.d, dt, r), dialect.DeleteOrphans(c.d, dt, r), fmt.Sprintf("rows whose %s is no %s of %s", r.Column, r.RefColumn, r.Table),
		fmt.Sprintf("%s_orphans_%d", dt.Facts, i), t.Column(r.Column).References.Text.Pos)
}

// ownOrphanActions find the rows whose reference to their own table finds
// nothing. The table may not exist yet, and then only staging is looked at.
func (c *compiler) ownOrphanActions(t *spec.Table, dt dialect.Table) []Action {
	exists, count, astray := dt.Facts+"_exists", dt.Facts+"_own_orphans", dt.Facts+"_astray"
	var actions []Action
	exec := func(title string, when []string, statements ...string) {
		for _, sql := range statements {
			if sql != "" {
				actions = append(actions, Exec{text(sql, title, when...)})
			}
		}
	}
	for _, there := range []bool{true, false} {
		when := []string{exists}
		if !there {
			when, count = []string{"!" + exists}, count+"_new"
		}
		actions = append(actions, Probe{statement(dialect.HasOwnOrphans(c.d, dt, there), "whether any row refers to no row of its own table", when...)})
		when = append(when, astray)
		before, after := c.d.FollowByHash()
		exec("join by hash", when, before...)
		actions = append(actions, Exec{statement(dialect.CollectOwnOrphans(c.d, dt, there), "collect them, and who refers to them", when...)})
		exec("join in any way", when, after...)
		exec("tell the planner how many", when, c.d.Analyze(c.d.Aside(dt)))
		actions = append(actions, c.badRows(t, dialect.OwnOrphans(c.d, dt, there), dialect.DeleteOwnOrphans(c.d, dt), "rows that refer to no row of their own table", count, t.Name.Pos, when...)...)
		exec("forget them", when, "DROP TABLE "+c.d.Aside(dt))
	}
	return actions
}

// badRows look for rows of staging that may not be merged and, where they are
// set aside, take them out.
func (c *compiler) badRows(t *spec.Table, find, remove dialect.SQL, title, count string, pos diag.Pos, when ...string) []Action {
	quarantine := t.OnBadRow.V == spec.Quarantine
	actions := []Action{Problems{Statement: statement(find, title, when...), Kind: BadRows, Table: t.Name.V, Count: count, Quarantine: quarantine, Places: places(t), Pos: pos}}
	if quarantine {
		actions = append(actions, Exec{statement(remove, "set them aside", append(when, count)...)})
	}
	return actions
}

// settled is the step after which a table stands as it will be.
func (c *compiler) settled(table string) string {
	if t := c.Spec.Table(table); t != nil && t.Source != nil {
		return "merge." + table
	}
	if c.Spec.Snapshot(table) != nil {
		return "snapshot." + table
	}
	return "prepare.tables"
}

// mergeStep writes the new and the changed rows. The table is made when it is
// missing; an empty one is simply filled.
func (c *compiler) mergeStep(t *spec.Table) {
	dt := c.tables[t.Name.V]
	exists, empty, writes := dt.Facts+"_exists", dt.Facts+"_empty", dt.Facts+"_writes"
	actions := []Action{
		Exec{text(c.d.CreateTable(dt), "make the table, which does not exist", "!"+exists)},
		Probe{statement(dialect.IsEmpty(c.d, dt), "whether the table is empty")},
		Probe{statement(dialect.CountFresh(c.d, dt), "count the rows to insert", empty)},
		Probe{statement(dialect.CountChanges(c.d, dt), "count new, changed and equal rows", "!"+empty)},
		Exec{statement(dialect.InsertAll(c.d, dt), "fill the empty table", empty)},
	}
	for _, sql := range c.d.AddKeys(dt) {
		actions = append(actions, Exec{text(sql, "add its keys, now that it is filled", "!"+exists)})
	}
	actions = append(actions, Exec{statement(dialect.Upsert(c.d, dt), "write the new and the changed rows", "!"+empty, writes)})
	if sql := c.d.Analyze(c.d.Quote(dt.Name)); sql != "" {
		actions = append(actions, Exec{text(sql, "tell the planner what the table holds", writes)})
	}
	c.add(Step{ID: "merge." + dt.Name, Kind: Merge, Phase: PublishPhase, Needs: []string{gateOf(dt.Name)}, Pos: t.Name.Pos, Table: dt.Name,
		Title: fmt.Sprintf("upsert into %s", dt.Name), Actions: actions})
}

// fixedGate matches the names that would give a table's gate the ID of one that
// every plan may have, and those that this is mended to.
var fixedGate = regexp.MustCompile(`^(as_of|tables)( \(table\))*$`)

// gateOf is the ID of a table's gate.
func gateOf(table string) string {
	if fixedGate.MatchString(table) {
		table += " (table)"
	}
	return "gate." + table
}
