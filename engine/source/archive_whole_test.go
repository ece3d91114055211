package source

import (
	"archive/zip"
	"bytes"
	"context"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// packed is a zip archive of members, stored or deflated, as a writer that
// cannot seek makes it (with descriptors) or one that can.
func packed(tb testing.TB, method uint16, seekable bool, members ...string) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		h := &zip.FileHeader{Name: members[i], Method: method}
		text := []byte(members[i+1])
		if seekable {
			h.Method, h.CRC32 = zip.Store, crc32.ChecksumIEEE(text)
			h.CompressedSize64, h.UncompressedSize64 = uint64(len(text)), uint64(len(text))
			w, err := z.CreateRaw(h)
			if err != nil {
				tb.Fatal(err)
			}
			_, _ = w.Write(text)
			continue
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			tb.Fatal(err)
		}
		_, _ = w.Write(text)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// rowsOf reads a.csv of an archive to its end.
func rowsOf(t *testing.T, raw []byte) (rows int, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "month.zip")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Open(context.Background(), path+"/a.csv", Options{Header: true})
	if err != nil {
		return 0, err
	}
	defer r.Close()
	for ; ; rows++ {
		if _, err := r.Next(); err == io.EOF {
			return rows, nil
		} else if err != nil {
			return rows, err
		}
	}
}

const (
	wholeText = "a\n1\n2\n"
	innerText = "a\n9\n"
)

// An archive that lost its end and holds another one has that one's end, and
// would be read as the other one. So would two archives in a row.
func TestAnArchiveThatIsNotWholeIsRefused(t *testing.T) {
	inner := packed(t, zip.Store, false, "a.csv", innerText)
	outer := packed(t, zip.Store, false, "a.csv", wholeText, "backup.zip", string(inner))
	plain := packed(t, zip.Deflate, false, "a.csv", wholeText, "b.csv", "b\n")
	raw := packed(t, zip.Store, true, "a.csv", wholeText, "b.csv", "b\n")
	within := bytes.Index(outer, inner)
	directory := bytes.Index(raw, []byte("PK\x01\x02"))
	second := bytes.LastIndex(raw, []byte("PK\x03\x04"))
	changed := func(of []byte, change func(raw []byte)) []byte {
		c := slices.Clone(of)
		change(c)
		return c
	}
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"cut behind an inner archive":      {outer[:within+len(inner)], "do not follow on one another"},
		"cut, and a piece behind it":       {outer[:within+len(inner)+8], "is not"},
		"two in a row":                     {slices.Concat(plain, inner), "do not follow on one another"},
		"two of the same in a row":         {slices.Concat(plain, plain), "do not follow on one another"},
		"a program before it":              {slices.Concat([]byte("#!/bin/sh\nexit\n"), plain), "do not follow on one another"},
		"something behind it":              {slices.Concat(plain, []byte("\n")), "is not"},
		"half of another behind it":        {slices.Concat(plain, outer[:within+20]), "is not"},
		"bytes between the members":        {splice(raw, second, []byte("more")), "is not where"},
		"bytes before the list of members": {splice(raw, directory, []byte("more")), "is not where"},
		"bytes behind the list of members": {splice(raw, len(raw)-22, []byte("more")), "do not follow on one another"},
		"a member that is not listed":      {splice(raw, second, raw[:second]), "do not follow on one another"},
		"another name in the list":         {changed(raw, func(raw []byte) { raw[second+30] = 'c' }), "two places"},
		"another sum in the list":          {changed(raw, func(raw []byte) { raw[14]++ }), "two places"},
		"another size in the list":         {changed(raw, func(raw []byte) { raw[22]++ }), "two places"},
		"another method in the list":       {changed(raw, func(raw []byte) { raw[8] = 8 }), "two places"},
		"no sum, and a byte is another": {changed(raw, func(raw []byte) {
			raw[bytes.IndexByte(raw, '2')] = '3'
			clear(raw[14:18])
			clear(raw[directory+16 : directory+20])
		}), "checksum"},
		"the first of two volumes": {changed(raw, func(raw []byte) { raw[len(raw)-22+4] = 1 }), "volumes"},
		"a list of another place":  {changed(raw, func(raw []byte) { raw[len(raw)-22+16]-- }), "is not"},
	} {
		t.Run(name, func(t *testing.T) {
			if rows, err := rowsOf(t, c.raw); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%d rows, error %v; want %s", rows, err, c.want)
			}
		})
	}
}

func splice(raw []byte, at int, more []byte) []byte {
	return slices.Concat(raw[:at], more, raw[at:])
}

// Of no archive that lost some of its bytes, at the end, at the start or
// between, is a single row read.
func TestNoPieceOfAnArchiveIsRead(t *testing.T) {
	inner := packed(t, zip.Store, false, "a.csv", innerText)
	for _, whole := range [][]byte{
		packed(t, zip.Store, false, "a.csv", wholeText, "x.zip", string(inner)),
		packed(t, zip.Store, true, "a.csv", wholeText, "x.zip", string(inner)),
		packed(t, zip.Deflate, false, "a.csv", wholeText, "x.zip", string(inner)),
	} {
		if rows, err := rowsOf(t, whole); rows != 2 || err != nil {
			t.Fatalf("the whole has %d rows, %v", rows, err)
		}
		for cut := 1; cut < len(whole); cut++ {
			for what, raw := range map[string][]byte{
				"without its end":    whole[:len(whole)-cut],
				"without its start":  whole[cut:],
				"without its middle": slices.Concat(whole[:cut/2], whole[cut/2+cut%7+1:]),
			} {
				if rows, err := rowsOf(t, raw); err == nil {
					t.Fatalf("%s (%d): %d rows", what, cut, rows)
				}
			}
		}
	}
}

