package source

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"sync/atomic"
)

// Info identifies the bytes of a file.
type Info struct {
	Path string
	// File is Path, or of a member of an archive the archive's, and Member is the
	// member's name in it; empty where there is none.
	File, Member string
	SHA256       string // hex, of the file, or of the unpacked bytes of a member
	Bytes        int64
}

// intake reads a stream to its end, once: it counts and hashes in passing. The
// hash costs a fifth of reading a file; a goroutine of its own for it gained
// little where two tables are read at a time, as a run does.
type intake struct {
	in    *stream
	hash  hash.Hash
	count atomic.Int64 // read by whoever shows progress
	sum   string       // set at the proper end
}

func newIntake(in *stream) *intake { return &intake{in: in, hash: sha256.New()} }

// Read passes on what the stream gives. At its end it checks
// that the file is the one that was opened.
func (t *intake) Read(p []byte) (int, error) {
	n, err := t.in.Read(p)
	t.hash.Write(p[:n]) // never returns an error
	read := t.count.Add(int64(n))
	if t.in.fixed && (read > t.in.size || err == io.EOF && read != t.in.size) {
		return n, fmt.Errorf("%w: it had %d bytes and gave %d", ErrChanged, t.in.size, read)
	}
	if err != io.EOF {
		return n, err
	}
	if t.in.same != nil {
		if err := t.in.same(); err != nil {
			return n, err
		}
	}
	t.sum = hex.EncodeToString(t.hash.Sum(nil))
	return n, err
}
