package cli

import (
	"errors"
	"iter"
	"path"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/report"
	"github.com/streamflow/pipe/engine/run"
	"github.com/streamflow/pipe/engine/scaffold"
	"github.com/streamflow/pipe/engine/spec"
)

func (c *command) rejectsCommand() *cli.Command {
	return &cli.Command{Name: "rejects", Usage: "list the bad rows that a run set aside or failed on", ArgsUsage: "[RUN] [SPEC]", HideHelpCommand: true,
		Description: "pipe rejects\npipe rejects 20260131T060000Z-3f9a1c2b\npipe rejects --format csv > rejects.csv",
		Flags:       []cli.Flag{targetFlag(), formatFlag("text, csv or json")},
		Action: func(ctx *cli.Context) (err error) {
			format, err := oneOf(ctx, "format", "text", "csv", "json")
			if err != nil {
				return err
			}
			// A lone argument is a SPEC where it is named like one.
			id, entry, position := ctx.Args().First(), ctx.Args().Get(1), min(ctx.NArg(), 1)
			if ext := path.Ext(id); ctx.NArg() == 1 && (ext == ".yaml" || ext == ".yml") {
				id, entry, position = "", id, 0
			}
			db, name, err := c.openOf(ctx, position)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, db.Close()) }()
			return c.showRejects(ctx, db, rejectsAsked{id, name, entry, format})
		}}
}

// rejectsAsked is what the words of a line asked for: entry is the SPEC as it
// was typed, spec the name of the one that was read.
type rejectsAsked struct{ id, spec, entry, format string }

func (c *command) showRejects(ctx *cli.Context, db *database.DB, asked rejectsAsked) error {
	most := 0
	if asked.format == "text" {
		most = report.ShownRejects
	}
	return engine.Rejects(c.ctx, db, asked.id, asked.spec, most, func(r *engine.RejectsRecord, rows iter.Seq2[run.Reject, error]) error {
		h := report.RejectsHead{Run: r.Run, Newest: r.Newest}
		for _, n := range r.Counts {
			h.Counts = append(h.Counts, report.RejectsCount(n))
		}
		options := c.text(c.stdout)
		options.Rejects = rejectsLine(ctx, r.Run.RunID, asked.entry)
		return report.Rejects(c.stdout, h, rows, asked.format, options)
	})
}

// rejectsLine is the command that lists the rejects of a run, with the words by
// which this one found its target. A URL, which may hold a password, is not
// among them.
func rejectsLine(ctx *cli.Context, id, entry string) string {
	line := "pipe rejects " + id
	if only, err := onlyEntry(project()); entry != "" && (err != nil || path.Clean(entry) != only) {
		line += " " + scaffold.ShellWord(diag.Printable(entry))
	}
	target := ctx.String("target")
	if t, isURL, err := database.ParseTarget(target); isURL && (err != nil || t.Driver == spec.Postgres) {
		target = "postgres://..."
	}
	if target != "" {
		line += " --target " + target
	}
	return line
}
