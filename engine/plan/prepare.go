package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/spec"
)

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// prepareSteps make what must exist, record the run as running, and look at
// the tables as they are.
func (c *compiler) prepareSteps() {
	c.recordsStep()
	needs := []string{RecordsStep}
	if len(c.Setup) > 0 {
		c.setupStep()
		needs = append(needs, "prepare.setup")
	}
	c.fitStep(needs)
	if c.plan.AsOf != "" {
		c.asOfGuard()
	}
	for _, t := range c.plan.Tables {
		if t.Loaded {
			c.plan.Locks = append(c.plan.Locks, c.tables[t.Name].StagingName())
		}
	}
	for _, s := range c.plan.Snapshots {
		c.plan.Locks = append(c.plan.Locks, c.tables[s.Name].StagingName())
	}
	slices.Sort(c.plan.Locks)
}

// RecordsStep is the step that makes pipe's own tables and records the run.
const RecordsStep = "prepare.records"

func (c *compiler) recordsStep() {
	records := c.d.Records()
	actions := c.oneAtATime()
	actions = append(actions, c.ownTables(records)...)
	actions = append(actions, Exec{statement(records.MarkInterrupted(), "show dead runs as interrupted")})
	if sql := c.d.CleanStaging(); sql != "" {
		actions = append(actions, Exec{text(sql, "remove the staging that dead runs left")})
	}
	actions = append(actions, Exec{statement(records.StartRun(c.plan.Name, c.plan.AsOf), "record the run as running")})
	c.add(Step{ID: RecordsStep, Kind: Prepare, Phase: PreparePhase, Pos: c.Spec.Name.Pos, Title: "record the run", Actions: actions})
}

// ownTables make pipe's own tables, or bring those of an older pipe to what
// this one knows. Those of a newer one are not touched.
func (c *compiler) ownTables(records dialect.Records) []Action {
	var actions []Action
	exec := func(statements []string, title string, when ...string) {
		for _, sql := range statements {
			own := text(sql, title, when...)
			own.Own = true
			actions = append(actions, Exec{own})
		}
	}
	exec(records.CreateMeta(), "pipe's own tables")
	actions = append(actions, Probe{text(records.Version(), "which version they have")},
		Require{Unless: []string{dialect.RecordsAreNewer}, Code: "records_newer", Exit: 4, Pos: c.Spec.Name.Pos,
			Message: fmt.Sprintf("the run records in the target have version {%s}, made by a newer pipe; this one knows them up to version %d", dialect.RecordsHave, dialect.RecordsVersion),
			Hint:    "load with that pipe or a newer one; pipe version says which this is"})
	for _, m := range records.Migrations() {
		exec(append(m.Statements, records.SetVersion()...), fmt.Sprintf("pipe's own tables, from version %d to %d", m.From, m.From+1), m.When)
	}
	exec(records.Create(), "pipe's own tables")
	exec(records.SetVersion(), "their version", dialect.RecordsAreNew)
	return actions
}

func (c *compiler) oneAtATime() []Action {
	if sql := c.d.OneAtATime(); sql != "" {
		return []Action{Exec{text(sql, "one run at a time prepares")}}
	}
	return nil
}

func (c *compiler) setupStep() {
	actions := c.oneAtATime()
	for _, f := range c.Setup {
		if line := dialect.MetaCommand(c.Driver, f.Text); line > 0 {
			c.list.Add(diag.Pos{File: f.Path, Line: line}, "setup-command",
				"the setup SQL holds a backslash outside quotes, which is a command of psql's and no SQL").Suggest("take it out, or put it in quotes")
		}
		if word, line := dialect.TransactionControl(c.Driver, f.Text); word != "" {
			c.list.Add(diag.Pos{File: f.Path, Line: line}, "setup-transaction",
				"the setup SQL says %s, and pipe runs each step in a transaction of its own", strings.ToUpper(word)).Suggest("take it out")
		}
		if word, line := dialect.OtherFile(c.Driver, f.Text); word != "" {
			c.list.Add(diag.Pos{File: f.Path, Line: line}, "setup-file",
				"the setup SQL says %s, and a run keeps to the file of its target", strings.ToUpper(word)).Suggest("take it out")
		}
		actions = append(actions, Exec{text(f.Text, f.Path)})
	}
	c.add(Step{ID: "prepare.setup", Kind: Prepare, Phase: PreparePhase, Needs: []string{RecordsStep}, Pos: c.Setup[0].Pos,
		Title: "execute the setup SQL", Actions: actions, Apart: true})
}

