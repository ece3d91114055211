package work

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// Fault is a panic, which is a fault of the program's own, as an error: where it
// happened, and no trace of the stack, which helps no user and may show what
// nobody should see.
type Fault struct {
	Value any
	At    string // file.go:12 of the program
}

// Error says whose fault it is.
func (f *Fault) Error() string {
	return fmt.Sprintf("this is a fault of pipe itself, at %s: %v; please report it", f.At, f.Value)
}

// Recovered makes the value of recover a *Fault, and of nil nothing. A Fault that
// was passed on by a panic stays as it is. It is called by the deferred function
// itself.
func Recovered(value any) error {
	if value == nil {
		return nil
	}
	if f, ok := value.(*Fault); ok {
		return f
	}
	f := &Fault{Value: value, At: "an unknown place"}
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	panicked := false
	for {
		frame, more := frames.Next()
		switch {
		case strings.HasPrefix(frame.Function, "runtime."):
			panicked = panicked || frame.Function == "runtime.gopanic"
		case panicked:
			f.At = fmt.Sprintf("%s:%d", filepath.Base(frame.File), frame.Line)
			return f
		}
		if !more {
			return f
		}
	}
}
