package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/scaffold"
)

func (c *command) initCommand() *cli.Command {
	return &cli.Command{Name: "init", Usage: "start a project: an example, or a spec for data files", ArgsUsage: "[FOLDER]", HideHelpCommand: true,
		Description: "pipe init shop\npipe init --from data/2024-01\npipe init --from data/month_000 --as-of 2024-01-31",
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "from", Usage: "PATH|a data file, or a folder or zip archive of them; again for each"},
			&cli.StringFlag{Name: "as-of", Usage: "DATE|the month's last day that the files are of"},
			&cli.StringFlag{Name: "name", Usage: "NAME|of the entry (the folder's)"}},
		Action: func(ctx *cli.Context) error {
			if ctx.NArg() > 1 {
				return &usageError{fmt.Sprintf("pipe init takes no argument %q", ctx.Args().Get(1)), "usage: pipe init " + ctx.Command.ArgsUsage}
			}
			if err := checkInit(ctx); err != nil {
				return err
			}
			return c.init(ctx)
		}}
}

func checkInit(ctx *cli.Context) error {
	for _, flag := range []string{"name", "as-of"} {
		if ctx.IsSet(flag) && ctx.String(flag) == "" {
			return &usageError{"--" + flag + " is empty", "give it a value, or leave it out"}
		}
	}
	if ctx.IsSet("as-of") && !ctx.IsSet("from") {
		return &usageError{"--as-of without --from says nothing", "the example has months of its own; add --from PATH"}
	}
	return nil
}

func (c *command) init(ctx *cli.Context) error {
	folder, err := filepath.Abs(filepath.Clean(ctx.Args().First()))
	if err != nil {
		return fmt.Errorf("finding the project directory: %w", err)
	}
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return &usageError{ctx.Args().First() + " is a file", "name a folder; one that does not exist is made"}
	}
	if err := noProject(folder); err != nil {
		return err
	}
	files, skipped, err := dataFiles(ctx.StringSlice("from"))
	if err != nil {
		return err
	}
	name := ctx.String("name")
	if name == "" {
		name = scaffold.Name(filepath.Base(folder))
	}
	p, refused := engine.DraftProject(c.ctx, engine.NewProject{Name: name, Files: files, AsOf: ctx.String("as-of"), Tell: c.note,
		Inside: func(path string) string { return inFolder(folder, path) }})
	if p == nil {
		return c.refuse(refused)
	}
	p.Notes = append(p.Notes, skipped...)
	written, left, err := c.create(folder, p)
	if err != nil {
		return err
	}
	if err := c.showProject(ctx.Args().First(), p, written, left); err != nil || refused == nil {
		return err
	}
	return c.refuse(refused)
}

// refuse tells of each file that is at fault. Its error is that of the others,
// or says that all is told.
func (c *command) refuse(err error) error {
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	var others []error
	for _, one := range list {
		var data *engine.DataError
		if errors.As(one, &data) {
			c.tell(data.Message, data.Hint)
		} else {
			others = append(others, one)
		}
	}
	switch len(others) {
	case 0:
		return &exitError{exitData}
	case 1:
		return others[0]
	}
	return errors.Join(others...)
}

// noProject refuses a folder with a project in it.
func noProject(folder string) error {
	var there []string
	for _, part := range []string{"specs", "expectations"} {
		for _, ending := range []string{"*.yaml", "*.yml"} {
			found, err := filepath.Glob(filepath.Join(escapeGlob(folder), part, ending))
			if err != nil {
				return fmt.Errorf("looking into %s: %w", part, err)
			}
			for _, file := range found {
				there = append(there, part+"/"+filepath.Base(file))
			}
		}
	}
	if len(there) == 0 {
		return nil
	}
	return &usageError{"there is a project already: " + strings.Join(there, ", "), "nothing was written; name a new folder: pipe init FOLDER. A table more needs no init: add it to the spec"}
}

// escapeGlob keeps characters of a folder's name from being taken for patterns.
func escapeGlob(folder string) string {
	return strings.NewReplacer(`[`, `[[]`, `*`, `[*]`, `?`, `[?]`).Replace(folder)
}

// dataFiles are the files that the paths of --from mean: of a folder, those
// that are named as CSV files. What else is in it is told.
func dataFiles(paths []string) (files, skipped []string, err error) {
	for _, path := range paths {
		if path == "" {
			return nil, nil, &usageError{"--from is empty", "name a data file, or a folder of them"}
		}
		path = filepath.Clean(path)
		info, err := os.Stat(path)
		switch {
		case err == nil && info.IsDir():
			found, others, err := inDataFolder(path)
			if err != nil {
				return nil, nil, err
			}
			files = append(files, found...)
			if len(others) > 0 {
				skipped = append(skipped, fmt.Sprintf("Not read, since no CSV file by name: %s.", strings.Join(others, ", ")))
			}
		case err == nil && !info.Mode().IsRegular():
			return nil, nil, &usageError{path + " is no regular file, and it is read more than once", "write what it gives to a file first"}
		case err == nil && strings.EqualFold(filepath.Ext(path), ".zip"):
			found, others, err := inArchive(path)
			if err != nil {
				return nil, nil, err
			}
			files = append(files, found...)
			if len(others) > 0 {
				skipped = append(skipped, fmt.Sprintf("Not read, since no CSV file by name: %s.", strings.Join(others, ", ")))
			}
		default:
			files = append(files, path) // one that is not there is told when it is opened
		}
	}
	seen := map[string]bool{}
	for _, file := range files {
		if seen[file] {
			return nil, nil, &usageError{fmt.Sprintf("--from names %s twice", file), "name each file once"}
		}
		seen[file] = true
	}
	return files, skipped, nil
}

