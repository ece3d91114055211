package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/report"
	"github.com/streamflow/pipe/engine/run"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

func asList(err error) (diag.List, bool) { return diag.AsList(err) }

func (c *command) planCommand() *cli.Command {
	return &cli.Command{Name: "plan", Usage: "show every statement that run may execute, offline", ArgsUsage: "SPEC", HideHelpCommand: true,
		Description: "pipe plan specs/ingest_month.yaml --var as_of=2024-01-31\npipe plan specs/ingest_month.yaml --var as_of=2024-01-31 --format sql",
		Flags:       []cli.Flag{varFlag(), targetFlag(), formatFlag("text, sql or json")},
		Action: func(ctx *cli.Context) error {
			format, err := oneOf(ctx, "format", "text", "sql", "json")
			if err != nil {
				return err
			}
			compiled, err := c.compile(ctx, false)
			if err != nil {
				return err
			}
			switch format {
			case "sql":
				return report.PlanSQL(c.stdout, compiled.Plan)
			case "json":
				return report.PlanJSON(c.stdout, compiled.Plan)
			}
			return report.PlanText(c.stdout, compiled.Plan, c.text(c.stdout))
		}}
}

func (c *command) checkCommand() *cli.Command {
	return &cli.Command{Name: "check", Usage: "evaluate only the suites, in one read-only transaction", ArgsUsage: "SPEC", HideHelpCommand: true,
		Description: "pipe check specs/ingest_month.yaml --var as_of=2024-01-31",
		Flags:       []cli.Flag{varFlag(), targetFlag(), formatFlag("text, json or junit")},
		Action: func(ctx *cli.Context) error {
			format, err := oneOf(ctx, "format", "text", "json", "junit")
			if err != nil {
				return err
			}
			compiled, err := c.compile(ctx, true)
			if err != nil {
				return err
			}
			o := c.options()
			db, err := c.look(compiled.Target, "pipe "+o.RunID)
			if err != nil {
				return err
			}
			result := run.Check(c.ctx, compiled.Plan, db, o)
			if err := db.Close(); err != nil {
				return err
			}
			return c.showCheck(compiled, result, format)
		}}
}

func (c *command) showCheck(compiled *engine.Compiled, r *run.Result, format string) error {
	var err error
	switch format {
	case "json":
		err = report.JSON(c.stdout, r)
	case "junit":
		err = report.JUnit(c.stdout, r)
	default:
		err = report.Summary(c.stdout, compiled.Plan, r, c.text(c.stdout))
	}
	if err != nil {
		return err
	}
	return c.exit(r)
}

func (c *command) graphCommand() *cli.Command {
	return &cli.Command{Name: "graph", Usage: "draw the steps of a spec", ArgsUsage: "SPEC", HideHelpCommand: true,
		Description: "pipe graph specs/ingest_month.yaml --var as_of=2024-01-31",
		Flags: []cli.Flag{varFlag(), targetFlag(),
			&cli.StringFlag{Name: "format", Value: "mermaid", Usage: "F|mermaid or dot"}},
		Action: func(ctx *cli.Context) error {
			format, err := oneOf(ctx, "format", "mermaid", "dot")
			if err != nil {
				return err
			}
			compiled, err := c.compileGraph(ctx)
			if err != nil {
				return err
			}
			return report.Graph(c.stdout, compiled.Plan, format)
		}}
}

// compileGraph is compile for a view of the steps alone, which are the same
// whatever the vars say: one that is required and not given has an example's
// value.
func (c *command) compileGraph(ctx *cli.Context) (*engine.Compiled, error) {
	entry, err := specArgument(ctx, 0, false)
	if err != nil {
		return nil, err
	}
	given, err := assignments(ctx.StringSlice("var"))
	if err != nil {
		return nil, err
	}
	s, _, err := engine.Read(project(), entry)
	if err != nil {
		return nil, err
	}
	for _, v := range s.Vars {
		if _, ok := given[v.Name.V]; !ok && !v.Default.Set {
			given[v.Name.V] = vars.Example(v)
		}
	}
	compiled, err := engine.Compile(engine.Request{Project: project(), Spec: entry, Vars: given, Target: ctx.String("target"), Env: c.env})
	return compiled, c.findings(compiled, err)
}

// onlyEntry finds the one entry in specs/.
func onlyEntry(project fs.FS) (string, error) {
	names, err := fs.Glob(project, "specs/*.y*ml")
	if err != nil {
		return "", err
	}
	var entries []string
	for _, name := range names {
		text, err := fs.ReadFile(project, name)
		if err != nil {
			return "", fmt.Errorf("looking for the spec: %w", err)
		}
		if spec.IsEntry(string(text)) {
			entries = append(entries, name)
		}
	}
	if len(entries) == 1 {
		return entries[0], nil
	}
	if len(entries) == 0 {
		return "", &usageError{"there is no spec in specs/", "name the SPEC, start pipe in the project directory, or name that with -C DIR"}
	}
	return "", &usageError{fmt.Sprintf("specs/ holds %d entries", len(entries)), "name the SPEC: " + strings.Join(entries, ", ")}
}