// What other programs write is read.
func TestArchivesOfOtherPrograms(t *testing.T) {
	for name, program := range map[string][]string{
		"zip":                 {"zip", "-q", "m.zip", "a.csv", "b.csv"},
		"zip, stored":         {"zip", "-q", "-0", "m.zip", "a.csv", "b.csv"},
		"zip, a folder":       {"zip", "-q", "-r", "m.zip", "."},
		"zip, into a pipe":    {"sh", "-c", "zip -q - a.csv b.csv | cat > m.zip"},
		"zip, of a pipe":      {"sh", "-c", "zip -q m.zip a.csv && cat b.csv | zip -q m.zip -"},
		"zip, with a comment": {"sh", "-c", "echo remark PK | zip -q -z m.zip a.csv"},
		"zip, zip64":          {"zip", "-q", "-fz", "m.zip", "a.csv", "b.csv"},
		"zip, one taken out":  {"sh", "-c", "zip -q m.zip a.csv b.csv && zip -q -d m.zip b.csv"},
		"zip, one put in":     {"sh", "-c", "zip -q m.zip a.csv && zip -q m.zip b.csv"},
		"Python":              {"python3", "-m", "zipfile", "-c", "m.zip", "b.csv", "a.csv"},
		"Python, a pipe": {"sh", "-c", `python3 -c "
import sys, zipfile
with zipfile.ZipFile(sys.stdout.buffer, 'w', zipfile.ZIP_DEFLATED) as z:
    with z.open('a.csv', 'w', force_zip64=True) as f: f.write(open('a.csv', 'rb').read())
    z.write('b.csv')
" | cat > m.zip`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(program[0]); err != nil || strings.Contains(name, "Python") && !has("python3") || !has("zip") {
				t.Skip("the program is not here")
			}
			dir := t.TempDir()
			for file, text := range map[string]string{"a.csv": wholeText, "b.csv": "b\n" + strings.Repeat("more\n", 1000)} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			c := exec.Command(program[0], program[1:]...)
			c.Dir = dir
			if out, err := c.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			raw, err := os.ReadFile(filepath.Join(dir, "m.zip"))
			if err != nil {
				t.Fatal(err)
			}
			if rows, err := rowsOf(t, raw); rows != 2 || err != nil {
				t.Errorf("%d rows, %v", rows, err)
			}
		})
	}
}

func has(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// Whatever happens to the bytes of an archive, what is read of a member is the
// member, or nothing: bytes that change, go, come in between, or come twice.
func FuzzArchives(f *testing.F) {
	inner := packed(f, zip.Store, false, "a.csv", innerText)
	var archives [][]byte
	for _, seekable := range []bool{true, false} {
		for _, method := range []uint16{zip.Store, zip.Deflate} {
			archives = append(archives, packed(f, method, seekable, "a.csv", wholeText, "b.csv", innerText, "x.zip", string(inner)))
		}
	}
	for seed := range int64(60) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed int64) {
		r := rand.New(rand.NewPCG(uint64(seed), 1))
		path := filepath.Join(t.TempDir(), "month.zip")
		for range 20 {
			raw := slices.Clone(archives[r.IntN(len(archives))])
			for range 1 + r.IntN(3) {
				at, end := r.IntN(len(raw)+1), r.IntN(len(raw)+1)
				at, end = min(at, end), max(at, end)
				switch r.IntN(5) {
				case 0:
					raw[min(at, len(raw)-1)] = byte(r.IntN(256))
				case 1:
					raw = slices.Delete(raw, at, end)
				case 2:
					raw = slices.Insert(raw, r.IntN(len(raw)+1), raw[at:end]...)
				case 3:
					other := archives[r.IntN(len(archives))]
					raw = slices.Concat(raw[:at], other[min(at, len(other)):])
				case 4:
					other := archives[r.IntN(len(archives))]
					raw = slices.Concat(raw, other[:min(at, len(other))])
				}
				raw = append(raw, byte(r.IntN(256)))[:max(len(raw), 1)] // never nothing
			}
			if err := os.WriteFile(path, raw, 0o600); err != nil {
				t.Fatal(err)
			}
			reader, err := Open(context.Background(), path+"/a.csv", Options{Header: true})
			if err != nil {
				continue
			}
			var rows []string
			for err == nil {
				var record *Record
				if record, err = reader.Next(); err == nil {
					rows = append(rows, string(record.Raw))
				}
			}
			if err == io.EOF && strings.Join(rows, " ") != "1 2" {
				t.Errorf("seed %d: the archive %q reads as %q", seed, raw, rows)
			}
			_ = reader.Close()
		}
	})
}
