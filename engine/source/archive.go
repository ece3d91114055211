package source

import (
	"archive/zip"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A member that claims to unpack to more than maxPlainMember bytes and to more
// than maxRatio times what it takes in the archive is not unpacked. Real files
// of a month come to 5 or 20 times.
const (
	maxPlainMember = 256 << 20
	maxRatio       = 200
)

// encryptedFlag is the bit of a member's flags that says it needs a password.
const encryptedFlag = 1

// splitArchive finds the first part of p that is named .zip and is a regular
// file. member is empty when p is the archive itself.
func splitArchive(p string) (archive, member string, ok bool) {
	for i := 0; i <= len(p); i++ {
		if i < len(p) && !os.IsPathSeparator(p[i]) {
			continue
		}
		if !strings.EqualFold(filepath.Ext(p[:i]), ".zip") {
			continue
		}
		if info, err := os.Stat(p[:i]); err == nil && info.Mode().IsRegular() {
			return p[:i], strings.TrimLeft(filepath.ToSlash(p[i:]), "/"), true
		}
	}
	return "", "", false
}

// Members are the files in an archive, in name order, as paths that Open takes.
// ok is false when the path is no archive.
func Members(archive string) (paths []string, ok bool, err error) {
	if at, member, found := splitArchive(archive); !found || member != "" || at != archive {
		return nil, false, nil
	}
	file, err := os.Open(archive)
	if err != nil {
		return nil, true, openError(archive, err)
	}
	z, err := openZip(file, archive)
	if err != nil {
		return nil, true, errors.Join(err, file.Close())
	}
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, "/") {
			paths = append(paths, archive+"/"+f.Name)
		}
	}
	slices.Sort(paths)
	return paths, true, file.Close()
}

// openZip finds the archive that the file is.
func openZip(file *os.File, archive string) (*zip.Reader, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(file, info.Size())
	if err == nil {
		err = whole(z, file, info.Size())
	}
	if err != nil {
		return nil, fmt.Errorf("%s is not a zip archive that can be read: %w; get it again, or make it anew of its files", archive, err)
	}
	return z, nil
}

func openMember(p, archive, member string, open opener) (*stream, error) {
	file, err := open(archive)
	if err != nil {
		return nil, openError(archive, err)
	}
	s, err := openIn(file, p, archive, member)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return s, nil
}

func openIn(file *os.File, p, archive, member string) (*stream, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	z, err := openZip(file, archive)
	if err != nil {
		return nil, err
	}
	f, err := findMember(z, p, archive, member)
	if err != nil {
		return nil, err
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p, err)
	}
	if f.CRC32 == 0 {
		r = newSummed(r)
	}
	return &stream{
		Reader: r,
		size:   int64(f.UncompressedSize64),
		fixed:  true,
		same:   func() error { return unchanged(file, info) },
		close:  func() error { return errors.Join(r.Close(), file.Close()) },

		archive: archive, member: member, version: info,
	}, nil
}

func findMember(z *zip.Reader, p, archive, member string) (*zip.File, error) {
	var names []string
	var found []*zip.File
	for _, f := range z.File {
		if f.Name == member {
			found = append(found, f)
		}
		if !strings.HasSuffix(f.Name, "/") {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	switch {
	case member == "" && len(names) == 0:
		return nil, fmt.Errorf("%s is an archive without members", archive)
	case member == "":
		return nil, fmt.Errorf("%s is an archive; name a member of it as %s/%s; it has %s",
			archive, archive, names[0], strings.Join(limit(names), ", "))
	case path.Clean(member) != member || strings.HasPrefix(member, "..") || strings.Contains(member, `\`):
		return nil, fmt.Errorf(`%s: a member is named without "..", "." and "\": %q is refused`, p, member)
	case len(found) == 0:
		return nil, &NotFoundError{Path: p, Folder: archive, Archive: true, Missing: member, Nearest: nearest(member, names)}
	case len(found) > 1:
		return nil, fmt.Errorf("%s: the archive has %d members of this name, and which is meant cannot be told", p, len(found))
	}
	f := found[0]
	switch {
	case f.Flags&encryptedFlag != 0:
		return nil, fmt.Errorf("%s: the member is encrypted; unpack the archive first", p)
	case !f.Mode().IsRegular():
		return nil, fmt.Errorf("%s: the member is a link or a device, and no file", p)
	case f.UncompressedSize64 > maxPlainMember && f.UncompressedSize64/maxRatio > f.CompressedSize64:
		return nil, fmt.Errorf("%s: the member claims to unpack from %d to %d bytes, more than %d to 1, and is refused; unpack it yourself if that is true",
			p, f.CompressedSize64, f.UncompressedSize64, maxRatio)
	}
	return f, nil
}
