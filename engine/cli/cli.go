package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/joho/godotenv"
	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/report"
	"github.com/streamflow/pipe/engine/run"
	"github.com/streamflow/pipe/engine/work"
)

// Version is the program's version; the release build sets it.
var Version = "dev"

// command is one invocation.
type command struct {
	ctx            context.Context
	stdout, stderr io.Writer
	dotenv         map[string]string // from .env; the environment wins
	unread         error             // why .env could not be read, for doctor, which goes on
	terminated     bool              // by SIGTERM, not SIGINT
}

// Main runs one command line, without the program's name, and gives the exit
// code.
func Main(args []string, stdout, stderr io.Writer) (code int) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	c := &command{ctx: ctx, stdout: stdout, stderr: stderr}
	defer func() {
		if fault := work.Recovered(recover()); fault != nil {
			code = c.fail(fault)
		}
	}()
	stop := c.listen(cancel)
	defer stop()
	args = private(args)
	app := c.app()
	if os.Getenv(completing) != "" {
		if err := c.complete(app, args); err != nil {
			return c.fail(err)
		}
		return exitDone
	}
	ordered, err := flagsFirst(app, args)
	if err == nil {
		err = app.RunContext(ctx, append([]string{"pipe"}, ordered...))
	}
	if err != nil {
		return c.fail(err)
	}
	return exitDone
}

// listen makes the first signal cancel what is under way, in order; a second
// one ends the program at once.
func (c *command) listen(cancel context.CancelCauseFunc) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	work.Go(func() {
		s, ok := <-signals
		if !ok {
			return
		}
		c.terminated = s == syscall.SIGTERM
		signal.Stop(signals)
		// Where standard error is gone there is nobody to tell.
		_, _ = fmt.Fprintln(c.stderr, "interrupted: cancelling and rolling back (once more to end at once)")
		cancel(run.ErrInterrupted)
	}, cancel)
	return func() { signal.Stop(signals); close(signals) }
}

// flagLine is one line of --help. A flag's usage is "VALUE|what it does", so
// that the line fits into 80 columns.
func flagLine(f cli.Flag) string {
	usage := ""
	if d, ok := f.(cli.DocGenerationFlag); ok {
		usage = d.GetUsage()
	}
	var names []string
	for _, name := range f.Names() {
		names = append(names, strings.Repeat("-", min(len(name), 2))+name)
	}
	value, text, takes := strings.Cut(usage, "|")
	if !takes {
		return strings.Join(names, ", ") + "\t" + usage
	}
	return strings.Join(names, ", ") + " " + value + "\t" + text
}

// helpTemplate is that of -h; a command's Description is its examples.
var helpTemplate = strings.Replace(cli.CommandHelpTemplate, "DESCRIPTION:", "EXAMPLES:", 1)

func (c *command) app() *cli.App {
	cli.FlagStringer = flagLine
	misused := func(_ *cli.Context, err error, _ bool) error { return &usageError{err.Error(), ""} }
	app := &cli.App{
		Name: "pipe", Usage: "declarative pipelines: YAML to checked, snapshotted tables", HideVersion: true, HideHelpCommand: true,
		Writer: c.stdout, ErrWriter: c.stderr, ExitErrHandler: func(*cli.Context, error) {},
		DisableSliceFlagSeparator: true,
		Flags:                     []cli.Flag{&cli.StringFlag{Name: "C", Usage: "DIR|work as if started in DIR"}},
		Before:                    c.enter,
		OnUsageError:              misused,
		Commands: []*cli.Command{c.runCommand(), c.planCommand(), c.checkCommand(), c.lintCommand(), c.testCommand(), c.graphCommand(),
			c.runsCommand(), c.showCommand(), c.rejectsCommand(), c.explainCommand(),
			c.initCommand(), c.suggestCommand(), c.importCommand(), c.doctorCommand(), c.completionCommand(), c.jsonSchemaCommand(), c.versionCommand()},
	}
	for _, command := range app.Commands {
		command.OnUsageError, command.CustomHelpTemplate = misused, helpTemplate
	}
	return app
}

// enter goes to the project directory and reads its .env.
func (c *command) enter(ctx *cli.Context) error {
	if dir := ctx.String("C"); dir != "" {
		if err := os.Chdir(dir); err != nil {
			return &usageError{fmt.Sprintf("-C %s: %v", dir, errors.Unwrap(err)), "-C names the project directory"}
		}
	}
	err := c.readDotenv()
	if err != nil && ctx.Args().First() == "doctor" {
		c.unread, err = err, nil
	}
	return err
}

