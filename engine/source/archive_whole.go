package source

import (
	"archive/zip"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"
	"slices"
)

// The records of a zip archive by their first four bytes, and their sizes
// without names, extra fields and comments.
const (
	memberRecord, memberSize   = 0x04034b50, 30
	listedRecord, listedSize   = 0x02014b50, 46
	end64Record, end64Size     = 0x06064b50, 12 // the size that counts the rest
	locatorRecord, locatorSize = 0x07064b50, 20
	endRecord, endSize         = 0x06054b50, 22
)

// describedFlag is the bit of a member's flags that says its sums follow it.
const describedFlag = 8

// whole tells why the archive that z found in a file of size bytes is not the
// whole file, nil when it is. What finds an archive looks for its end, from the
// end of the file: an archive that lost its end and holds another one is read as
// that other one, and of two in a row only the last is seen. So each byte
// must be a member's, that of the list of members or the end's.
func whole(z *zip.Reader, in io.ReaderAt, size int64) error {
	w := &walk{in: in}
	files, err := inPlace(z)
	if err != nil {
		return err
	}
	for i, f := range files {
		if err := w.member(f, i+1 == len(files)); err != nil {
			return err
		}
	}
	list := w.at
	for range files {
		r := w.record(listedRecord, listedSize)
		w.at += listedSize + r.size16(28) + r.size16(30) + r.size16(32)
	}
	if r := w.peek(end64Size); r.is(end64Record) {
		w.at += end64Size + int64(min(r.uint64(4), math.MaxInt32))
		w.record(locatorRecord, locatorSize)
		w.at += locatorSize
	}
	r := w.record(endRecord, endSize)
	switch {
	case w.lost:
		return w.gap()
	case r.uint16(4) != 0 && r.uint16(4) != math.MaxUint16:
		return errors.New("it is one of several volumes")
	case w.at+endSize+r.size16(20) != size:
		w.at += endSize + r.size16(20)
		return w.gap()
	case r.uint32(16) != math.MaxUint32 && int64(r.uint32(16)) != list:
		return fmt.Errorf("its list of members is at byte %d, and %d is where it should be", list, r.uint32(16))
	}
	return nil
}

// inPlace are the members as they lie in the file.
func inPlace(z *zip.Reader) ([]*zip.File, error) {
	at := make(map[*zip.File]int64, len(z.File))
	for _, f := range z.File {
		offset, err := f.DataOffset()
		if err != nil {
			return nil, fmt.Errorf("the member %q is not where it should be: %w", f.Name, err)
		}
		at[f] = offset
	}
	files := slices.Clone(z.File)
	slices.SortStableFunc(files, func(a, b *zip.File) int { return cmp.Compare(at[a], at[b]) })
	return files, nil
}

// walk goes through an archive record by record.
type walk struct {
	in   io.ReaderAt
	at   int64
	lost bool // a record was not where it should be, which is at
}

func (w *walk) gap() error {
	return fmt.Errorf("its members do not follow on one another from its first byte to its last: byte %d belongs to none; "+
		"it lost a piece, or another file stands before, in or behind it", w.at+1)
}

// member goes behind a member, which begins here.
func (w *walk) member(f *zip.File, last bool) error {
	r := w.record(memberRecord, memberSize)
	if w.lost {
		return w.gap()
	}
	body := w.at + memberSize + r.size16(26) + r.size16(28)
	if data, err := f.DataOffset(); err != nil || data != body {
		return w.gap()
	}
	name := make([]byte, r.size16(26))
	if _, err := w.in.ReadAt(name, w.at+memberSize); err != nil {
		return err
	}
	described := r.uint16(6)&describedFlag != 0
	if string(name) != f.Name || r.uint16(8) != f.Method || !described &&
		(r.uint32(14) != f.CRC32 || !r.says(18, f.CompressedSize64) || !r.says(22, f.UncompressedSize64)) {
		return fmt.Errorf("it tells of the member %q in two places, and not the same", f.Name)
	}
	w.at = body + int64(f.CompressedSize64)
	next := uint32(memberRecord)
	if last {
		next = listedRecord
	}
	if !described && f.Flags&describedFlag == 0 {
		return nil
	}
	// The sums behind a member have no signature that must be there, and sizes of
	// four bytes or eight.
	for _, n := range []int64{12, 16, 20, 24} {
		behind := walk{in: w.in, at: w.at + n}
		if behind.peek(4).is(next) {
			w.at = behind.at
			return nil
		}
	}
	return w.gap()
}

// record gives the n bytes of a record that must be here.
func (w *walk) record(signature uint32, n int) record {
	if w.lost {
		return make(record, n)
	}
	r := w.peek(n)
	if !r.is(signature) {
		w.lost = true
		return make(record, n)
	}
	return r
}

// peek gives the next n bytes, nil where there are fewer.
func (w *walk) peek(n int) record {
	r := make(record, n)
	if got, _ := w.in.ReadAt(r, w.at); got < n {
		return nil
	}
	return r
}

// record is the bytes of one. Numbers are little endian.
type record []byte

func (r record) is(signature uint32) bool { return r != nil && r.uint32(0) == signature }

func (r record) uint16(at int) uint16 { return binary.LittleEndian.Uint16(r[at:]) }
func (r record) uint32(at int) uint32 { return binary.LittleEndian.Uint32(r[at:]) }
func (r record) uint64(at int) uint64 { return binary.LittleEndian.Uint64(r[at:]) }
func (r record) size16(at int) int64  { return int64(r.uint16(at)) }

// says tells whether the size here is n, or stands elsewhere.
func (r record) says(at int, n uint64) bool {
	return r.uint32(at) == math.MaxUint32 || uint64(r.uint32(at)) == n
}

// summed reads a member whose list has no sum for it, which archive/zip does
// not look at then: only an empty member's sum is 0.
type summed struct {
	io.ReadCloser
	sum hash.Hash32
}

func newSummed(in io.ReadCloser) summed { return summed{in, crc32.NewIEEE()} }

// Read passes on what the member gives.
func (s summed) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	s.sum.Write(p[:n]) // never returns an error
	if err == io.EOF && s.sum.Sum32() != 0 {
		err = zip.ErrChecksum
	}
	return n, err
}
