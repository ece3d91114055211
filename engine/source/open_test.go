package source

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestHeader(t *testing.T) {
	r := open(t, write(t, "\ufeffuser_id,\"total, paid\",Name\r\n"), Options{Header: true})
	if diff := cmp.Diff([]string{"user_id", "total, paid", "Name"}, r.Header()); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		name, text, code, message string
		column                    int
	}{
		{"two columns of one name", "a,b,a\n", DuplicateHeader, `columns 1 and 3 are both named "a"`, 3},
		{"a column without a name", "a,,b\n", EmptyHeader, "column 2 of 3 has no name", 2},
		{"a comma too many", "a,b,\n", EmptyHeader, "column 3 of 3 has no name; every column of the file needs one, and a delimiter at the end of the line begins one", 3},
		{"a line for Excel", "sep=;\r\na;b\r\n", MissingHeader, "the first line, sep=;, is a note for Excel and names no column; take it out", 1},
		{"a line for Excel, whose delimiter it is", "sep=,\na,b\n", MissingHeader, "the first line, sep=,, is a note for Excel", 1},
		{"broken quotes", "a,\"b\"c\n", BadQuote, "the header is malformed: the quoted text of field 2", 2},
		{"not UTF-8", "a,\xe9\n", InvalidUTF8, "say encoding: windows-1252", 2},
		{"UTF-16", "\xff\xfea\x00\n\x00", WrongEncoding, "declare encoding: utf-16", 0},
		{"UTF-16 without a mark", "a\x00,\x00b\x00\n\x00", WrongEncoding, "declare encoding: utf-16le", 0},
		{"UTF-16 without a mark, the other way round", "\x00a\x00,\x00b\x00\n", WrongEncoding, "declare encoding: utf-16be", 0},
		{"UTF-32", "\xff\xfe\x00\x00a\x00\x00\x00", WrongEncoding, "UTF-32", 0},
		{"NUL", "a\x00,b\n", NULByte, "a NUL byte at line 1, character 2 of the line", 1},
		{"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1", NotText, "old Excel workbook", 0},
		{"a zip archive", "PK\x03\x04...", NotText, "is a zip archive", 0},
		{"gzip", "\x1f\x8b\x08...", NotText, "gzip", 0},
		{"lines of old Macs", "a,b\r1,2\r", BadLineEnds, "old Macs", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.text)
			_, err := Open(context.Background(), path, Options{Header: true})
			e, ok := errors.AsType[*HeaderError](err)
			if !ok {
				t.Fatalf("error %v", err)
			}
			if e.Code != c.code || e.Column != c.column || !strings.Contains(err.Error(), c.message) || !strings.HasPrefix(err.Error(), path+":1: ") {
				t.Errorf("%v (column %d)", err, e.Column)
			}
		})
	}
}

// A mark of another encoding than the one declared is told, and so is none
// where one is needed.
func TestMarks(t *testing.T) {
	for _, c := range []struct{ encoding, text, cure string }{
		{"utf-16", "a,b\n", "declare encoding: utf-16le or utf-16be"},
		{"utf-16", "a\x00,\x00", "declare encoding: utf-16le"},
		{"utf-16", "\ufeffa,b\n", "declare encoding: utf-8"},
		{"utf-16be", "\xff\xfea\x00", "declare encoding: utf-16"},
		{"utf-16le", "\xfe\xff\x00a", "declare encoding: utf-16"},
		{"utf-16le", "\ufeffa,b\n", "declare encoding: utf-8"},
		{"latin1", "\ufeffa,b\n", "declare encoding: utf-8"},
		{"windows-1252", "\ufeffa,b\n", "declare encoding: utf-8"},
		{"windows-1252", "\xff\xfea\x00", "declare encoding: utf-16"},
		{"latin1", "a\x00,\x00b\x00", "declare encoding: utf-16le"},
	} {
		_, err := Open(context.Background(), write(t, c.text), Options{Header: true, Encoding: c.encoding})
		if e, ok := errors.AsType[*HeaderError](err); !ok || e.Code != WrongEncoding || !strings.HasSuffix(e.Message, c.cure) {
			t.Errorf("%s of %q: %v, want %s", c.encoding, c.text, err, c.cure)
		}
	}
	for encoding, text := range map[string]string{"utf-16": "\xfe\xff\x00a\x00\n", "utf-16le": "\xff\xfea\x00\n\x00", "utf-16be": "\xfe\xff\x00a\x00\n"} {
		if h := open(t, write(t, text), Options{Header: true, Encoding: encoding}).Header(); !slices.Equal(h, []string{"a"}) {
			t.Errorf("%s of %q: %q", encoding, text, h)
		}
	}
}