func (c *command) readDotenv() error {
	text, err := c.read(".env")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading .env: %w", err)
	}
	if c.dotenv, err = godotenv.UnmarshalBytes(text); err != nil {
		// The parser's message repeats the line, which may hold a password.
		return &usageError{"the file .env cannot be read: each line must be NAME=value", "quote values with spaces or # in them"}
	}
	return nil
}

// read reads a file. Programs that keep passwords offer .env as a named pipe,
// which gives nothing until they do: a signal ends the waiting.
func (c *command) read(name string) ([]byte, error) {
	if info, err := os.Stat(name); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		return os.ReadFile(name)
	}
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	work.Go(func() {
		text, err := os.ReadFile(name)
		done <- result{text, err}
	}, func(fault error) { done <- result{nil, fault} })
	select {
	case r := <-done:
		return r.text, r.err
	case <-c.ctx.Done():
		return nil, context.Cause(c.ctx)
	}
}

// env answers for a variable of the environment or else of .env.
func (c *command) env(name string) string {
	if v, ok := os.LookupEnv(name); ok {
		return v
	}
	return c.dotenv[name]
}

// project is the project directory as the reader of specs sees it.
// What a spec writes finds nothing outside of it.
func project() fs.FS {
	folder, err := engine.Project(".")
	if err != nil {
		return unreadable{err}
	}
	return folder
}

// unreadable is a project directory that cannot be read.
type unreadable struct{ err error }

// Open tells why.
func (u unreadable) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: u.err}
}

// entryPath makes a SPEC argument a path inside the project directory.
func entryPath(arg string) (string, error) {
	path := filepath.Clean(arg)
	if filepath.IsAbs(path) {
		here, err := os.Getwd()
		if err == nil {
			path, err = filepath.Rel(here, path)
		}
		if err != nil {
			return "", fmt.Errorf("finding %s from the project directory: %w", arg, err)
		}
	}
	path = filepath.ToSlash(path)
	if path == ".." || strings.HasPrefix(path, "../") {
		return "", &usageError{fmt.Sprintf("the spec %s lies outside the project directory", arg), "start pipe in the spec's project directory, or name it with -C DIR"}
	}
	return path, nil
}

// assignment is what was meant for --var.
var assignment = regexp.MustCompile(`^[A-Za-z_]\w*=`)

// specArgument takes the one SPEC of a command; with optional, the only entry
// in specs/ when none is given.
func specArgument(ctx *cli.Context, position int, optional bool) (string, error) {
	if ctx.NArg() > position+1 {
		extra, hint := ctx.Args().Get(position+1), "usage: pipe "+ctx.Command.Name+" "+ctx.Command.ArgsUsage
		if assignment.MatchString(extra) {
			hint = "write --var " + extra
		}
		return "", &usageError{fmt.Sprintf("pipe %s takes no argument %q", ctx.Command.Name, extra), hint}
	}
	if ctx.NArg() > position {
		return entryPath(ctx.Args().Get(position))
	}
	if !optional {
		return "", &usageError{fmt.Sprintf("pipe %s needs a SPEC", ctx.Command.Name), "usage: pipe " + ctx.Command.Name + " " + ctx.Command.ArgsUsage}
	}
	return onlyEntry(project())
}

func (c *command) colour(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && isTerminal(w)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// width is that of the terminal w, 80 elsewhere.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
			return min(columns, 120)
		}
	}
	return 80
}

func (c *command) text(w io.Writer) report.TextOptions {
	return report.TextOptions{Color: c.colour(w), Width: width(w)}
}

func (c *command) versionCommand() *cli.Command {
	return &cli.Command{Name: "version", Usage: "say which pipe this is", HideHelpCommand: true, Description: "pipe version", Action: func(ctx *cli.Context) error {
		if ctx.NArg() > 0 {
			return &usageError{fmt.Sprintf("pipe version takes no argument %s", ctx.Args().First()), ""}
		}
		version := Version
		if info, ok := debug.ReadBuildInfo(); ok && version == "dev" && info.Main.Version != "" && info.Main.Version != "(devel)" {
			version = info.Main.Version
		}
		_, err := fmt.Fprintln(c.stdout, "pipe "+version)
		return err
	}}
}

// oneOf refuses a flag's value that is none of the choices.
func oneOf(ctx *cli.Context, flag string, choices ...string) (string, error) {
	value := ctx.String(flag)
	for _, choice := range choices {
		if value == choice {
			return value, nil
		}
	}
	last := len(choices) - 1
	return "", &usageError{fmt.Sprintf("--%s does not take %q", flag, value), "it takes " + strings.Join(choices[:last], ", ") + " or " + choices[last]}
}
