package scaffold

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"text/template"

	"github.com/streamflow/pipe/engine/spec"
)

// Project is a new project.
type Project struct {
	// Entry is the path of the entry.
	Entry string
	// Files are all files, in the order in which a reader meets them.
	Files []File
	// Run are the arguments of pipe run that load the data there is: the entry
	// and its vars. Then are those of the next month, where there is one.
	Run, Then []string
	// Notes say in a sentence each what a reader has to know or decide.
	Notes []string
}

// File is one file of a project.
type File struct {
	// Path is relative to the project directory, slash-separated.
	Path string
	Text string
	// What says what it is, in a few words.
	What string
	// Shared tells that a project may have such a file for reasons of its own:
	// then it is left as it is.
	Shared bool
}

// entry is what the template of an entry is filled in with.
type entry struct {
	Name        string // as a file's
	Description string
	Commands    []string
	AsOfType    string // "" when no as_of is known
	Folder      string // YAML of the default of seed_dir, "" for none
	FolderWhy   []string
	HasFolder   bool
	Snapshots   bool
}

//go:embed entry.yaml.tmpl
var entryText string

var entryTemplate = template.Must(template.New("entry").Delims("<<", ">>").
	Funcs(template.FuncMap{"quote": spec.Quote}).Parse(entryText))

func (e *entry) file() (File, error) {
	var text bytes.Buffer
	if err := entryTemplate.Execute(&text, e); err != nil {
		return File{}, fmt.Errorf("writing the entry: %w", err)
	}
	return File{Path: entryPath(e.Name), Text: text.String(), What: "the entry: vars, targets, what belongs together"}, nil
}

func entryPath(name string) string { return "specs/" + name + ".yaml" }

// shared are the files beside the specs.
func shared() []File {
	return []File{
		{Path: ".gitignore", Shared: true, What: "what runs write, and passwords", Text: `# What runs write, and the embedded database.
/.pipe/
/reports/
# Passwords.
/.env
`},
		{Path: ".env.example", Shared: true, What: "how to reach a PostgreSQL server", Text: `# Copy this to .env, which git ignores, and fill it in. pipe reads .env; what
# the environment already says wins over it.
#POSTGRES_HOST=localhost
#POSTGRES_PORT=5432
#POSTGRES_USER=
#POSTGRES_PASSWORD=
#POSTGRES_DB=
# Load PostgreSQL without saying --target postgres each time:
#PIPE_TARGET=postgres
`}}
}

//go:embed example
var example embed.FS

// Example is a project with two tables, two months of data and a snapshot. name
// is as Name takes it.
func Example(name string) (*Project, error) {
	p := &Project{Entry: entryPath(name),
		Run:  []string{entryPath(name), "--var", "as_of=2024-01-31"},
		Then: []string{entryPath(name), "--var", "as_of=2024-02-29"}}
	e := entry{Name: name, Description: "Loads customers and their orders, month by month.", AsOfType: "month_end",
		HasFolder: true, Folder: `'${{ format_date(vars.as_of, "data/%Y-%m") }}'`, Snapshots: true,
		FolderWhy: []string{"data/2024-01 for January 2024, and so on."},
		Commands:  []string{command(p.Run), command(p.Then)}}
	first, err := e.file()
	if err != nil {
		return nil, err
	}
	p.Files = append(p.Files, first)
	for _, f := range []File{
		{Path: "specs/" + TablesFile, What: "the tables: files, keys, columns"},
		{Path: "specs/" + snapshotsFile, What: "what is kept of every month"},
		{Path: "expectations/customers.yaml", What: "what is expected of customers"},
		{Path: "expectations/orders.yaml", What: "what is expected of orders"},
		{Path: "data/2024-01/customers.csv", What: "two months of data"},
		{Path: "data/2024-01/orders.csv"},
		{Path: "data/2024-02/customers.csv"},
		{Path: "data/2024-02/orders.csv"},
	} {
		text, err := fs.ReadFile(example, path.Join("example", f.Path))
		if err != nil {
			return nil, fmt.Errorf("reading the example: %w", err)
		}
		f.Text = string(text)
		p.Files = append(p.Files, f)
	}
	p.Files = append(p.Files, shared()...)
	return p, nil
}

// TablesFile and snapshotsFile are the fragments beside the entry, whose names no
// entry may have.
const (
	TablesFile    = "tables.yaml"
	snapshotsFile = "snapshots.yaml"
)

var (
	fitting    = regexp.MustCompile(`^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$`)
	notFitting = regexp.MustCompile(`[^\p{L}\p{N}_.-]+`)
)

// CheckName says why a project cannot have a name; "" for one that it can.
func CheckName(name string) string {
	switch {
	case !fitting.MatchString(name):
		return "it becomes part of file names: letters, digits, _, - and . will do, not one of the last two first"
	case len(name) > 100:
		return "it becomes part of file names, which are shorter"
	case name+".yaml" == TablesFile || name+".yaml" == snapshotsFile:
		return "specs/" + name + ".yaml is a file of its own beside the entry"
	}
	return ""
}

// Name makes a folder's name one that a project can have.
func Name(folder string) string {
	name := strings.ToLower(strings.Trim(notFitting.ReplaceAllString(folder, "_"), "_.-"))
	if CheckName(name) != "" {
		return "pipeline"
	}
	return name
}

// command is a command line that loads the project.
func command(args []string) string {
	line := "pipe run"
	for _, arg := range args {
		line += " " + ShellWord(arg)
	}
	return line
}

var plainWord = regexp.MustCompile(`^[\p{L}\p{N}_./=:,@%+-]+$`)

// ShellWord quotes a word of a command line where a shell would take it apart.
func ShellWord(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
