package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/streamflow/pipe/engine/work"
)

// openFile opens a file that is no archive, or a pipe or a device by its name.
func openFile(ctx context.Context, path string, open opener) (*stream, error) {
	f, err := await(ctx, path, open)
	if err != nil {
		return nil, openError(path, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reading %s: %w", path, err), f.Close())
	}
	if info.IsDir() {
		return nil, errors.Join(directoryError(path), f.Close())
	}
	if !info.Mode().IsRegular() {
		// Nobody knows when a pipe gives more: a Read that waits is ended.
		stop := context.AfterFunc(ctx, func() {
			// What takes no deadline, as some devices, does not wait for long.
			_ = f.SetReadDeadline(time.Unix(1, 0))
		})
		return &stream{Reader: f, once: true, close: func() error { stop(); return f.Close() }}, nil
	}
	same := func() error { return unchanged(f, info) }
	return &stream{Reader: f, size: info.Size(), fixed: true, same: same, close: f.Close}, nil
}

// unchanged fails when a file was written to since it was as info has it.
func unchanged(f *os.File, info fs.FileInfo) error {
	now, err := f.Stat()
	if err == nil && !now.ModTime().Equal(info.ModTime()) {
		err = fmt.Errorf("%w: it was written to at %s", ErrChanged, now.ModTime().UTC().Format("15:04:05.000 UTC"))
	}
	return err
}

// await opens a file. Of a named pipe that nobody has opened to write, the
// system does not come back: then ctx ends it.
func await(ctx context.Context, path string, open opener) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		return open(path)
	}
	type opened struct {
		file *os.File
		err  error
	}
	done := make(chan opened, 1)
	work.Go(func() {
		f, err := open(path)
		done <- opened{f, err}
	}, func(fault error) { done <- opened{nil, fault} })
	select {
	case o := <-done:
		return o.file, o.err
	case <-ctx.Done():
	}
	work.Go(func() {
		// A writer that comes and goes ends the waiting.
		if w, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
			_ = w.Close()
		}
		if o := <-done; o.err == nil {
			_ = o.file.Close()
		}
	}, func(error) { /* the run is told why it ended, and waits for nothing here */ })
	return nil, context.Cause(ctx)
}

// attentive reads until ctx ends.
type attentive struct {
	ctx context.Context
	in  io.Reader
}

// Read passes on what the stream gives.
func (a attentive) Read(p []byte) (int, error) {
	if a.ctx.Err() != nil {
		return 0, context.Cause(a.ctx)
	}
	n, err := a.in.Read(p)
	if errors.Is(err, os.ErrDeadlineExceeded) && a.ctx.Err() != nil {
		err = context.Cause(a.ctx)
	}
	return n, err
}
