package run

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// spoolMemory is how much of a spool is held in memory, in bytes.
const spoolMemory = 256 << 10

// spool is a list of byte strings that may be longer than memory: beyond
// spoolMemory it goes to a temporary file, readable by nobody else, that leaves
// no name behind where the system can do without one.
type spool struct {
	tail    []byte // what the file does not hold yet
	file    *os.File
	named   bool // the system keeps the name of an open file
	flushed int64
}

// add appends one item.
func (s *spool) add(item []byte) error {
	s.tail = binary.AppendUvarint(s.tail, uint64(len(item)))
	s.tail = append(s.tail, item...)
	if len(s.tail) < spoolMemory {
		return nil
	}
	if s.file == nil {
		file, err := os.CreateTemp("", "pipe-rejects-*")
		if err != nil {
			return spoolError(err)
		}
		s.file, s.named = file, os.Remove(file.Name()) != nil
	}
	if _, err := s.file.WriteAt(s.tail, s.flushed); err != nil {
		return spoolError(err)
	}
	s.flushed += int64(len(s.tail))
	s.tail = s.tail[:0]
	return nil
}

func spoolError(err error) error {
	return &Error{Code: "temporary_folder", Exit: 3, Message: "keeping bad rows: " + err.Error(),
		Hint: "make room in the folder for temporary files, let the user that runs pipe write there, or name another by the environment's TMPDIR"}
}

// size is a place to cut back to.
func (s *spool) size() int64 { return s.flushed + int64(len(s.tail)) }

// cut forgets what was added since the spool had this size.
func (s *spool) cut(size int64) {
	if size >= s.flushed {
		s.tail = s.tail[:size-s.flushed]
		return
	}
	// What the file holds beyond is written over.
	s.flushed, s.tail = size, s.tail[:0]
}

// each hands over every item, in order; its bytes are valid until the next.
func (s *spool) each(do func(item []byte) error) error {
	var all io.Reader = bytes.NewReader(s.tail)
	if s.flushed > 0 {
		all = io.MultiReader(io.NewSectionReader(s.file, 0, s.flushed), all)
	}
	in := bufio.NewReaderSize(all, 64<<10)
	var item []byte
	for {
		n, err := binary.ReadUvarint(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			if uint64(cap(item)) < n {
				item = make([]byte, n)
			}
			item = item[:n]
			_, err = io.ReadFull(in, item)
		}
		if err != nil {
			return fmt.Errorf("reading the bad rows that were kept: %w", err)
		}
		if err := do(item); err != nil {
			return err
		}
	}
}

// close gives the temporary file back.
func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if s.named {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	s.file = nil
	return err
}
