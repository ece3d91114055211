package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/report"
	"github.com/streamflow/pipe/engine/spec"
)

func (c *command) testCommand() *cli.Command {
	return &cli.Command{Name: "test", Usage: "run the suites' own tests of rules, without a server", ArgsUsage: "[PATH...]", HideHelpCommand: true,
		Description: "pipe test\npipe test expectations/users.yaml",
		Flags:       []cli.Flag{formatFlag("text, json or junit")},
		Action: func(ctx *cli.Context) error {
			format, err := oneOf(ctx, "format", "text", "json", "junit")
			if err != nil {
				return err
			}
			paths, err := specPaths(ctx)
			if err != nil {
				return err
			}
			return c.test(paths, format)
		}}
}

// specPaths takes the PATHs of a command that reads every spec of the project
// when there are none.
func specPaths(ctx *cli.Context) ([]string, error) {
	var paths []string
	for _, arg := range ctx.Args().Slice() {
		path, err := entryPath(arg)
		if err != nil {
			return nil, err
		}
		if _, err := fs.Stat(project(), path); errors.Is(err, fs.ErrNotExist) {
			return nil, &usageError{fmt.Sprintf("there is no file or folder %s", arg), "without a PATH, specs and expectations are read"}
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func (c *command) test(paths []string, format string) error {
	specs, files, list := spec.ReadProject(project(), paths)
	for _, s := range specs {
		list = append(list, engine.Lint(s)...)
	}
	var results []engine.TestResult
	if !list.HasErrors() {
		for _, s := range specs {
			found, faults := engine.Test(s, c.env, func(t *spec.RuleTest) bool { return isAsked(paths, s.Entry, t.Pos.File) })
			list = append(list, faults...)
			results = appendNew(results, found)
		}
	}
	if list.HasErrors() {
		return c.faulty(list, files)
	}
	var err error
	switch format {
	case "json":
		err = report.TestsJSON(c.stdout, results)
	case "junit":
		err = report.TestsJUnit(c.stdout, results)
	default:
		err = report.Tests(c.stdout, results, c.text(c.stdout))
	}
	if err == nil && slices.ContainsFunc(results, func(r engine.TestResult) bool { return !r.Passed() }) {
		err = &exitError{exitData}
	}
	return err
}

// faulty tells what is wrong with the specs: no test is run of specs that do
// not lint.
func (c *command) faulty(list diag.List, files []spec.File) error {
	list.Sort()
	source := func(path string) (string, bool) {
		i := slices.IndexFunc(files, func(f spec.File) bool { return f.Path == path })
		if i < 0 {
			return "", false
		}
		return files[i].Text, true
	}
	if err := c.diagnose(c.stderr, list, source); err != nil {
		return err
	}
	return &exitError{exitData}
}

// isAsked tells whether the tests of a file, read through an entry, are meant by
// the paths: by the entry's own path, by the file's, or by that of a folder that
// holds one of them.
func isAsked(paths []string, entry, file string) bool {
	return len(paths) == 0 || slices.ContainsFunc(paths, func(path string) bool {
		return path == "." || path == entry || path == file || strings.HasPrefix(entry, path+"/") || strings.HasPrefix(file, path+"/")
	})
}

// appendNew leaves out what a file that two entries include comes to again.
func appendNew(results, more []engine.TestResult) []engine.TestResult {
	for _, r := range more {
		if !slices.ContainsFunc(results, func(o engine.TestResult) bool { return reflect.DeepEqual(o, r) }) {
			results = append(results, r)
		}
	}
	return results
}
