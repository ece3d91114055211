package plan

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/dag"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// Input is everything that a plan is made of.
type Input struct {
	Spec   *spec.Spec
	Vars   *vars.Values
	Driver spec.Driver
	// Schema is the target's schema: PostgreSQL only.
	Schema string
	// Setup are the setup files, in the order they are executed.
	Setup []SetupFile
	// ChecksOnly leaves nothing but the suites, for a target that is only
	// looked at.
	ChecksOnly bool
}

// SetupFile is a SQL file that makes what must exist before a run.
type SetupFile struct {
	Path string
	Text string
	Pos  diag.Pos // the setup entry that named it
}

// Compile makes the plan. Its error is a diag.List when the spec is at fault.
func Compile(in Input) (*Plan, error) {
	c := &compiler{Input: in, d: dialect.For(in.Driver), tables: map[string]dialect.Table{}}
	asOf, err := c.asOf()
	if err != nil {
		return nil, err
	}
	c.plan = &Plan{
		FormatVersion: FormatVersion, Name: in.Spec.Name.V, Description: in.Spec.Description.V, Entry: in.Spec.Entry,
		Dialect: in.Driver, Schema: in.Schema, AsOf: asOf, Vars: in.Vars.Printed(),
		Timeout: in.Spec.Timeout.V, Retries: in.Spec.Retries.V, Given: given, Session: dialect.Session(in.Driver, in.Schema),
	}
	c.describeTables()
	c.describeSnapshots()
	if err := c.list.Err(); err != nil {
		return nil, err
	}
	if in.ChecksOnly {
		c.checkSteps()
	} else {
		c.prepareSteps()
		c.tableSteps()
		c.checkSteps()
		c.snapshotSteps()
		c.recordStep()
		c.cleanup()
	}
	if err := c.list.Err(); err != nil {
		return nil, err
	}
	return c.plan, c.order()
}

// compiler holds what the parts of Compile share.
type compiler struct {
	Input
	d      dialect.Dialect
	plan   *Plan
	tables map[string]dialect.Table // tables and snapshots by name
	locked []string                 // the step after which nobody else writes; none where there is no need
	list   diag.List
}

// given are the facts that a run supplies.
var given = []Given{
	{"run_id", "the run", "psql"},
	{"host", "where it runs", "psql"},
	{"pid", "its process", "0"},
	{"os_user", "who runs it", "psql"},
	{"pipe_version", "the program's version", "psql"},
	{"plan_hash", "the SHA-256 of this plan", ""},
	{"allow_older", "--allow-older was given", "false"},
	{"snapshots_keep", "--snapshots keep was given", "false"},
	{"snapshots_replace", "--snapshots replace was given", "false"},
	{"step", "the step that it has come to", ""},
	{"dead_run", "a run before it that was killed; SQLite", ""},
	{"dead_step", "the step that the killed one had come to; SQLite", ""},
	{"status", "how the run ended", "succeeded"},
	{"published", "whether it was published", "true"},
	{"duration_ms", "how long it took", "0"},
	{"failed_step", "the step that failed", ""},
	{"error", "why it failed", ""},
	{"result", "the result document", "{}"},
	{"expectation_results", "the verdicts, as a JSON list", "[]"},
	{"rejects", "the bad rows, as a JSON list", "[]"},
	{"overrides", "the guards set aside, as a JSON list", "[]"},
}

func (c *compiler) asOf() (string, error) {
	if !c.Spec.AsOf.Set {
		return "", nil
	}
	text, err := c.Vars.Expand(c.Spec.AsOf)
	if err != nil {
		return "", err
	}
	if !isDay(text) {
		var l diag.List
		l.Add(c.Spec.AsOf.Pos, "bad-as-of", "as_of is %q, which is no day", text).Suggest("as_of must give a day such as 2024-01-31")
		return "", l.Err()
	}
	return text, nil
}

func (c *compiler) describeTables() {
	for i, t := range c.Spec.Tables {
		dt := dialect.Table{Name: t.Name.V, Schema: c.Schema, Facts: factsName(t.Name.V, "_t", i), Written: t.Source != nil}
		for _, k := range t.PrimaryKey {
			dt.Key = append(dt.Key, k.V)
		}
		for j, col := range t.Columns {
			dc := dialect.Column{Name: col.Name.V, Type: col.Type.V}
			if dc.Name == dialect.LineColumn && t.Source != nil {
				c.list.Add(col.Name.Pos, "reserved-name", "%q is the name of the column that staging keeps line numbers in", dc.Name).Suggest("rename the column")
			}
			if c.Driver == spec.Postgres && slices.Contains(systemColumns, dc.Name) {
				c.list.Add(col.Name.Pos, "reserved-name", "every table of PostgreSQL has a column %q of its own", dc.Name).Suggest("rename the column")
			}
			if col.Optional.V {
				dc.Has = fmt.Sprintf("%s_has_%d", dt.Facts, j)
			}
			if r := col.References; r != nil {
				dt.References = append(dt.References, dialect.Reference{Column: dc.Name, Table: r.Table, RefColumn: r.Column})
			}
			dt.Columns = append(dt.Columns, dc)
		}
		c.reserve(t.Name)
		c.tables[dt.Name] = dt
		pt := Table{Name: dt.Name, Loaded: t.Source != nil, Key: dt.Key, Columns: dt.Names(), Pos: t.Name.Pos, Facts: dt.Facts}
		if t.Source != nil && !c.ChecksOnly {
			source, err := c.Vars.Expand(t.Source.Path)
			c.collect(t.Source.Path.Pos, err)
			if !c.Vars.FromCaller(t.Source.Path) && leavesProject(source) {
				c.list.Add(t.Source.Path.Pos, "outside-project", "the source of table %s is %q, which lies outside the project directory", dt.Name, source).
					Suggest("only the caller may lead there, with --var")
			}
			pt.Source = source
		}
		c.plan.Tables = append(c.plan.Tables, pt)
	}
}

