package run

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/source"
)

// isRegular tells a file that reading leaves as it is, which a pipe is not.
func isRegular(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular()
}

// openSource opens a table's file. A pipe is opened once: what a first reading
// took of it before its connection was lost, a second one would miss, and a file
// without a header would load as if that were all.
func (x *execution) openSource(ctx context.Context, step *plan.Step, l plan.Load) (*source.Reader, error) {
	x.mu.Lock()
	drained := x.drained[l.Name]
	x.mu.Unlock()
	if drained {
		return nil, &Error{Code: "source_unreadable", Step: step.ID, At: l.Source, Exit: 3,
			Message: fmt.Sprintf("%s cannot be read again: it is no regular file, and loading it failed half way", l.Source),
			Hint:    "run again, with something that writes to it"}
	}
	reader, err := source.Open(ctx, l.Source, source.Options{
		Delimiter: l.Table.Source.Delimiter.V, Quote: l.Table.Source.Quote.V, Encoding: l.Table.Source.Encoding.V,
		Header: l.Table.Source.Header.V, Columns: len(l.Columns), Inside: l.Inside,
	})
	if ctx.Err() != nil && err != nil {
		return nil, fmt.Errorf("loading %s: %w", l.Source, err)
	}
	if err != nil {
		return nil, x.openError(step, l, err)
	}
	if !x.sameArchive(reader) {
		return nil, errors.Join(&Error{Code: "source_changed", Step: step.ID, At: l.Source, Exit: 3,
			Message: fmt.Sprintf("%s was replaced while the run read it, and its members would be of two archives", reader.Info().File),
			Hint:    "run again when nothing writes to the file"}, reader.Close())
	}
	if reader.Once() {
		x.mu.Lock()
		x.drained[l.Name] = true
		x.mu.Unlock()
	}
	return reader, nil
}

// sameArchive tells whether the archive that a member is read from is the one
// that the run read members from before.
func (x *execution) sameArchive(reader *source.Reader) bool {
	now := reader.Archive()
	if now == nil {
		return true
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	path := reader.Info().File
	before, known := x.archives[path]
	if !known {
		x.archives[path] = now
	}
	return !known || os.SameFile(before, now) && before.ModTime().Equal(now.ModTime()) && before.Size() == now.Size()
}
