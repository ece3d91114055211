package scaffold

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/profile"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/vars"
)

// Data is what a project is made from.
type Data struct {
	// Name is the project's, as CheckName takes it.
	Name string
	// Profiles are those of the files, of which no two have one table name. Each
	// is From the file as the caller knows it; the path of its source is relative
	// to the project directory, or leads out of it.
	Profiles   []*profile.Profile
	References []profile.Reference
	// AsOf is the month, or the day, that the files are of; "" when only a
	// folder's name may tell.
	AsOf string
	// Empty are files without rows, of which nothing is known.
	Empty []string
}

// Error says why no project can be made of the data as it is given.
type Error struct {
	Message, Hint string
	// Usage tells that the caller is at fault, not the data.
	Usage bool
}

// Error gives the message.
func (e *Error) Error() string { return e.Message }

// From makes a project of data files. Its error is an *Error.
func From(d Data) (*Project, error) {
	w := &writer{data: d, project: &Project{Entry: entryPath(d.Name)}, entry: entry{Name: d.Name, Description: "Loads " + describe(d.Profiles) + "."}}
	w.order()
	if err := w.sort(); err != nil {
		return nil, err
	}
	if err := w.folder(); err != nil {
		return nil, err
	}
	for _, write := range []func() error{w.tables, w.snapshots, w.suites} {
		if err := write(); err != nil {
			return nil, err
		}
	}
	p := w.project
	p.Run = append([]string{p.Entry}, w.vars...)
	w.entry.Commands = []string{command(p.Run)}
	first, err := w.entry.file()
	if err != nil {
		return nil, err
	}
	p.Files = append(append([]File{first}, p.Files...), shared()...)
	return p, nil
}

type writer struct {
	data    Data
	project *Project
	entry   entry
	seedDir string    // the folder of all files, "" when they have none in common
	asOf    vars.Date // that the files are of; zero when nothing tells
	vars    []string  // of the command line
	kept    []*profile.Profile
	why     map[*profile.Profile]string // tables that are left out
}

func describe(list []*profile.Profile) string {
	if len(list) == 1 {
		return list[0].Table
	}
	if len(list) <= 3 {
		var names []string
		for _, p := range list {
			names = append(names, p.Table)
		}
		return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
	}
	return fmt.Sprintf("%d tables", len(list))
}

// order puts tables behind those that they reference, as they are loaded.
func (w *writer) order() {
	var list []*profile.Profile
	var put func(p *profile.Profile)
	put = func(p *profile.Profile) {
		if slices.Contains(list, p) {
			return
		}
		for _, r := range w.data.References {
			if i := slices.IndexFunc(w.data.Profiles, func(other *profile.Profile) bool { return other.Table == r.Parent }); r.Table == p.Table && i >= 0 {
				put(w.data.Profiles[i])
			}
		}
		list = append(list, p)
	}
	for _, p := range w.data.Profiles {
		put(p)
	}
	w.data.Profiles = list
}

// sort parts the tables that can be loaded from the others, and makes of
// columns what the embedded database can hold.
func (w *writer) sort() error {
	w.why = map[*profile.Profile]string{}
	var reasons []string
	for _, p := range w.data.Profiles {
		if why := unloadable(p); why != "" {
			w.why[p] = why
			reasons = append(reasons, p.From+": "+why)
			w.note("%s is left out: %s. It stands as a comment in specs/%s.", p.From, why, TablesFile)
			continue
		}
		w.kept = append(w.kept, p)
		for i := range p.Columns {
			if c := &p.Columns[i]; c.Inexact {
				w.note("%s.%s is text: as a number it has more digits than SQLite keeps.", p.Table, c.Name)
				c.Type, c.Min, c.Max, c.Decimal, c.Thousands, c.Note = spec.Type{Kind: spec.KindText}, "", "", 0, 0, "a number of more digits than SQLite keeps; on PostgreSQL alone: numeric"
			}
		}
		if p.Source.Encoding == "windows-1252" {
			w.note("%s is not UTF-8, and is read as windows-1252: do its accents come out right?", p.From)
		}
		if p.Malformed > 0 {
			w.note("%s: %s, the first on line %d [%s]; the spec sets so many aside.", p.From, counts(p.Malformed, "malformed row"), p.FirstMalformed, p.FirstCode)
		}
		if headless := profile.HeaderReadsAsRow(p); headless != "" {
			w.note("%s: %s. If it is one, pipe suggest --no-header --declare %s prints the table.", p.Table, headless, ShellWord(p.From))
		}
		if !p.IsKeyNamed() {
			w.note("%s: is a row identified by %s? No two of %s agree in that.", p.Table, strings.Join(p.Key, " and "), counts(p.Rows, "row"))
		}
	}
	w.texts()
	for _, name := range w.data.Empty {
		w.note("%s is left out: it has no rows to learn from.", name)
	}
	if len(w.kept) == 0 {
		return &Error{Message: "none of the files can be loaded; " + strings.Join(reasons, "; "), Hint: "a table needs rows, and columns that tell them apart"}
	}
	return nil
}

