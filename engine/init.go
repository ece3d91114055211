package engine

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/profile"
	"github.com/streamflow/pipe/engine/scaffold"
	"github.com/streamflow/pipe/engine/source"
)

// NewProject says what a project is made from.
type NewProject struct {
	// Name is as scaffold.CheckName takes it.
	Name string
	// Files are the paths of data files, as source.Open takes them. Without any
	// the project is an example with data of its own.
	Files []string
	// Inside makes the path of a file one from the project directory, or one that
	// leads out of it.
	Inside func(path string) string
	// AsOf is the day that the files are of, written 2024-01-31; "" where only a
	// folder's name may tell.
	AsOf string
	// Tell is told in a sentence which file is about to be read.
	Tell func(string)
}

// DraftProject makes the files of a new project and writes none of them. What
// it gives has passed nothing yet: the caller lints it before it is kept.
//
// Its error is a *UsageError, or joins what is wrong with each file that no table
// can be made of: a *DataError, or why it cannot be read. With the latter there
// is a project all the same where other files make one, and none otherwise.
func DraftProject(ctx context.Context, n NewProject) (*scaffold.Project, error) {
	if why := scaffold.CheckName(n.Name); why != "" {
		return nil, &UsageError{Message: fmt.Sprintf("a project cannot be named %q", n.Name), Hint: why}
	}
	if len(n.Files) == 0 {
		return scaffold.Example(n.Name)
	}
	files, others, err := oneMonth(n.Files, n.AsOf)
	if err != nil {
		return nil, err
	}
	names, err := tableNames(files)
	if err != nil {
		return nil, err
	}
	d := scaffold.Data{Name: n.Name, AsOf: n.AsOf}
	leftOut, err := profileFiles(ctx, n, files, names, &d)
	if err != nil {
		return nil, err
	}
	if len(d.Profiles) == 0 {
		if len(leftOut) == 0 {
			return nil, &DataError{Message: "there are no rows to learn from in " + strings.Join(d.Empty, ", "), Hint: "name files with rows such as those to come"}
		}
		return nil, errors.Join(faultsOf(leftOut, false)...)
	}
	if d.References, err = profile.References(ctx, d.Profiles); err != nil {
		return nil, err
	}
	p, err := scaffold.From(d)
	var refused *scaffold.Error
	switch {
	case errors.As(err, &refused) && refused.Usage:
		return nil, &UsageError{Message: refused.Message, Hint: refused.Hint}
	case errors.As(err, &refused):
		return nil, errors.Join(append([]error{&DataError{Message: refused.Message, Hint: refused.Hint}}, faultsOf(leftOut, false)...)...)
	case err != nil:
		return nil, err
	}
	if len(others) > 0 {
		p.Notes = append(p.Notes, "Not read, since of other months: "+strings.Join(others, ", ")+".")
	}
	if len(leftOut) > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%d of %d files are left out, since no table can be made of them; each is told below.", len(leftOut), len(files)))
	}
	return p, errors.Join(faultsOf(leftOut, true)...)
}

// leftOut is a file that no table can be made of.
type leftOut struct {
	file string
	err  error
}

// profileFiles looks at every file, and gives those that cannot be read, or not
// as a table, apart. Its error ends it all.
func profileFiles(ctx context.Context, n NewProject, files, names []string, d *scaffold.Data) ([]leftOut, error) {
	var list []leftOut
	for i, file := range files {
		n.Tell("reading every row of " + file)
		p, err := profileAnyEncoding(ctx, file, profile.FileOptions{Table: names[i]})
		var empty *profile.EmptyError
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case errors.As(err, &empty) && empty.First == nil, errors.Is(err, source.ErrEmpty):
			d.Empty = append(d.Empty, file)
		case err != nil:
			list = append(list, leftOut{file, err})
		default:
			p.Source.Path = n.Inside(file)
			d.Profiles = append(d.Profiles, p)
		}
	}
	return list, nil
}

// faultsOf says what is wrong with the files that are left out; written tells
// that there is a project to which their tables may be added.
func faultsOf(list []leftOut, written bool) []error {
	var faults []error
	for _, one := range list {
		var header *source.HeaderError
		var empty *profile.EmptyError
		var misread *source.EncodingError
		var named *nameError
		hint, isData := "mend the first row, or leave the file out: --from takes single files too", true
		add := "pipe suggest --declare " + scaffold.ShellWord(one.file) + " then prints its table, to be added to specs/" + scaffold.TablesFile
		switch {
		case errors.As(one.err, &header) && header.Code == source.NotText && written:
			hint = "look what it is; it is no part of the project"
		case errors.As(one.err, &header) && header.Code == source.NotText:
			hint = "leave the file out: --from takes single files too"
		case errors.As(one.err, &header) && written:
			hint = "mend the first row; " + add
		case errors.As(one.err, &header):
		case errors.As(one.err, &misread):
			hint = "save the file in one encoding"
		case errors.As(one.err, &empty):
			hint = "mend its rows; pipe explain " + empty.First.Code + " tells more"
			if written {
				hint = "mend its rows, of which pipe explain " + empty.First.Code + " tells more; " + add
			}
		case errors.As(one.err, &named):
			hint = "rename the file"
		default:
			isData = false
		}
		if isData {
			faults = append(faults, &DataError{Message: one.err.Error(), Hint: hint})
		} else {
			faults = append(faults, one.err)
		}
	}
	return faults
}

