package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/report"
	"github.com/streamflow/pipe/engine/run"
)

func varFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "var", KeepSpace: true, Usage: "K=V|a var of the spec; again for each var"}
}

func targetFlag() cli.Flag {
	return &cli.StringFlag{Name: "target", Usage: "T|a target of the spec, postgres://... or sqlite:FILE"}
}

func formatFlag(choices string) cli.Flag {
	return &cli.StringFlag{Name: "format", Value: "text", Usage: "F|" + choices}
}

func (c *command) runCommand() *cli.Command {
	return &cli.Command{
		Name: "run", Usage: "load, check and snapshot what a spec says", ArgsUsage: "SPEC", HideHelpCommand: true,
		Description: "pipe run specs/ingest_month.yaml --var as_of=2024-01-31\npipe run specs/ingest_month.yaml --var as_of=2024-01-31 --dry-run",
		Flags: []cli.Flag{varFlag(), targetFlag(),
			&cli.BoolFlag{Name: "dry-run", Usage: "do everything in one transaction and roll it back"},
			&cli.BoolFlag{Name: "allow-older", Usage: "load a month older than the one that is live"},
			&cli.StringFlag{Name: "snapshots", Value: "refuse", Usage: "HOW|refuse, keep or replace a stamped month that differs"},
			&cli.StringFlag{Name: "wait", Usage: "DUR|wait for another run of the same tables, such as 10m"},
			&cli.StringFlag{Name: "timeout", Usage: "DUR|give up and roll back after this time"},
			formatFlag("text or json"),
			&cli.StringFlag{Name: "report", Value: "reports", Usage: "DIR|where reports are written (reports), or none"},
			&cli.StringFlag{Name: "progress", Value: "auto", Usage: "P|auto, plain or none"}},
		Action: c.run,
	}
}

// compile reads the request that run, plan and check share.
func (c *command) compile(ctx *cli.Context, checksOnly bool) (*engine.Compiled, error) {
	entry, err := specArgument(ctx, 0, false)
	if err != nil {
		return nil, err
	}
	given, err := assignments(ctx.StringSlice("var"))
	if err != nil {
		return nil, err
	}
	compiled, err := engine.Compile(engine.Request{Project: project(), Spec: entry, Vars: given, Target: ctx.String("target"), Env: c.env, ChecksOnly: checksOnly})
	return compiled, c.findings(compiled, err)
}

func (c *command) run(ctx *cli.Context) error {
	format, err := oneOf(ctx, "format", "text", "json")
	if err != nil {
		return err
	}
	progress, err := oneOf(ctx, "progress", "auto", "plain", "none")
	if err != nil {
		return err
	}
	snapshots, err := oneOf(ctx, "snapshots", "refuse", "keep", "replace")
	if err != nil {
		return err
	}
	wait, err := length(ctx, "wait")
	if err != nil {
		return err
	}
	timeout, err := length(ctx, "timeout")
	if err != nil {
		return err
	}
	for _, flag := range []string{"target", "report"} {
		if ctx.IsSet(flag) && ctx.String(flag) == "" {
			return &usageError{fmt.Sprintf("--%s is empty", flag), "give it a value, or leave it out"}
		}
	}
	compiled, err := c.compile(ctx, false)
	if err != nil {
		return err
	}
	if !ctx.IsSet("report") && !ctx.Bool("dry-run") {
		if err := c.findings(compiled, engine.LookAtReports(ctx.String("report"))); err != nil {
			return err
		}
	}
	if !ctx.IsSet("timeout") {
		timeout = compiled.Plan.Timeout
	}
	run := c.options()
	run.DryRun, run.AllowOlder, run.Snapshots, run.Wait = ctx.Bool("dry-run"), ctx.Bool("allow-older"), runSnapshots(snapshots), wait
	if err := reportFolder(ctx.String("report")); err != nil && !run.DryRun {
		return c.conclude(ctx, compiled, unopened(c.ctx, compiled, run, err), format)
	}
	result, err := c.execute(compiled, run, timeout, progress)
	if err != nil {
		return err
	}
	return c.conclude(ctx, compiled, result, format)
}

func unopened(ctx context.Context, compiled *engine.Compiled, o run.Options, err error) *run.Result {
	return run.Unopened(ctx, compiled.Plan, compiled.Target.Name, o, err)
}