// fitStep asks of every table and snapshot whether it exists, and if so
// whether it fits its declaration.
func (c *compiler) fitStep(needs []string) {
	var known []string
	for _, t := range c.plan.Tables {
		known = append(known, t.Name)
	}
	var actions []Action
	look := func(dt dialect.Table, pos diag.Pos, declared *spec.Table) {
		actions = append(actions,
			Probe{text(c.d.TableExists(dt), fmt.Sprintf("whether %s exists", dt.Name))},
			Probe{text(dialect.Shape(c.d, dt), fmt.Sprintf("the columns of %s", dt.Name), dt.Facts+"_exists")},
			Problems{Statement: text(c.d.Misfits(dt, known), fmt.Sprintf("what of %s does not fit its declaration", dt.Name), dt.Facts+"_exists"),
				Kind: Misfit, Table: dt.Name, Places: places(declared), Pos: pos, Declared: declared})
	}
	for i, t := range c.Spec.Tables {
		dt := c.tables[t.Name.V]
		look(dt, t.Name.Pos, t)
		if t.Source == nil {
			actions = append(actions, Require{Unless: []string{"!" + dt.Facts + "_exists"}, Code: "no_such_table", Exit: 1, Pos: t.Name.Pos,
				Message: fmt.Sprintf("table %q has no source and does not exist in the target", dt.Name),
				Hint:    "give it a source, or create it by the setup SQL"})
		}
		c.plan.Tables[i].Pos = t.Name.Pos
	}
	for _, s := range c.plan.Snapshots {
		look(c.tables[s.Name], s.Pos, nil)
	}
	c.add(Step{ID: "prepare.tables", Kind: Prepare, Phase: PreparePhase, Needs: needs, Pos: c.Spec.Name.Pos,
		Title: "look at the tables as they are", Actions: actions})
}

// places are where the columns of a table are declared; of a snapshot, whose
// columns are its table's, nil.
func places(t *spec.Table) map[string]diag.Pos {
	if t == nil {
		return nil
	}
	m := map[string]diag.Pos{}
	for _, col := range t.Columns {
		m[col.Name.V] = col.Name.Pos
	}
	return m
}

// asOfGuard refuses a month that is older than one already published: live
// tables would travel back.
func (c *compiler) asOfGuard() {
	var loaded []string
	for _, t := range c.plan.Tables {
		if t.Loaded {
			loaded = append(loaded, c.recorded(t.Name))
		}
	}
	if len(loaded) == 0 {
		return
	}
	c.add(Step{ID: "gate.as_of", Kind: Gate, Phase: PreparePhase, Needs: []string{RecordsStep}, Pos: c.Spec.AsOf.Pos,
		Title: "no later month is live",
		Actions: []Action{
			Probe{statement(c.d.Records().NewerAsOf(loaded, c.plan.AsOf), "the latest published load under a later as_of")},
			Require{Unless: []string{"_newer_exists"}, Code: "older_as_of", Exit: 4, Pos: c.Spec.AsOf.Pos,
				Message:  fmt.Sprintf("as_of %s is older than {_newer_as_of}, which run {_newer_run} published for table {_newer_table}: the live tables would travel back", c.plan.AsOf),
				Hint:     "load a later month, or set the guard aside with --allow-older",
				Override: "--allow-older", Overridden: "allow_older"},
		}})
}
