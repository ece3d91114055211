package cli

import (
	"errors"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/doctor"
	"github.com/streamflow/pipe/engine/report"
)

func (c *command) doctorCommand() *cli.Command {
	return &cli.Command{Name: "doctor", Usage: "look for what is in the way of a run, and change nothing", ArgsUsage: "[SPEC]", HideHelpCommand: true,
		Description: "pipe doctor\npipe doctor specs/ingest_month.yaml --var as_of=2024-01-31 --target postgres",
		Flags:       []cli.Flag{varFlag(), targetFlag()},
		Action: func(ctx *cli.Context) error {
			given, err := assignments(ctx.StringSlice("var"))
			if err != nil {
				return err
			}
			if _, _, err := database.ParseTarget(ctx.String("target")); err != nil {
				return &usageError{err.Error(), ""}
			}
			r := doctor.Request{Project: project(), Vars: given, Target: ctx.String("target"), Env: c.env, Host: c.options().Host, Reports: "reports",
				Dotenv: doctor.Dotenv{Found: c.dotenv != nil, Variables: len(c.dotenv), Err: c.unread}}
			if r.Spec, err = specArgument(ctx, 0, true); err != nil {
				if ctx.NArg() > 0 {
					return err
				}
				r.NoSpec = err
				var usage *usageError
				if errors.As(err, &usage) {
					r.NoSpec = doctor.Reason(usage.message, usage.hint)
				}
			}
			found := doctor.Examine(c.ctx, r)
			if err := report.Doctor(c.stdout, found, c.text(c.stdout)); err != nil {
				return err
			}
			if err := c.ctx.Err(); err != nil {
				return err
			}
			if found.Count(doctor.Fail) > 0 {
				return &exitError{exitData}
			}
			return nil
		}}
}