func TestEmptyFiles(t *testing.T) {
	for _, text := range []string{"", "\ufeff", "\n\r\n\n"} {
		if _, err := Open(context.Background(), write(t, text), Options{Header: true}); !errors.Is(err, ErrEmpty) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := Open(context.Background(), write(t, ""), Options{Header: true, Encoding: "latin1"}); !errors.Is(err, ErrEmpty) {
		t.Errorf("in latin1: %v", err)
	}
}

func TestLikelyDelimiter(t *testing.T) {
	for text, want := range map[string]rune{
		"a;b;c\n1;2;3\n": ';', "a\tb\n": '\t', "a|b;c|d\n": '|', "a\n": 0, "a,b;c\n": 0,
	} {
		if got := open(t, write(t, text), Options{Header: true}).LikelyDelimiter(); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := open(t, write(t, "a,b\n"), Options{Header: true, Delimiter: ';'}).LikelyDelimiter(); got != ',' {
		t.Errorf("a comma under a declared semicolon: %q", got)
	}
	_, err := Open(context.Background(), write(t, "\"a\";\"b\"\n"), Options{Header: true})
	if e, ok := errors.AsType[*HeaderError](err); !ok || e.Delimiter != ';' {
		t.Errorf("quoted names: %v", err)
	}
}

func TestInfoIsOfTheWholeFile(t *testing.T) {
	text := "\ufeffa,b\n1,2\n1\n\n3,\"4"
	r := open(t, write(t, text), Options{Header: true})
	told(t, r)
	sum := sha256.Sum256([]byte(text))
	want := Info{Path: r.path, File: r.path, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(text))}
	if diff := cmp.Diff(want, r.Info()); diff != "" {
		t.Error(diff)
	}
	if r.BytesRead() != want.Bytes || r.Size() != want.Bytes {
		t.Errorf("progress says %d of %d", r.BytesRead(), r.Size())
	}
}

// What is read while somebody writes is no state of the file that anybody made.
func TestFileThatChangesIsNoState(t *testing.T) {
	text := "a\n" + strings.Repeat("1\n", bufferSize)
	for name, change := range map[string]func(path string) error{
		"cut":   func(path string) error { return os.Truncate(path, bufferSize+10) },
		"grown": func(path string) error { return appendTo(path, "2\n") },
		"in place": func(path string) error {
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteAt([]byte("2"), int64(len(text)-2))
			return errors.Join(err, f.Close())
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, text)
			// Clocks of file systems tick a few hundred times a second.
			if err := os.Chtimes(path, time.Time{}, time.Now().Add(-time.Second)); err != nil {
				t.Fatal(err)
			}
			r := open(t, path, Options{Header: true})
			if err := change(path); err != nil {
				t.Fatal(err)
			}
			if err := last(r); !errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v", err)
			}
		})
	}
	t.Run("replaced by another", func(t *testing.T) {
		path := write(t, text)
		r := open(t, path, Options{Header: true})
		if err := os.Rename(write(t, "other\n"), path); err != nil {
			t.Fatal(err)
		}
		if rows := told(t, r); len(rows) != bufferSize {
			t.Errorf("%d rows", len(rows))
		}
	})
	t.Run("growing all the time", func(t *testing.T) {
		path := write(t, text)
		r := open(t, path, Options{Header: true})
		if err := appendTo(path, "1\n"); err != nil {
			t.Fatal(err)
		}
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			for {
				select {
				case <-stop:
					return
				default:
					_ = appendTo(path, strings.Repeat("1\n", bufferSize))
				}
			}
		}()
		if err := last(r); !errors.Is(err, ErrChanged) {
			t.Errorf("error %v", err)
		}
	})
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// last is the error that ends the reading.
func last(r *Reader) error {
	for {
		_, err := r.Next()
		if _, ok := errors.AsType[*RowError](err); err != nil && !ok {
			return err
		}
	}
}

func TestMissingFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"month_000/users.csv", "month_000/labels.csv", "month_001/users.csv", "month_000/.hidden"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("a\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, c := range []struct {
		path string
		want NotFoundError
	}{
		{in("month_000/user.csv"), NotFoundError{Folder: in("month_000"), Missing: "user.csv", Nearest: []string{"users.csv", "labels.csv"}}},
		{in("month_002/users.csv"), NotFoundError{Folder: dir, Missing: "month_002", Nearest: []string{"month_000/", "month_001/"}}},
		{in("month_0/deep/users.csv"), NotFoundError{Folder: dir, Missing: "month_0", Nearest: []string{"month_000/", "month_001/"}}},
		{in("month_000/users.csv/x"), NotFoundError{Folder: in("month_000"), Missing: "users.csv", Nearest: []string{"users.csv", "labels.csv"}}},
		{in("month.zip/users.csv"), NotFoundError{Folder: dir, Missing: "month.zip", Nearest: []string{"month_000/", "month_001/"}}},
	} {
		_, err := Open(context.Background(), c.path, Options{Header: true})
		e, ok := errors.AsType[*NotFoundError](err)
		if !ok || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		c.want.Path = c.path
		if diff := cmp.Diff(c.want, *e); diff != "" {
			t.Error(diff)
		}
	}
	_, err := Open(context.Background(), in("month_000/user.csv"), Options{Header: true})
	if want := in("month_000/user.csv") + " does not exist: the folder " + in("month_000") + ` has no "user.csv"; it has users.csv, labels.csv`; err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if err := os.Symlink("nowhere", in("gone.csv")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"gone.csv": "gone.csv does not exist: it is a symbolic link that leads nowhere",
		"month_000/users.csv/x": "/x does not exist: users.csv in the folder " + in("month_000") + " is no folder"} {
		if _, err := Open(context.Background(), in(path), Options{Header: true}); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	_, err = Open(context.Background(), in("month_000"), Options{Header: true})
	if err == nil || !strings.Contains(err.Error(), "is a folder; name a file in it: labels.csv, users.csv") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Open(context.Background(), "", Options{}); err == nil {
		t.Error("no path at all is taken")
	}
}