// open opens the target of a spec, or of a URL without one, for looking at.
func (c *command) open(ctx *cli.Context, position int) (*database.DB, error) {
	db, _, err := c.openOf(ctx, position)
	return db, err
}

// openOf is open, and gives the name of the spec where there is one.
func (c *command) openOf(ctx *cli.Context, position int) (*database.DB, string, error) {
	if t, ok, err := database.ParseTarget(ctx.String("target")); err != nil {
		return nil, "", &usageError{err.Error(), ""}
	} else if ok && ctx.NArg() <= position {
		db, err := c.look(t, "pipe")
		return db, "", err
	}
	entry, err := specArgument(ctx, position, true)
	if err != nil {
		return nil, "", err
	}
	s, list, err := engine.Read(project(), entry)
	if err != nil {
		return nil, "", err
	}
	if list.HasErrors() {
		return nil, "", errors.Join(c.diagnose(c.stderr, list, s.Source), &exitError{exitData})
	}
	t, _, err := engine.ResolveTarget(s, ctx.String("target"), c.env)
	if err != nil {
		return nil, "", err
	}
	db, err := c.look(t, "pipe")
	return db, s.Name.V, err
}

// look opens a target that is only read.
func (c *command) look(t database.Target, application string) (*database.DB, error) {
	db, err := database.Open(c.ctx, t, application, database.ReadOnly)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &noDatabase{t.Where()}
	}
	return db, err
}

func (c *command) runsCommand() *cli.Command {
	return &cli.Command{Name: "runs", Usage: "list the runs that a target recorded", ArgsUsage: "[SPEC]", HideHelpCommand: true,
		Description: "pipe runs\npipe runs specs/ingest_month.yaml --target postgres --format csv",
		Flags:       []cli.Flag{targetFlag(), formatFlag("text, json or csv")},
		Action: func(ctx *cli.Context) (err error) {
			format, err := oneOf(ctx, "format", "text", "json", "csv")
			if err != nil {
				return err
			}
			db, err := c.open(ctx, 0)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.Close()) }()
			records, err := engine.Runs(c.ctx, db, c.options().Host)
			if err != nil {
				return err
			}
			var rows []report.RunRow
			for _, r := range records {
				rows = append(rows, report.RunRow{RunID: r.RunID, Spec: r.Spec, AsOf: r.AsOf, Status: run.Status(r.Status), Published: r.Published,
					Started: r.Started, DurationMS: r.Duration.Milliseconds(), Read: r.Read, Inserted: r.Inserted, Updated: r.Updated, Unchanged: r.Unchanged,
					Host: r.Host, User: r.User, Step: r.Step})
			}
			return report.Runs(c.stdout, rows, format, c.text(c.stdout))
		}}
}

func (c *command) showCommand() *cli.Command {
	return &cli.Command{Name: "show", Usage: "show one recorded run", ArgsUsage: "RUN [SPEC]", HideHelpCommand: true,
		Description: "pipe show 20260131T060000Z-3f9a1c2b",
		Flags:       []cli.Flag{targetFlag(), formatFlag("text, json or markdown")},
		Action: func(ctx *cli.Context) (err error) {
			format, err := oneOf(ctx, "format", "text", "json", "markdown")
			if err != nil {
				return err
			}
			if ctx.NArg() == 0 {
				return &usageError{"pipe show needs the id of a run", "pipe runs lists them"}
			}
			db, err := c.open(ctx, 1)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.Close()) }()
			shown, err := engine.Show(c.ctx, db, c.options().Host, ctx.Args().First())
			if err != nil {
				return err
			}
			if shown.Document == "" {
				_, err = fmt.Fprintln(c.stdout, withoutResult(shown))
				return err
			}
			result, err := report.Decode([]byte(shown.Document))
			if err != nil {
				return err
			}
			options := c.text(c.stdout)
			if !result.DryRun {
				options.Rejects = rejectsLine(ctx, result.RunID, ctx.Args().Get(1))
			}
			return report.Show(c.stdout, result, format, options)
		}}
}

// withoutResult is what there is to say of a run that left no result.
func withoutResult(s *engine.Shown) string {
	at := ""
	if s.Step != "" {
		at = " at " + s.Step
	}
	if s.Status == "running" {
		return fmt.Sprintf("run %s is running%s; it has no result yet", s.RunID, at)
	}
	return fmt.Sprintf("run %s was interrupted%s: its process ended and left no result; it changed no table", s.RunID, at)
}
