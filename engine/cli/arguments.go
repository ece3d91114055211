package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/diag"
)

// flagsFirst moves the flags of a command line ahead of its arguments, because
// the flag package stops reading flags at the first argument: `pipe run SPEC
// --var k=v` would silently lose the var. Unknown flags are told here, with
// what was probably meant.
func flagsFirst(app *cli.App, args []string) ([]string, error) {
	known := flagTable(app.Flags)
	var global, flags, rest []string
	var command *cli.Command
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			if command == nil {
				continue
			}
			rest = append(rest, args[i+1:]...)
			break
		}
		if !strings.HasPrefix(arg, "-") || arg == "-" {
			if command == nil {
				if command = app.Command(arg); command == nil {
					return nil, unknownCommand(app, arg)
				}
				continue
			}
			rest = append(rest, arg)
			continue
		}
		name, _, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		into := &flags
		takes, ok := known[name]
		if ok {
			into = &global
		} else if command != nil {
			takes, ok = flagTable(command.Flags)[name]
		}
		if !ok {
			return nil, unknownFlag(app, command, arg)
		}
		*into = append(*into, arg)
		if takes && !hasValue {
			if i+1 == len(args) {
				return nil, &usageError{fmt.Sprintf("%s needs a value", arg), ""}
			}
			i++
			*into = append(*into, args[i])
		}
	}
	for _, arg := range rest {
		if err := noURL(command, arg); err != nil {
			return nil, err
		}
	}
	ordered := global
	if command != nil {
		ordered = append(append(ordered, command.Name), flags...)
		if len(rest) > 0 {
			ordered = append(append(ordered, "--"), rest...)
		}
	}
	return ordered, nil
}

// noURL refuses a database's URL where a file, a table or a run is named: it would
// be taken for the path of one and, with its password, be shown, or made.
func noURL(command *cli.Command, arg string) error {
	if _, isURL, _ := database.ParseTarget(arg); !isURL {
		return nil
	}
	if _, takes := flagTable(command.Flags)["target"]; takes {
		return &usageError{"a database's URL stands where none is taken", "give it with --target"}
	}
	return &usageError{"a URL stands where none is taken", fmt.Sprintf("usage: pipe %s %s", command.Name, command.ArgsUsage)}
}

// flagTable tells of every name of every flag whether it takes a value.
func flagTable(flags []cli.Flag) map[string]bool {
	table := map[string]bool{"help": false, "h": false}
	for _, f := range flags {
		_, isBool := f.(*cli.BoolFlag)
		for _, name := range f.Names() {
			table[name] = !isBool
		}
	}
	return table
}

func unknownCommand(app *cli.App, name string) error {
	var names []string
	for _, c := range app.Commands {
		names = append(names, c.Name)
	}
	hint := diag.DidYouMean(name, names)
	if hint == "" {
		hint = "the commands are " + strings.Join(names, ", ")
	}
	if name == "help" {
		hint = "pipe --help lists the commands; pipe lint --help tells of one"
	}
	return &usageError{fmt.Sprintf("no command %q", name), hint}
}

func unknownFlag(app *cli.App, command *cli.Command, arg string) error {
	if command == nil {
		hint := "pipe --help lists the commands"
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if name == "version" || name == "v" {
			hint = "pipe version tells the version"
		}
		for _, c := range app.Commands {
			if _, takes := flagTable(c.Flags)[name]; takes {
				hint = fmt.Sprintf("flags stand behind the command they are for: pipe %s %s", c.Name, arg)
				break
			}
		}
		return &usageError{fmt.Sprintf("no flag %s before the command", arg), hint}
	}
	var names []string
	for _, f := range slices.Concat(command.Flags, app.Flags) {
		names = append(names, f.Names()[0])
	}
	slices.Sort(names)
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	near := diag.Nearest(name, names)
	if len(name) == 1 { // every flag of one letter is near: short for the one that begins so
		near = ""
		if i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, name) || strings.HasPrefix(n, name) }); i >= 0 {
			near = names[i]
		}
	}
	if near != "" {
		return &usageError{fmt.Sprintf("pipe %s has no flag %s", command.Name, arg), fmt.Sprintf("did you mean %s?", dashed(near))}
	}
	for i, name := range names {
		names[i] = dashed(name)
	}
	return &usageError{fmt.Sprintf("pipe %s has no flag %s", command.Name, arg), "it takes " + strings.Join(names, ", ")}
}

// dashed is a flag as it is written on the line.
func dashed(name string) string { return strings.Repeat("-", min(2, len(name))) + name }

// assignments reads the values of --var.
func assignments(pairs []string) (map[string]string, error) {
	given := map[string]string{}
	for _, p := range pairs {
		name, value, ok := strings.Cut(p, "=")
		if !ok || name == "" {
			return nil, &usageError{fmt.Sprintf("--var %s assigns nothing", p), "write --var name=value"}
		}
		if _, twice := given[name]; twice {
			return nil, &usageError{fmt.Sprintf("--var %s is given twice", name), ""}
		}
		given[name] = value
	}
	return given, nil
}
