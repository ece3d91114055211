package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/profile"
	"github.com/streamflow/pipe/engine/spec"
)

// fileFlags say how a file is read; a table has no use for them.
var fileFlags = []string{"delimiter", "quote", "encoding", "no-header", "table"}

func (c *command) suggestCommand() *cli.Command {
	return &cli.Command{Name: "suggest", Usage: "look at a table or a file and print a suite for it", ArgsUsage: "TABLE|FILE [SPEC]", HideHelpCommand: true,
		Description: "pipe suggest data/seeds/month_000/users.csv\npipe suggest subscriptions --target postgres --output expectations/subscriptions_more.yaml",
		Flags: []cli.Flag{targetFlag(),
			&cli.StringFlag{Name: "output", Usage: "FILE|write to this file, which must not exist"},
			&cli.BoolFlag{Name: "force", Usage: "overwrite the file of --output"},
			&cli.BoolFlag{Name: "declare", Usage: "declare the table too, not only in a comment"},
			&cli.StringFlag{Name: "table", Usage: "NAME|the table that the suite is about (the file's name)"},
			&cli.StringFlag{Name: "delimiter", Usage: "C|of the file (what its header seems to have)"},
			&cli.StringFlag{Name: "quote", Usage: "C|of the file (\")"},
			&cli.StringFlag{Name: "encoding", Usage: "E|of the file (utf-8)"},
			&cli.BoolFlag{Name: "no-header", Usage: "the file's first row is data"}},
		Action: func(ctx *cli.Context) error {
			if err := checkOutput(ctx); err != nil {
				return err
			}
			p, err := c.profile(ctx)
			if err != nil {
				var data *engine.DataError
				if errors.As(err, &data) {
					c.tell(data.Message, data.Hint)
					return &exitError{exitData}
				}
				return err
			}
			var text bytes.Buffer
			if err := profile.WriteSuite(&text, p, profile.WriteOptions{Declare: ctx.Bool("declare")}); err != nil {
				return err
			}
			c.warnOfMalformed(p)
			if headless := profile.HeaderReadsAsRow(p); headless != "" {
				c.note("warning: " + headless)
				c.note("  if it is one: --no-header")
			}
			if ctx.String("output") == "" {
				_, err = text.WriteTo(c.stdout)
				return err
			}
			return c.output(ctx.String("output"), ctx.Bool("force"), text.Bytes())
		}}
}

// warnOfMalformed tells of rows from which nothing was learnt. The suite stands
// all the same, for the others: the exit code is that of success.
func (c *command) warnOfMalformed(p *profile.Profile) {
	if p.Malformed > 0 {
		c.note("warning: left out " + profile.MalformedRows(p))
		c.note("  to read them: " + profile.MalformedHelp(p.FirstCode))
	}
}

// checkOutput finds out before the data is read whether its result may be
// written.
func checkOutput(ctx *cli.Context) error {
	path := ctx.String("output")
	switch {
	case ctx.IsSet("output") && path == "":
		return &usageError{"--output is empty", "give it a file, or leave it out"}
	case path == "" && ctx.Bool("force"):
		return &usageError{"--force without --output has nothing to overwrite", "add --output FILE"}
	case path == "" || ctx.Bool("force"):
		return nil
	}
	if _, err := os.Lstat(path); err == nil {
		return fileExists(path)
	}
	return nil
}

func fileExists(path string) error {
	return &usageError{fmt.Sprintf("%s exists already", path), "name another file, or say --force to overwrite it"}
}