// texts tells of the columns that are text for a reason.
func (w *writer) texts() {
	var names []string
	for _, p := range w.kept {
		for _, c := range p.Columns {
			if c.Type.Kind == spec.KindText && c.Note != "" && !c.Inexact { // which is told already
				names = append(names, p.Table+"."+c.Name)
			}
		}
	}
	const shown = 5
	switch n := len(names); {
	case n == 0:
	case n == 1:
		w.note("%s is text; why stands beside it in specs/%s.", names[0], TablesFile)
	case n <= shown:
		w.note("%s and %s are text; why stands beside them in specs/%s.", strings.Join(names[:n-1], ", "), names[n-1], TablesFile)
	default:
		w.note("%s and %d more columns are text; why stands beside them in specs/%s.", strings.Join(names[:shown], ", "), n-shown, TablesFile)
	}
}

func (w *writer) note(format string, args ...any) {
	w.project.Notes = append(w.project.Notes, fmt.Sprintf(format, args...))
}

func counts(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// unloadable says why a file cannot be a table; "" for one that can.
func unloadable(p *profile.Profile) string {
	folded := map[string]string{}
	for _, c := range p.Columns {
		if other, taken := folded[strings.ToLower(c.Name)]; taken {
			return fmt.Sprintf("its columns %s and %s differ only in case, and are one to SQLite", other, c.Name)
		}
		folded[strings.ToLower(c.Name)] = c.Name
	}
	switch {
	case len(p.Left) > 0:
		return fmt.Sprintf("it has a column %s", p.Left[0].Why)
	case len(p.Key) == 0:
		return "no column, nor any three of them together, tell its rows apart, so it has no key"
	}
	return ""
}

// folder finds the folder that all files lie in, and what its name says.
func (w *writer) folder() error {
	given, isGiven := vars.Date{}, w.data.AsOf != ""
	if isGiven {
		var err error
		if given, err = vars.ParseDate(w.data.AsOf); err != nil {
			return &Error{Message: fmt.Sprintf("--as-of %s: %v", w.data.AsOf, err), Usage: true}
		}
	}
	seedDir := path.Dir(w.data.Profiles[0].Source.Path)
	if slices.ContainsFunc(w.data.Profiles, func(p *profile.Profile) bool { return path.Dir(p.Source.Path) != seedDir }) {
		seedDir = ""
	}
	w.seedDir, w.entry.HasFolder = seedDir, seedDir != ""
	found, isFound := dated(seedDir)
	if isFound && isGiven && found.asOf != given {
		return &Error{Message: fmt.Sprintf("--as-of %s: the folder %s says that it is %s", given, seedDir, found.asOf), Hint: "leave --as-of out, or name the folder of that month", Usage: true}
	}
	if !isFound {
		found, isFound = w.datedFiles()
		found.template = "" // the folder is that of every load
	}
	isOutside := seedDir != "" && !filepath.IsLocal(filepath.FromSlash(seedDir))
	if isGiven {
		w.asOf = given
	} else if isFound {
		w.asOf = found.asOf
	}
	if !isFound && isGiven && seedDir != "" && given == given.MonthEnd() {
		found, isFound = numbered(seedDir, given)
	}
	if isGiven || isFound {
		asOf := found.asOf
		if isGiven {
			asOf = given
		}
		w.entry.AsOfType = "month_end"
		if asOf != asOf.MonthEnd() {
			w.entry.AsOfType = "date"
		}
		w.vars = append(w.vars, "--var", "as_of="+asOf.String())
	}
	switch {
	case seedDir == "":
	case isOutside:
		w.vars = append(w.vars, "--var", "seed_dir="+seedDir)
		w.entry.FolderWhy = []string{"No default: the files lie outside the project, where no spec may lead by itself."}
		w.note("The files lie outside the project: pipe run takes --var seed_dir=%s, or put them inside it.", seedDir)
	case isFound && found.template != "":
		w.entry.Folder, w.entry.FolderWhy = spec.Quote(found.template), []string{found.why, "--var seed_dir=FOLDER leads elsewhere."}
	default:
		w.entry.Folder, w.entry.FolderWhy = spec.Quote(profile.Verbatim(seedDir)), []string{"Another month: --var seed_dir=FOLDER."}
		if isFound {
			w.entry.FolderWhy = []string{found.why, "--var seed_dir=FOLDER leads elsewhere."}
		}
		if IsMonth(seedDir) && !isGiven && !isFound {
			w.note("%s does not say which month it is. Begin again with --as-of 2024-01-31, or whichever it is: the spec then finds every month's folder by itself, and keeps a snapshot of each.", seedDir)
		}
	}
	return nil
}

// datedFiles finds the one month that names of files tell.
func (w *writer) datedFiles() (found pattern, ok bool) {
	for _, p := range w.data.Profiles {
		if month, isDated := datedFile(p.Source.Path); isDated && (!ok || w.data.AsOf == month.asOf.String()) {
			found, ok = month, true
		}
	}
	return found, ok
}

// otherMonths tells of files whose names say another month than is loaded.
func (w *writer) otherMonths() {
	for _, p := range w.kept {
		if month, ok := datedFile(p.Source.Path); ok && month.asOf != w.asOf {
			w.note("%s says %s by its name, and every load reads it as it is.", p.From, when(month.asOf))
		}
	}
}

// fileName is the last part of a source's path: where it tells the month that is
// loaded, a template of it.
func (w *writer) fileName(p *profile.Profile) string {
	if month, ok := datedFile(p.Source.Path); ok && month.asOf == w.asOf {
		return month.template
	}
	return profile.Verbatim(path.Base(p.Source.Path))
}

func (w *writer) tables() error {
	w.otherMonths()
	var list []profile.Declaration
	for _, p := range w.data.Profiles {
		d := profile.Declaration{Profile: p, References: map[string]string{}, MaxRejects: p.Malformed}
		if w.seedDir != "" {
			d.Path = "${{ vars.seed_dir }}/" + w.fileName(p)
		} else if name := w.fileName(p); strings.HasPrefix(name, "${{") {
			d.Path = profile.Verbatim(path.Dir(p.Source.Path)+"/") + name
		}
		if why := w.why[p]; why != "" {
			d.LeftOut = true
			d.Comments = []string{"Left out: " + why + ".", "Mend that, and take the comment signs away."}
		}
		for _, r := range w.data.References {
			if r.Table == p.Table && w.keeps(r.Parent) {
				d.References[r.Column] = r.Parent + "." + r.Key
			}
		}
		list = append(list, d)
	}
	var text bytes.Buffer
	text.WriteString(`# The tables: which file each is loaded from, its key, and its columns. Types
# are ones that every cell of the files fits; a key is unique in their rows, and
# of a reference every value was found. All three are guesses: what is meant, the
# files cannot say. A column that is not always there takes optional: true.
`)
	// Written to a buffer, which takes anything.
	if err := profile.WriteTables(&text, list); err != nil {
		return fmt.Errorf("writing the tables: %w", err)
	}
	w.add("specs/"+TablesFile, fmt.Sprintf("%s: files, keys, columns", counts(int64(len(w.kept)), "table")), text.String())
	return nil
}

func (w *writer) keeps(table string) bool {
	return slices.ContainsFunc(w.kept, func(p *profile.Profile) bool { return p.Table == table })
}

func (w *writer) add(file, what, text string) {
	w.project.Files = append(w.project.Files, File{Path: file, What: what, Text: text})
}

// asOfColumn is the column that dates a snapshot's rows.
const asOfColumn = "as_of"

// snapshots keeps every table of each month, where it is known which month the
// files are of.
func (w *writer) snapshots() error {
	if w.entry.AsOfType == "" {
		return nil
	}
	var text strings.Builder
	text.WriteString(`# What is kept of every month: a copy of the table's rows under its key and
# as_of. Once a month is stamped, a later run cannot change it unnoticed.
# Take out what never changes, and give the rest columns: [a, b] where not all
# of them are wanted.
snapshots:
`)
	n := int64(0)
	for _, p := range w.kept {
		isDated := slices.ContainsFunc(p.Columns, func(c profile.Column) bool { return strings.EqualFold(c.Name, asOfColumn) })
		if isDated {
			fmt.Fprintf(&text, "  # %s has a column as_of of its own, which a snapshot's rows are dated by.\n", p.Table)
			continue
		}
		name := p.Table + "_snapshots"
		for w.has(name) {
			name += "_2"
		}
		fmt.Fprintf(&text, "  %s: {from: %s}\n", spec.Quote(name), spec.Quote(p.Table))
		n++
	}
	if w.entry.Snapshots = n > 0; n > 0 {
		w.add("specs/"+snapshotsFile, counts(n, "snapshot"), text.String())
	}
	return nil
}

func (w *writer) has(table string) bool {
	return slices.ContainsFunc(w.data.Profiles, func(p *profile.Profile) bool { return p.Table == table })
}

func (w *writer) suites() error {
	for _, p := range w.kept {
		var text bytes.Buffer
		shown := *p
		shown.Declared = true // in a file beside
		shown.From = p.Source.Path
		if err := profile.WriteSuite(&text, &shown, profile.WriteOptions{}); err != nil {
			return fmt.Errorf("writing the suite of %s: %w", p.Table, err)
		}
		n := len(profile.Suggest(&shown))
		w.add("expectations/"+p.Table+".yaml", counts(int64(n), "expectation")+", which warn", text.String())
	}
	return nil
}
