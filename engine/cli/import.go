package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/greatexpectations"
)

// importSource is what pipe import can read.
const importSource = "great-expectations"

func (c *command) importCommand() *cli.Command {
	return &cli.Command{Name: "import", Usage: "turn a Great Expectations suite into one of pipe", ArgsUsage: importSource + " FILE", HideHelpCommand: true,
		Description: "pipe import great-expectations suite.json > expectations/orders.yaml",
		Flags:       []cli.Flag{&cli.StringFlag{Name: "table", Usage: "NAME|the table that the suite is about"}},
		Action: func(ctx *cli.Context) error {
			usage := "usage: pipe import " + importSource + " FILE"
			switch what := ctx.Args().First(); {
			case ctx.NArg() == 0:
				return &usageError{"pipe import needs to know what it reads", usage}
			case what != importSource:
				hint := diag.DidYouMean(what, []string{importSource})
				if hint == "" {
					hint = usage
				}
				return &usageError{fmt.Sprintf("pipe import cannot read %q", what), hint}
			case ctx.NArg() != 2:
				return &usageError{"pipe import " + importSource + " takes one FILE", usage}
			case ctx.IsSet("table") && ctx.String("table") == "":
				return &usageError{"--table is empty", "give it the name of a table, or leave it out"}
			}
			return c.importSuite(ctx.Args().Get(1), ctx.String("table"))
		}}
}

// importSuite prints the suite on standard output, and what became of each
// expectation on standard error.
func (c *command) importSuite(file, table string) error {
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &usageError{fmt.Sprintf("there is no file %s", file), "name the suite's JSON file"}
	case err == nil && info.IsDir():
		return &usageError{file + " is a folder", "name the suite's JSON file in it"}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the suite: %w", err)
	}
	imported, list := greatexpectations.Import(file, text, table)
	if list.HasErrors() {
		// A suite on one long line is not repeated with every fault.
		short := !slices.ContainsFunc(strings.Split(string(text), "\n"), func(line string) bool { return len(line) > 200 })
		source := func(string) (string, bool) { return strings.TrimPrefix(string(text), "\ufeff"), short }
		if err := c.diagnose(c.stderr, list, source); err != nil {
			return err
		}
		return &exitError{exitUsage}
	}
	if err := errors.Join(imported.WriteYAML(c.stdout), imported.WriteReport(c.stderr)); err != nil {
		return err
	}
	if imported.Carried() < len(imported.Expectations) {
		return &exitError{exitData}
	}
	return nil
}
