package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/report"
	"github.com/streamflow/pipe/engine/spec"
)

func (c *command) lintCommand() *cli.Command {
	return &cli.Command{Name: "lint", Usage: "say everything that is wrong with the specs, offline", ArgsUsage: "[PATH...]", HideHelpCommand: true,
		Description: "pipe lint\npipe lint expectations/users.yaml\npipe lint --format sarif > lint.sarif",
		Flags:       []cli.Flag{formatFlag("text, json, github, sarif or junit")},
		Action: func(ctx *cli.Context) error {
			format, err := oneOf(ctx, "format", "text", "json", "github", "sarif", "junit")
			if err != nil {
				return err
			}
			paths, err := specPaths(ctx)
			if err != nil {
				return err
			}
			return c.lint(paths, format)
		}}
}

func (c *command) lint(paths []string, format string) error {
	// A lint is over before its garbage matters: collecting it at every doubling
	// took a fifth of the time.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	specs, files, list := spec.ReadProject(project(), paths)
	list = append(list, engine.LintAll(specs)...)
	list.Sort()
	if err := c.showFindings(list, files, format); err != nil {
		return err
	}
	if list.HasErrors() {
		return &exitError{exitData}
	}
	if format == "text" {
		noun := "files"
		if len(files) == 1 {
			noun = "file"
		}
		_, err := fmt.Fprintf(c.stderr, "%d %s, no errors\n", len(files), noun)
		return err
	}
	return nil
}

func (c *command) showFindings(list diag.List, files []spec.File, format string) error {
	found := report.Findings{List: list, Version: Version}
	for _, f := range files {
		found.Files = append(found.Files, f.Path)
	}
	switch format {
	case "json":
		return report.Diagnostics(c.stdout, list)
	case "github":
		found.Folder = folderInWorkspace()
		return report.LintGitHub(c.stdout, found)
	case "sarif":
		found.Folder = folderInWorkspace()
		return report.LintSARIF(c.stdout, found)
	case "junit":
		return report.LintJUnit(c.stdout, found)
	}
	return c.diagnose(c.stdout, list, func(path string) (string, bool) {
		i := slices.IndexFunc(files, func(f spec.File) bool { return f.Path == path })
		if i < 0 {
			return "", false
		}
		return files[i].Text, true
	})
}

// folderInWorkspace is the project directory inside the checkout that GitHub
// Actions works in: annotations name files from there. It is empty elsewhere.
func folderInWorkspace() string {
	workspace := os.Getenv("GITHUB_WORKSPACE")
	if workspace == "" {
		return ""
	}
	here, err := os.Getwd()
	if err == nil {
		here, err = filepath.EvalSymlinks(here)
	}
	if err == nil {
		workspace, err = filepath.EvalSymlinks(workspace)
	}
	if err == nil {
		here, err = filepath.Rel(workspace, here)
	}
	// A project elsewhere is named from its own folder, as without a checkout.
	if err != nil || !filepath.IsLocal(here) {
		return ""
	}
	return filepath.ToSlash(here)
}
