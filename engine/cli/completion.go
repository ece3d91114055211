package cli

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine/spec"
)

// completing is the environment variable by which a shell's script asks what
// may stand in the last of the words it gives; the answers are lines.
const completing = "PIPE_COMPLETE"

// completionScripts hand the words of a line to pipe itself, so that they know
// its commands, flags, specs, targets and vars without being made again. Where
// pipe has no answer the shell offers files.
var completionScripts = map[string]string{
	"bash": `# bash completion for pipe: source <(pipe completion bash)
_pipe() {
  local candidate
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("$candidate")
  done < <(PIPE_COMPLETE=1 "${COMP_WORDS[0]}" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -o default -F _pipe pipe
`,
	"zsh": `#compdef pipe
# zsh completion for pipe: source <(pipe completion zsh)
_pipe() {
  local -a candidates assignments
  candidates=("${(@f)$(PIPE_COMPLETE=1 "${words[1]}" "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z "$candidates" ]]; then
    _files
    return
  fi
  assignments=("${(@M)candidates:#*=}")
  candidates=("${(@)candidates:#*=}")
  [[ -n "$candidates" ]] && compadd -a candidates
  [[ -n "$assignments" ]] && compadd -S '' -a assignments
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _pipe "$@"
else
  compdef _pipe pipe
fi
`,
	"fish": `# fish completion for pipe: pipe completion fish | source
function __pipe_complete
  set -lx PIPE_COMPLETE 1
  set -l words (commandline -opc) (commandline -ct)
  set -l found ($words[1] $words[2..-1] 2>/dev/null)
  if test (count $found) -eq 0
    __fish_complete_path (commandline -ct)
  else
    printf '%s\n' $found
  end
end
complete -c pipe -f -a '(__pipe_complete)'
`,
}

func (c *command) completionCommand() *cli.Command {
	return &cli.Command{Name: "completion", Usage: "print a script by which a shell completes lines", ArgsUsage: "SHELL", HideHelpCommand: true,
		Description: "source <(pipe completion bash)\nsource <(pipe completion zsh)\npipe completion fish | source",
		Action: func(ctx *cli.Context) error {
			script, known := completionScripts[ctx.Args().First()]
			if !known || ctx.NArg() != 1 {
				message := "pipe completion needs the name of one shell"
				if ctx.NArg() == 1 {
					message = fmt.Sprintf("pipe completion knows no shell %q", ctx.Args().First())
				}
				return &usageError{message, "it takes bash, zsh or fish"}
			}
			_, err := fmt.Fprint(c.stdout, script)
			return err
		}}
}

// complete answers a shell: what may stand in the last of the words. What is
// wrong with the words before it is told when the line is run.
func (c *command) complete(app *cli.App, words []string) error {
	l := lineOf(app, words)
	if l.folder != "" && os.Chdir(l.folder) != nil {
		return nil
	}
	if err := c.readDotenv(); err != nil {
		c.dotenv = nil
	}
	candidates := c.candidates(app, l)
	slices.Sort(candidates)
	for _, candidate := range slices.Compact(candidates) {
		if !strings.HasPrefix(candidate, l.last) {
			continue
		}
		if _, err := fmt.Fprintln(c.stdout, candidate); err != nil {
			return err
		}
	}
	return nil
}

// line is a command line that is being typed.
type line struct {
	folder   string // of -C
	command  *cli.Command
	args     []string // before the last word
	flag     string   // whose value the last word is; empty when it is none
	last     string
	plainArg bool // behind --
}

func lineOf(app *cli.App, words []string) line {
	l := line{}
	if len(words) == 0 {
		return l
	}
	l.last = words[len(words)-1]
	known := flagTable(app.Flags)
	for i := 0; i < len(words)-1; i++ {
		word := words[i]
		if word == "=" { // bash breaks a word there
			continue
		}
		if word == "--" {
			l.plainArg = true
			continue
		}
		if l.plainArg || !strings.HasPrefix(word, "-") || word == "-" {
			if l.command == nil {
				if l.command = app.Command(word); l.command == nil {
					return line{last: l.last, plainArg: true}
				}
				known = flagTable(slices.Concat(app.Flags, l.command.Flags))
			} else {
				l.args = append(l.args, word)
			}
			continue
		}
		name, value, hasValue := strings.Cut(strings.TrimLeft(word, "-"), "=")
		if known[name] && !hasValue {
			if i++; i < len(words) && words[i] == "=" {
				i++
			}
			if i >= len(words)-1 {
				l.flag = name
				if l.last == "=" {
					l.last = ""
				}
				break
			}
			value = words[i]
		}
		if name == "C" {
			l.folder = value
		}
	}
	return l
}