// output writes the suite. Without force the file is one that did not exist.
func (c *command) output(path string, force bool, text []byte) (err error) {
	how := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		how = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(path, how, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fileExists(path)
	}
	if err != nil {
		return fmt.Errorf("writing the suite: %w", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing the suite: %w", err)
	}
	c.note("wrote " + path)
	return nil
}

// note tells on a line of standard error what is being done.
func (c *command) note(text string) {
	// Where standard error is gone there is nobody to tell.
	_, _ = fmt.Fprintln(c.stderr, diag.Printable(text))
}

// profile looks at what the argument names.
func (c *command) profile(ctx *cli.Context) (*profile.Profile, error) {
	usage := "usage: pipe suggest " + ctx.Command.ArgsUsage
	arg := ctx.Args().First()
	if arg == "" {
		return nil, &usageError{"pipe suggest needs a TABLE or a FILE", usage}
	}
	if !c.isFile(ctx, arg) {
		for _, flag := range fileFlags {
			if ctx.IsSet(flag) {
				return nil, &usageError{fmt.Sprintf("--%s is for files, and %s is taken for a table", flag, arg), "to name a file, write ./" + arg}
			}
		}
		return c.profileTable(ctx, arg)
	}
	switch {
	case ctx.NArg() > 1:
		return nil, &usageError{fmt.Sprintf("a file takes no SPEC: %s", ctx.Args().Get(1)), usage}
	case ctx.IsSet("target"):
		return nil, &usageError{fmt.Sprintf("--target is for tables, and %s is a file", arg), "leave --target out"}
	}
	o := profile.FileOptions{Encoding: ctx.String("encoding"), NoHeader: ctx.Bool("no-header"), Table: ctx.String("table")}
	var err error
	if o.Delimiter, err = character(ctx, "delimiter"); err != nil {
		return nil, err
	}
	if o.Quote, err = character(ctx, "quote"); err != nil {
		return nil, err
	}
	if ctx.IsSet("table") && o.Table == "" {
		return nil, &usageError{"--table is empty", "give it the name of the table, or leave it out"}
	}
	if info, err := os.Stat(arg); err == nil && info.IsDir() {
		return nil, &usageError{arg + " is a folder", "name a file in it"}
	} else if err == nil && !info.Mode().IsRegular() {
		return nil, &usageError{arg + " is no regular file, and what is suggested takes reading it more than once", "write what it gives to a file first"}
	}
	c.note("reading every row of " + arg)
	p, err := engine.ProfileFile(c.ctx, arg, o)
	if err == nil {
		p.Source.Path = inProject(p.Source.Path)
	}
	return p, err
}

// inProject makes a path one from the project directory where it lies inside
// it, as specs state them.
func inProject(path string) string {
	here, err := os.Getwd()
	if err != nil || !filepath.IsAbs(path) {
		return filepath.ToSlash(filepath.Clean(path))
	}
	if inside, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(inside) {
		path = inside
	}
	return filepath.ToSlash(path)
}

var dataFile = regexp.MustCompile(`(?i)\.(csv|tsv|txt|zip|gz)$`)

// isFile tells whether an argument names a file: its look says so, or there is
// one of that name. With --target a bare name is a table.
func (c *command) isFile(ctx *cli.Context, arg string) bool {
	if dataFile.MatchString(arg) || strings.ContainsAny(arg, `/\`) || filepath.Base(arg) != arg {
		return true
	}
	if info, err := os.Stat(arg); err != nil || info.IsDir() {
		return false
	}
	if ctx.IsSet("target") || ctx.NArg() > 1 {
		c.note(fmt.Sprintf("%s is taken for a table; for the file of that name, write ./%[1]s", arg))
		return false
	}
	c.note(fmt.Sprintf("%s is taken for a file; for a table of that name, say --target", arg))
	return true
}

// character reads a flag that is one character; 0 when it is not given.
func character(ctx *cli.Context, flag string) (rune, error) {
	text := ctx.String(flag)
	if !ctx.IsSet(flag) {
		return 0, nil
	}
	if text == `\t` || text == "tab" {
		text = "\t"
	}
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 || size != len(text) || r == utf8.RuneError || r == '\n' || r == '\r' {
		return 0, &usageError{fmt.Sprintf("--%s %q is not one character", flag, text), `write it as --` + flag + ` ";" or, for a tab, as \t`}
	}
	return r, nil
}

// profileTable looks at a table of the target that --target or the spec names.
func (c *command) profileTable(ctx *cli.Context, table string) (p *profile.Profile, err error) {
	s, target, err := c.tableTarget(ctx)
	if err != nil {
		return nil, err
	}
	db, err := c.look(target, "pipe suggest")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return engine.ProfileTable(c.ctx, db, s, table, c.note)
}

// tableTarget finds the target and the spec whose declarations count. A URL
// needs no spec, but the only one of the project is taken all the same: its
// types say more than a database's do.
func (c *command) tableTarget(ctx *cli.Context) (*spec.Spec, database.Target, error) {
	_, isURL, err := database.ParseTarget(ctx.String("target"))
	if err != nil {
		return nil, database.Target{}, &usageError{err.Error(), ""}
	}
	entry, err := specArgument(ctx, 1, true)
	if err != nil {
		if !isURL || ctx.NArg() > 1 {
			return nil, database.Target{}, err
		}
		t, _, err := engine.ResolveTarget(&spec.Spec{}, ctx.String("target"), c.env)
		return nil, t, err
	}
	s, list, err := engine.Read(project(), entry)
	if err != nil {
		return nil, database.Target{}, err
	}
	if list.HasErrors() {
		return nil, database.Target{}, errors.Join(c.diagnose(c.stderr, list, s.Source), &exitError{exitData})
	}
	t, _, err := engine.ResolveTarget(s, ctx.String("target"), c.env)
	return s, t, err
}
