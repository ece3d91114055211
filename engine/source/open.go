package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Open opens a file, or a member of a zip archive written as a path through
// the archive ("month.zip/users.csv"), and reads its header. The caller closes
// the Reader.
//
// Ending ctx ends this and all reading, also of a pipe that gives nothing.
//
// Errors: *NotFoundError, *OutsideError, *HeaderError, one that wraps ErrEmpty, the context's
// cause, or what the operating system says, wrapped.
func Open(ctx context.Context, path string, o Options) (*Reader, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	open := os.Open
	if o.Inside {
		folder, err := OpenFolder(".")
		if err != nil {
			return nil, err
		}
		defer folder.Close()
		if _, err := folder.Inside(path); isOutside(err) {
			return nil, err
		}
		open = folder.OpenFile
	}
	f, err := openStream(ctx, path, open)
	if err != nil {
		return nil, err
	}
	f.Reader = attentive{ctx, f.Reader}
	r, err := newReader(path, newIntake(f), o, bufferSize)
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	return r, nil
}

// stream is the bytes of a file or a member, before decoding.
type stream struct {
	io.Reader
	size  int64 // bytes expected; 0 when it cannot be known, as of a pipe
	fixed bool  // size must hold
	once  bool  // what was read cannot be read again, as of a pipe
	// same tells at the end whether the file was written to meanwhile; nil where
	// that cannot be known.
	same  func() error
	close func() error
	// archive is the file that member is in, and version what it was when it was
	// opened; all are empty where there is none.
	archive, member string
	version         fs.FileInfo
}

// opener opens a file as os.Open does.
type opener func(path string) (*os.File, error)

func openStream(ctx context.Context, path string, open opener) (*stream, error) {
	if path == "" {
		return nil, errors.New("the path of the source is empty")
	}
	if archive, member, ok := splitArchive(path); ok {
		return openMember(path, archive, member, open)
	}
	return openFile(ctx, path, open)
}

// openError turns the operating system's error into one that helps; the
// original stays wrapped.
func openError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return notFound(path)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: the user that runs pipe may not read it", err)
	}
	return err
}

func directoryError(path string) error {
	names := folderNames(path)
	if len(names) == 0 {
		return fmt.Errorf("%s is an empty folder; name a file", path)
	}
	return fmt.Errorf("%s is a folder; name a file in it: %s", path, strings.Join(limit(names), ", "))
}

// notFound walks up to the nearest folder that exists and looks around there.
func notFound(path string) error {
	e := &NotFoundError{Path: path}
	dir := filepath.Clean(path)
	for {
		parent := filepath.Dir(dir)
		e.Missing = filepath.Base(dir)
		if info, err := os.Stat(parent); err == nil && info.IsDir() {
			e.Folder = parent
			e.Nearest = nearest(e.Missing, folderNames(parent))
			return e
		}
		if parent == dir {
			return e
		}
		dir = parent
	}
}

// folderNames lists a folder, folders with a slash behind; hidden ones are
// left out. A folder that cannot be listed gives none.
func folderNames(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		// The listing only adorns an error that is told anyway.
		return nil
	}
	var names []string
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			names = append(names, e.Name()+"/")
		default:
			names = append(names, e.Name())
		}
	}
	return names
}

const maxNearest = 10

func limit(names []string) []string { return names[:min(len(names), maxNearest)] }

// nearest orders names by their edit distance to name, case aside.
func nearest(name string, names []string) []string {
	distances := make(map[string]int, len(names))
	for _, n := range names {
		distances[n] = distance(strings.ToLower(name), strings.ToLower(strings.TrimSuffix(n, "/")))
	}
	sorted := slices.Clone(names)
	slices.SortFunc(sorted, func(a, b string) int {
		return cmp.Or(cmp.Compare(distances[a], distances[b]), strings.Compare(a, b))
	})
	return limit(sorted)
}

// distance is Levenshtein's, in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