func (c *command) candidates(app *cli.App, l line) []string {
	switch {
	case l.flag != "":
		return c.flagValues(l)
	case strings.HasPrefix(l.last, "-") && !l.plainArg:
		return flagNames(app, l.command)
	case l.command == nil && l.plainArg:
		return nil
	case l.command == nil:
		var names []string
		for _, known := range app.Commands {
			names = append(names, known.Name)
		}
		return names
	}
	return argumentsOf(l)
}

func flagNames(app *cli.App, command *cli.Command) []string {
	names := []string{"--help"}
	flags := app.Flags
	if command != nil {
		flags = slices.Concat(flags, command.Flags)
	}
	for _, f := range flags {
		for _, name := range f.Names() {
			names = append(names, strings.Repeat("-", min(len(name), 2))+name)
		}
	}
	return names
}

// flagValues are the values of a flag: the choices that its usage lists, or
// what the spec of the line declares.
func (c *command) flagValues(l line) []string {
	if l.command == nil {
		return nil
	}
	switch l.flag {
	case "target", "var":
		return c.declared(l)
	}
	for _, f := range l.command.Flags {
		if !slices.Contains(f.Names(), l.flag) {
			continue
		}
		if d, ok := f.(cli.DocGenerationFlag); ok {
			return choices(d.GetUsage())
		}
	}
	return nil
}

// choices reads "F|text, json or junit"; a usage in other words has none.
func choices(usage string) []string {
	_, text, _ := strings.Cut(usage, "|")
	before, last, ok := strings.Cut(text, " or ")
	if !ok {
		return nil
	}
	last, _, _ = strings.Cut(last, " ")
	list := append(strings.Split(before, ", "), last)
	if slices.ContainsFunc(list, func(s string) bool { return strings.ContainsAny(s, " ()/:") }) {
		return nil
	}
	return list
}

// declared are the targets or the vars of the spec of the line.
func (c *command) declared(l line) []string {
	entry, err := onlyEntry(project())
	if len(l.args) > 0 {
		entry, err = entryPath(l.args[len(l.args)-1])
	}
	if err != nil {
		return nil
	}
	s, _ := spec.Read(project(), entry)
	var names []string
	if l.flag == "target" {
		for _, t := range s.Targets {
			names = append(names, t.Name.V)
		}
		return names
	}
	for _, v := range s.Vars {
		names = append(names, v.Name.V+"=")
	}
	return names
}

// argumentsOf are what a command takes beside flags; the files of specs are
// offered for a SPEC, those of suites too for a PATH.
func argumentsOf(l line) []string {
	usage := l.command.ArgsUsage
	switch {
	case l.command.Name == "completion" && len(l.args) == 0:
		return []string{"bash", "fish", "zsh"}
	case strings.HasPrefix(usage, "great-expectations") && len(l.args) == 0:
		return []string{"great-expectations"}
	case strings.Contains(usage, "PATH"):
		return yamlFiles("specs", "expectations")
	case strings.Contains(usage, "SPEC") && (len(l.args) > 0 || !strings.HasPrefix(usage, "RUN")):
		return slices.DeleteFunc(yamlFiles("specs"), func(name string) bool {
			text, err := os.ReadFile(name)
			return err != nil || !spec.IsEntry(string(text))
		})
	}
	return nil
}

func yamlFiles(folders ...string) []string {
	var names []string
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue // a project without it has nothing to offer
		}
		for _, entry := range entries {
			if ext := path.Ext(entry.Name()); ext == ".yaml" || ext == ".yml" {
				names = append(names, path.Join(folder, entry.Name()))
			}
		}
	}
	return names
}