// inArchive are the members of a zip archive that are named as CSV files, and
// the others.
func inArchive(path string) (files, others []string, err error) {
	members, ok, err := engine.ArchiveMembers(path)
	if err == nil && !ok {
		err = fmt.Errorf("%s is not a zip archive", filepath.ToSlash(path))
	}
	if err != nil {
		return nil, nil, &engine.DataError{Message: err.Error(), Hint: "or name the files that it was made of"}
	}
	for _, member := range members {
		switch base := filepath.Base(member); strings.ToLower(filepath.Ext(member)) {
		case ".csv", ".tsv":
			// macOS puts a twin of each file beside it.
			if strings.HasPrefix(base, ".") || strings.Contains(member, "__MACOSX/") {
				continue
			}
			files = append(files, member)
		default:
			others = append(others, filepath.ToSlash(member))
		}
	}
	if len(files) == 0 {
		return nil, nil, &usageError{fmt.Sprintf("there is no .csv or .tsv file in %s", filepath.ToSlash(path)), "name an archive or a folder that has some"}
	}
	return files, others, nil
}

func inDataFolder(folder string) (files, others []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil, fmt.Errorf("looking at --from: %w", err)
	}
	var near []string
	for _, e := range entries {
		name := filepath.Join(folder, e.Name())
		switch ext := strings.ToLower(filepath.Ext(e.Name())); {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			others = append(others, filepath.ToSlash(name)+"/")
			if found, err := filepath.Glob(filepath.Join(escapeGlob(name), "*.[cCtT][sS][vV]")); err == nil && len(found) > 0 {
				near = append(near, "--from "+scaffold.ShellWord(filepath.ToSlash(name)))
			}
		case ext == ".csv" || ext == ".tsv":
			files = append(files, name)
		case ext == ".zip":
			others = append(others, filepath.ToSlash(name))
			near = append(near, "--from "+scaffold.ShellWord(filepath.ToSlash(name)))
		default:
			others = append(others, filepath.ToSlash(name))
		}
	}
	if len(files) > 0 {
		return files, others, nil
	}
	hint := "name a folder that has some, or the files themselves"
	if len(near) > 0 {
		hint = "try " + strings.Join(near[:min(len(near), 5)], ", ")
	}
	return nil, nil, &usageError{fmt.Sprintf("there is no .csv or .tsv file in %s", filepath.ToSlash(folder)), hint}
}

// inFolder is a file's path from the project directory. One that lies elsewhere
// leads out of it, or stays absolute if it was given so.
func inFolder(folder, path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	relative, err := filepath.Rel(folder, absolute)
	if err != nil || filepath.IsAbs(path) && !filepath.IsLocal(relative) {
		return filepath.ToSlash(absolute)
	}
	return filepath.ToSlash(relative)
}

// create writes a project into a folder: all of it, or nothing when a file is
// in the way or the project would not lint. Files that a folder may have for
// other reasons are left as they are.
func (c *command) create(folder string, p *scaffold.Project) (written, left []scaffold.File, err error) {
	var there []string
	for _, f := range p.Files {
		_, err := os.Lstat(filepath.Join(folder, filepath.FromSlash(f.Path)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			written = append(written, f)
		case err != nil:
			return nil, nil, fmt.Errorf("looking whether %s is there: %w", f.Path, err)
		case f.Shared:
			left = append(left, f)
		default:
			there = append(there, f.Path)
		}
	}
	if len(there) > 0 {
		return nil, nil, &usageError{"these files are there already: " + strings.Join(there, ", "), "nothing was written; move them, or name a new folder: pipe init FOLDER"}
	}
	if err := c.lintDraft(p); err != nil {
		return nil, nil, err
	}
	return written, left, writeFiles(folder, written)
}

// lintDraft holds that a project lints before it is kept.
func (c *command) lintDraft(p *scaffold.Project) (err error) {
	dir, err := os.MkdirTemp("", "pipe-init-")
	if err != nil {
		return fmt.Errorf("trying the project: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	specs := slices.DeleteFunc(slices.Clone(p.Files), func(f scaffold.File) bool { return filepath.Ext(f.Path) != ".yaml" })
	if err := writeFiles(dir, specs); err != nil {
		return err
	}
	s, list, err := engine.Read(os.DirFS(dir), p.Entry)
	if err != nil {
		return err
	}
	if !list.HasErrors() {
		return nil
	}
	c.tell("the project would not lint, so nothing was written", "name the files one by one with --from, and leave out the one that is told")
	return errors.Join(c.diagnose(c.stderr, list, s.Source), &exitError{exitData})
}

func writeFiles(folder string, files []scaffold.File) error {
	for _, f := range files {
		path := filepath.Join(folder, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("writing %s: %w", f.Path, err)
		}
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return fmt.Errorf("writing %s: %w", f.Path, err)
		}
		_, err = file.WriteString(f.Text)
		if err = errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("writing %s: %w", f.Path, err)
		}
	}
	return nil
}
