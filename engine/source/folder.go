package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Folder is a folder that nothing read through it lies outside of, whatever the
// symbolic links in it say: the project directory. It is a file system.
type Folder struct {
	root *os.Root
	real string // its path without symbolic links
}

// OutsideError says that a path leads out of a Folder.
type OutsideError struct{ Path string }

// Error names the path as it was given.
func (e *OutsideError) Error() string {
	return e.Path + " leads out of the project directory by a symbolic link"
}

// OutsideProject marks the error for packages that know nothing of this one.
func (e *OutsideError) OutsideProject() bool { return true }

// OpenFolder opens a folder.
func OpenFolder(dir string) (*Folder, error) {
	real, err := filepath.EvalSymlinks(dir)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(real)
	if err != nil {
		return nil, err
	}
	return &Folder{root, real}, nil
}

// Close lets go of the folder; what was opened through it stays open.
func (f *Folder) Close() {
	_ = f.root.Close() // what was only read from has nothing to lose
}

// Inside gives the path of a file below the folder without any symbolic link.
// Of a path that is not there the part that is must lie inside; the error is
// then the system's own.
func (f *Folder) Inside(name string) (string, error) {
	path := filepath.FromSlash(name)
	if !filepath.IsAbs(path) {
		path = filepath.Join(f.real, path)
	}
	for at := path; ; at = filepath.Dir(at) {
		real, err := filepath.EvalSymlinks(at)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) && f.danglesOut(at) {
				return "", &OutsideError{name}
			}
			if at == filepath.Dir(at) {
				return "", err
			}
			continue
		}
		if !f.holds(real) {
			return "", &OutsideError{name}
		}
		if at != path {
			_, err := os.Stat(path)
			return "", err
		}
		return filepath.Rel(f.real, real)
	}
}

// danglesOut tells whether a path is a link to a place outside where nothing is.
func (f *Folder) danglesOut(link string) bool {
	target, err := os.Readlink(link)
	if err != nil {
		return false
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(link), target)
	}
	_, err = f.Inside(target)
	return isOutside(err)
}

func (f *Folder) holds(real string) bool {
	return real == f.real || strings.HasPrefix(real, strings.TrimSuffix(f.real, string(filepath.Separator))+string(filepath.Separator))
}

func isOutside(err error) bool {
	_, ok := errors.AsType[*OutsideError](err)
	return ok
}

// OpenFile opens a file below the folder. A link that is made to point outside
// between the look and the opening is refused by the system's own means.
func (f *Folder) OpenFile(name string) (*os.File, error) {
	inside, err := f.Inside(name)
	if err != nil {
		return nil, err
	}
	return f.root.Open(inside)
}

// Open is that of fs.FS.
func (f *Folder) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	info, err := f.Stat(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: cause(err)}
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		// A named pipe would be waited for, and a device never ends.
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("it is neither a file nor a folder")}
	}
	file, err := f.OpenFile(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: cause(err)}
	}
	return file, nil
}

// Stat is that of fs.StatFS: it opens nothing, so that no pipe is waited for.
func (f *Folder) Stat(name string) (fs.FileInfo, error) {
	inside, err := f.Inside(name)
	if err != nil || !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: cause(err)}
	}
	return f.root.Stat(inside)
}

// cause takes the path out of an error, which is that of the machine.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if err == nil {
		return fs.ErrInvalid
	}
	return err
}