// noReport is the code of a run that is not begun because it could not write its
// report: it would load and exit as if it had not.
const noReport = "report_folder"

func reportFolder(dir string) error {
	if dir == "none" {
		return nil
	}
	if err := report.Ready(dir); err != nil {
		return &run.Error{Code: noReport, Message: "the report could not be written: " + err.Error(), Exit: exitOutside,
			Hint: "let the user that runs pipe write there, or give --report DIR, or --report none"}
	}
	return nil
}

// length reads a flag that is a length of time; 0 when it is not given.
func length(ctx *cli.Context, flag string) (time.Duration, error) {
	text := ctx.String(flag)
	if !ctx.IsSet(flag) {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, &usageError{fmt.Sprintf("--%s %s is not a length of time", flag, text), "write it as 90s, 10m or 1h30m"}
	}
	return d, nil
}

func runSnapshots(s string) run.Snapshots { return run.Snapshots(s) }

// options says who runs.
func (c *command) options() run.Options {
	o := run.Options{RunID: run.NewID(time.Now()), Version: Version, PID: os.Getpid(), Host: "unknown", User: "unknown"}
	// Neither name decides anything: where the system has none, "unknown" stands.
	if host, err := os.Hostname(); err == nil {
		o.Host = host
	}
	if u, err := user.Current(); err == nil {
		o.User = u.Username
	}
	return o
}

func (c *command) execute(compiled *engine.Compiled, o run.Options, timeout time.Duration, progress string) (*run.Result, error) {
	ctx := c.ctx
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, timeout, run.ErrTimeout)
		defer cancel()
	}
	mode := database.ReadWrite
	if o.DryRun {
		mode = database.Scratch
	}
	view := report.NewProgress(c.stderr, progress, isTerminal(c.stderr), width(c.stderr))
	for _, t := range compiled.Plan.Tables {
		view.Tables(t.Name)
	}
	o.Events = view.Event
	db, err := run.Open(ctx, compiled.Plan, compiled.Target, mode, &o)
	if err != nil {
		view.Close()
		return unopened(ctx, compiled, o, err), nil
	}
	result := run.Run(ctx, compiled.Plan, db, o)
	view.Close()
	if err := db.Close(); err != nil {
		// The run is over, and its result is worth more than this.
		result.Problems = append(result.Problems, run.Error{Code: "close_failed", Message: err.Error(), Exit: exitOutside})
	}
	return result, nil
}

// conclude writes the reports, prints the result and gives the exit code.
func (c *command) conclude(ctx *cli.Context, compiled *engine.Compiled, r *run.Result, format string) error {
	options, dir := c.text(c.stdout), ctx.String("report")
	if !r.DryRun {
		options.Rejects = rejectsLine(ctx, r.RunID, ctx.Args().First())
	}
	var reporting error
	if dir != "none" && !r.DryRun && hasReport(r) {
		options.Reports, reporting = report.Write(dir, compiled.Plan, r)
	}
	var err error
	if format == "json" {
		err = report.JSON(c.stdout, r)
	} else {
		err = report.Summary(c.stdout, compiled.Plan, r, options)
	}
	if reporting != nil {
		reporting = fmt.Errorf("the run is over (%s), but its report could not be written: %w", r.Status, reporting)
	}
	if err := errors.Join(err, reporting); err != nil {
		// Told here, whatever signal came meanwhile: the run is over.
		c.tell(err.Error(), "")
		return &exitError{exitOutside}
	}
	return c.exit(r)
}

// hasReport tells whether a run came far enough to be worth a report: one
// that could not even take its lock has nothing to tell.
func hasReport(r *run.Result) bool {
	return r.Error == nil || r.Error.Code != "locked" && r.Error.Code != noReport
}

func (c *command) exit(r *run.Result) error {
	if r.Error == nil {
		return nil
	}
	code := r.Error.Exit
	if code == exitInterrupted && c.terminated {
		code = exitTerminated
	}
	return &exitError{code}
}

// findings prints what is wrong with the spec; errors end the command.
func (c *command) findings(compiled *engine.Compiled, err error) error {
	if compiled == nil {
		return err
	}
	list, isList := asList(err)
	if !isList {
		list = compiled.Warnings
	}
	if printing := c.diagnose(c.stderr, list, compiled.Spec.Source); printing != nil {
		return printing
	}
	if isList {
		return &exitError{exitData}
	}
	return err
}