func TestFileThatMayNotBeRead(t *testing.T) {
	path := write(t, "a\n")
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(path); err == nil {
		t.Skip("this user may read every file:", f.Close())
	}
	if _, err := Open(context.Background(), path, Options{Header: true}); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
}

func archive(tb testing.TB, members ...string) string {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		w, err := z.Create(members[i])
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write([]byte(members[i+1])); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "month.ZIP")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func TestArchives(t *testing.T) {
	path := archive(t, "users.csv", "a\n1\n", "deep/users.csv", "a\n2\n", "twice.csv", "a\n", "twice.csv", "a\n", "labels.csv", "a\n")
	for member, want := range map[string]string{"users.csv": "2@2: [1]", "deep/users.csv": "2@2: [2]"} {
		r := open(t, filepath.Join(path, member), Options{Header: true})
		if diff := cmp.Diff([]string{want}, told(t, r)); diff != "" {
			t.Error(diff)
		}
		sum := sha256.Sum256([]byte("a\n" + want[len(want)-2:len(want)-1] + "\n"))
		if info := r.Info(); info.SHA256 != hex.EncodeToString(sum[:]) || info.Bytes != 4 || r.Size() != 4 {
			t.Errorf("%+v of %d", info, r.Size())
		}
	}
	for member, want := range map[string]string{
		"/user.csv":       `/user.csv does not exist: the archive ` + path + ` has no "user.csv"; it has users.csv`,
		"":                " is an archive; name a member of it as ",
		"/twice.csv":      "has 2 members of this name",
		"/../other.csv":   `a member is named without ".."`,
		"/deep/../x.csv":  `a member is named without ".."`,
		`/deep\users.csv`: `a member is named without ".."`,
		"/deep":           "does not exist",
	} {
		_, err := Open(context.Background(), path+member, Options{Header: true})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", member, err, want)
		}
	}
	_, err := Open(context.Background(), path+"/user.csv", Options{Header: true})
	if e, ok := errors.AsType[*NotFoundError](err); !ok || !e.Archive || e.Nearest[0] != "users.csv" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing member: %v", err)
	}
}

func TestFolderNamedLikeAnArchive(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "month.zip")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if rows := told(t, open(t, filepath.Join(dir, "a.csv"), Options{Header: true})); len(rows) != 1 {
		t.Errorf("rows %v", rows)
	}
}

func TestArchivesThatAreRefused(t *testing.T) {
	text := archive(t, "a.csv", strings.Repeat("a\n", 5000))
	raw, err := os.ReadFile(text)
	if err != nil {
		t.Fatal(err)
	}
	directory := bytes.LastIndex(raw, []byte("PK\x01\x02"))
	for name, c := range map[string]struct {
		change func(raw []byte)
		want   string
	}{
		"encrypted":   {func(raw []byte) { raw[directory+8] |= encryptedFlag }, "is encrypted"},
		"a bomb":      {func(raw []byte) { binary.LittleEndian.PutUint32(raw[directory+24:], 0xfffffff0) }, "and is refused"},
		"half a bomb": {func(raw []byte) { binary.LittleEndian.PutUint32(raw[directory+24:], 300<<20) }, "and is refused"},
		"more inside": {func(raw []byte) { binary.LittleEndian.PutUint32(raw[directory+24:], 10) }, "not a valid zip file"},
		"less inside": {func(raw []byte) { binary.LittleEndian.PutUint32(raw[directory+24:], 20_000) }, "unexpected EOF"},
		"a link": {func(raw []byte) {
			raw[directory+5] = 3 // made on Unix
			binary.LittleEndian.PutUint32(raw[directory+38:], 0o120777<<16)
		}, "is a link or a device"},
		"a method":    {func(raw []byte) { raw[8], raw[directory+10] = 99, 99 }, "unsupported compression"},
		"not one":     {func(raw []byte) { copy(raw[len(raw)-30:], make([]byte, 30)) }, "is not a zip archive"},
		"wrong bytes": {func(raw []byte) { binary.LittleEndian.PutUint32(raw[directory+16:], 1) }, "checksum"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := slices.Clone(raw)
			c.change(changed)
			path := filepath.Join(t.TempDir(), "a.zip")
			if err := os.WriteFile(path, changed, 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := Open(context.Background(), path+"/a.csv", Options{Header: true})
			for err == nil {
				_, err = r.Next()
			}
			if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}