// systemColumns are the columns that PostgreSQL gives every table.
var systemColumns = []string{"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}

// reserve refuses names that SQLite, or pipe's own tables there, have taken.
func (c *compiler) reserve(name spec.Text) {
	if c.Driver == spec.SQLite && spec.IsReservedOnSQLite(name.V) {
		c.list.Add(name.Pos, "reserved-name", "%q is a name of SQLite's or of pipe's own tables there", name.V).Suggest("choose a name that begins neither with pipe_ nor with sqlite_")
	}
}

// leavesProject tells whether a path that a spec writes leads out of the
// project directory.
func leavesProject(name string) bool {
	clean := path.Clean(strings.ReplaceAll(name, "\\", "/"))
	return path.IsAbs(clean) || clean == ".." || strings.HasPrefix(clean, "../")
}

// collect takes an error into the list.
func (c *compiler) collect(pos diag.Pos, err error) {
	if err == nil {
		return
	}
	if l, ok := diag.AsList(err); ok {
		c.list = append(c.list, l...)
		return
	}
	c.list.Add(pos, "bad-value", "%v", err)
}

func (c *compiler) describeSnapshots() {
	for i, s := range c.Spec.Snapshots {
		from, ok := c.tables[s.From.V]
		if !ok || c.Spec.Table(s.From.V) == nil {
			c.list.Add(s.From.Pos, "unknown-table", "snapshot %q is taken from %q, which is no table of the spec", s.Name.V, s.From.V)
			continue
		}
		if len(from.Key) == 0 {
			c.list.Add(s.From.Pos, "snapshot-key", "snapshot %q needs the primary key of table %q, which declares none", s.Name.V, s.From.V)
			continue
		}
		dt := dialect.Table{Name: s.Name.V, Schema: c.Schema, Facts: factsName(s.Name.V, "_s", i), Key: append(slices.Clone(from.Key), dialect.AsOfColumn), Written: true}
		for _, k := range from.Key {
			dt.Columns = append(dt.Columns, dialect.Column{Name: k, Type: columnOf(from, k).Type})
		}
		dt.Columns = append(dt.Columns, dialect.Column{Name: dialect.AsOfColumn, Type: spec.Type{Kind: spec.KindDate}})
		for _, name := range snapshotColumns(s, from) {
			dt.Columns = append(dt.Columns, dialect.Column{Name: name, Type: columnOf(from, name).Type})
		}
		c.reserve(s.Name)
		c.tables[dt.Name] = dt
		c.plan.Snapshots = append(c.plan.Snapshots, Snapshot{Name: dt.Name, From: from.Name, Columns: dt.Names(), Pos: s.Name.Pos, Facts: dt.Facts})
	}
}

func snapshotColumns(s *spec.Snapshot, from dialect.Table) []string {
	var names []string
	for _, n := range s.Columns {
		names = append(names, n.V)
	}
	if s.Columns == nil {
		for _, rest := range from.Rest() {
			names = append(names, rest.Name)
		}
	}
	return names
}

func columnOf(t dialect.Table, name string) dialect.Column {
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	return dialect.Column{Name: name}
}

// scope gives the columns of every table and snapshot, for rules.
func (c *compiler) scope() map[string][]rule.Column {
	scope := map[string][]rule.Column{}
	for name, t := range c.tables {
		for _, col := range t.Columns {
			nullable := !t.IsKey(col.Name)
			if declared := c.Spec.Table(name); declared != nil {
				nullable = declared.Column(col.Name).Nullable.V && nullable
			}
			scope[name] = append(scope[name], rule.Column{Name: col.Name, Type: col.Type, Nullable: nullable})
		}
	}
	return scope
}

// add appends a step, its needs sorted and without repeats.
func (c *compiler) add(s Step) {
	slices.Sort(s.Needs)
	s.Needs = slices.Compact(s.Needs)
	c.plan.Steps = append(c.plan.Steps, s)
}

// order puts the steps in an order that respects their needs.
func (c *compiler) order() error {
	g := dag.New()
	byID := map[string]Step{}
	for _, s := range c.plan.Steps {
		g.Add(s.ID, s.Needs...)
		byID[s.ID] = s
	}
	ids, err := g.Order()
	if err != nil {
		return fmt.Errorf("ordering the steps of %s: %w", c.plan.Name, err)
	}
	phases := map[Phase]int{PreparePhase: 0, StagePhase: 1, PublishPhase: 2}
	slices.SortStableFunc(ids, func(a, b string) int { return phases[byID[a].Phase] - phases[byID[b].Phase] })
	for i, id := range ids {
		c.plan.Steps[i] = byID[id]
	}
	return nil
}

// statement gives a SQL text its purpose and its conditions.
func statement(s dialect.SQL, title string, when ...string) Statement {
	return Statement{SQL: s.Text, Args: s.Args, When: when, Title: title}
}

// text is a statement without parameters.
func text(sql, title string, when ...string) Statement {
	return Statement{SQL: sql, When: when, Title: title}
}

// factsName makes a name that is safe as a SQL alias and a psql variable:
// the name itself where it is one, else prefix and position.
func factsName(name, prefix string, position int) string {
	safe := len(name) > 0 && len(name) <= 40 && name[0] >= 'a' && name[0] <= 'z'
	for _, r := range name {
		safe = safe && (r == '_' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	}
	if safe {
		return name
	}
	return fmt.Sprintf("%s%d", prefix, position)
}