// oneMonth leaves out the files that are a table of files in another month, by
// their names; asOf says which month is meant.
func oneMonth(files []string, asOf string) (kept, others []string, err error) {
	type dated struct{ day, file string }
	months := map[string][]dated{} // by folder and name
	key := func(file, name string) string { return filepath.Join(filepath.Dir(file), profile.TableName(name)) }
	for _, file := range files {
		if day, name, ok := scaffold.MonthOf(file); ok {
			months[key(file, name)] = append(months[key(file, name)], dated{day, file})
		}
	}
	for _, file := range files {
		day, name, ok := scaffold.MonthOf(file)
		same := months[key(file, name)]
		switch {
		case !ok || len(same) < 2 || day == asOf:
			kept = append(kept, file)
		case asOf == "" || !slices.ContainsFunc(same, func(d dated) bool { return d.day == asOf }):
			return nil, nil, &UsageError{Message: fmt.Sprintf("%s and %s are one table in two months", same[0].file, same[1].file),
				Hint: fmt.Sprintf("say which month to learn from: --as-of %s; the spec that is made of it loads the others", same[0].day)}
		default:
			others = append(others, file)
		}
	}
	return kept, others, nil
}

// nameError is a file that no spec can name.
type nameError struct{ file, why string }

// Error says why.
func (e *nameError) Error() string { return e.file + ": its name " + e.why }

// profileAnyEncoding reads a file that is not UTF-8 in the encoding that its
// first bytes tell, else in the encoding that such files mostly have.
func profileAnyEncoding(ctx context.Context, file string, o profile.FileOptions) (*profile.Profile, error) {
	switch {
	case !utf8.ValidString(file):
		return nil, &nameError{file, "is not UTF-8, and a spec is"}
	case strings.ContainsAny(file, "\n\r"):
		return nil, &nameError{file, "has a line end in it, and a spec names a file on one line"}
	}
	p, err := profile.File(ctx, file, o)
	var header *source.HeaderError
	var empty *profile.EmptyError
	switch {
	case err == nil && p.Malformed == 0:
		return p, nil
	case err == nil, errors.As(err, &empty):
		// Rows that are no UTF-8 are malformed, and no others may be left.
		o.Encoding = "windows-1252"
		if other, otherErr := profile.File(ctx, file, o); otherErr == nil && (err != nil || other.Malformed < p.Malformed) {
			return other, nil
		}
		return p, err
	case errors.As(err, &header) && header.Encoding != "":
		o.Encoding = header.Encoding
		return profile.File(ctx, file, o)
	case errors.As(err, &header) && header.Code == source.InvalidUTF8:
		o.Encoding = "windows-1252"
		return profile.File(ctx, file, o)
	}
	return nil, err
}

// longestTable is how many bytes of a file's name a table's has: a snapshot's
// is longer, and a database takes 63.
const longestTable = 48

// tableNames names a table for each file: after the file, and where that is the
// name of several, after its folder too.
func tableNames(files []string) ([]string, error) {
	names := make([]string, len(files))
	of := map[string][]int{}
	for i, file := range files {
		_, name, _ := scaffold.MonthOf(file)
		names[i] = shorten(profile.TableName(name))
		of[names[i]] = append(of[names[i]], i)
	}
	taken := map[string]bool{}
	for i, file := range files {
		if same := of[names[i]]; len(same) > 1 {
			folder := filepath.Dir(file)
			for _, j := range same {
				if other := filepath.Dir(files[j]); other != folder && scaffold.IsMonth(filepath.ToSlash(folder)) && scaffold.IsMonth(filepath.ToSlash(other)) {
					return nil, &UsageError{Message: fmt.Sprintf("%s and %s are one table in two months", files[min(i, j)], files[max(i, j)]),
						Hint: "name one month's folder; the spec that is made of it loads the others"}
				}
			}
			if slices.ContainsFunc(same, func(j int) bool { return filepath.Dir(files[j]) != folder }) {
				names[i] = shorten(profile.TableName(path.Base(filepath.ToSlash(folder)) + "_" + filepath.Base(file)))
			}
		}
		base := names[i]
		for n := 2; taken[names[i]]; n++ {
			names[i] = fmt.Sprintf("%s_%d", base, n)
		}
		taken[names[i]] = true
	}
	return names, nil
}

func shorten(name string) string {
	return strings.TrimRight(name[:min(len(name), longestTable)], "_")
}

// ArchiveMembers are the files in a zip archive, as paths that NewProject takes;
// ok is false when the path is no archive.
func ArchiveMembers(path string) (members []string, ok bool, err error) {
	return source.Members(path)
}
