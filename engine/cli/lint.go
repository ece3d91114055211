package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/report"
	"github.com/streamflow/pipe/engine/spec"
)

func (c *command) lintCommand() *cli.Command {
	return &cli.Command{Name: "lint", Usage: "say everything that is wrong with the specs, offline", ArgsUsage: "[PATH...]", HideHelpCommand: true,
		Description: "pipe lint\npipe lint expectations/users.yaml",
		Flags:       []cli.Flag{formatFlag("text or json")},
		Action: func(ctx *cli.Context) error {
			format, err := oneOf(ctx, "format", "text", "json")
			if err != nil {
				return err
			}
			var paths []string
			for _, arg := range ctx.Args().Slice() {
				path, err := entryPath(arg)
				if err != nil {
					return err
				}
				if _, err := fs.Stat(project(), path); errors.Is(err, fs.ErrNotExist) {
					return &usageError{fmt.Sprintf("there is no file or folder %s", arg), "without a PATH, specs and expectations are read"}
				}
				paths = append(paths, path)
			}
			return c.lint(paths, format)
		}}
}

func (c *command) lint(paths []string, format string) error {
	specs, files, list := spec.ReadProject(project(), paths)
	for _, s := range specs {
		list = append(list, engine.Lint(s)...)
	}
	list.Sort()
	source := func(path string) (string, bool) {
		i := slices.IndexFunc(files, func(f spec.File) bool { return f.Path == path })
		if i < 0 {
			return "", false
		}
		return files[i].Text, true
	}
	var err error
	if format == "json" {
		err = report.Diagnostics(c.stdout, list)
	} else {
		err = c.diagnose(c.stdout, list, source)
	}
	if err != nil {
		return err
	}
	if list.HasErrors() {
		return &exitError{exitData}
	}
	if format == "text" {
		_, err = fmt.Fprintf(c.stderr, "%d files, no errors\n", len(files))
	}
	return err
}
