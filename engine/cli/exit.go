package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/report"
	"github.com/streamflow/pipe/engine/run"
	"github.com/streamflow/pipe/engine/vars"
	"github.com/streamflow/pipe/engine/work"
)

// The exit codes of the contract.
const (
	exitDone        = 0
	exitData        = 1 // your data or your spec has a problem
	exitUsage       = 2 // called wrongly
	exitOutside     = 3 // could not do it
	exitRefused     = 4 // refused by a guard
	exitInterrupted = 130
	exitTerminated  = 143
)

// usageError says that pipe was called wrongly.
type usageError struct{ message, hint string }

func (e *usageError) Error() string {
	if e.hint == "" {
		return e.message
	}
	return e.message + "; " + e.hint
}

// exitError ends the program with a code, everything told already.
type exitError struct{ code int }

func (e *exitError) Error() string { return fmt.Sprintf("exit %d", e.code) }

// noDatabase says that there is nothing to look at yet.
type noDatabase struct{ where string }

func (e *noDatabase) Error() string { return fmt.Sprintf("there is no database %s", e.where) }

// fail tells what went wrong and gives the exit code.
func (c *command) fail(err error) int {
	var done *exitError
	var usage *usageError
	var asked *engine.UsageError
	var varUsage *vars.UsageError
	var fault *database.Fault
	var nothing *noDatabase
	var newer *engine.NewerRecordsError
	var foreign *engine.ForeignRecordsError
	var own *work.Fault
	switch {
	case errors.As(err, &done):
		return done.code
	case errors.As(err, &own), errors.As(context.Cause(c.ctx), &own):
		c.tell(own.Error(), "say with it what was typed, what pipe version says and, where they may be shown, the files")
		return exitOutside
	case c.ctx.Err() != nil:
		c.tell("interrupted before anything was changed", "")
		if c.terminated {
			return exitTerminated
		}
		return exitInterrupted
	case errors.As(err, &usage):
		c.tell(usage.message, usage.hint)
		return exitUsage
	case errors.As(err, &asked):
		c.tell(asked.Message, asked.Hint)
		return exitUsage
	case errors.As(err, &varUsage):
		c.tell(varUsage.Message, varUsage.Hint)
		return exitUsage
	case errors.As(err, &foreign):
		c.tell(foreign.Error(), foreign.Hint())
		return exitOutside
	case errors.As(err, &newer):
		c.tell(newer.Error(), newer.Hint())
		return exitRefused
	case errors.As(err, &nothing):
		c.tell(nothing.Error(), "nothing was loaded into it yet; pipe run makes it")
		return exitOutside
	case errors.As(err, &fault):
		hint := "is the server running, and does the target's host, port, user and database name it?"
		if fault.State != "" && !fault.Transient {
			hint = ""
		}
		c.tellLines(fault.Error(), hint)
		if fault.Data {
			return exitData
		}
		return exitOutside
	}
	if _, ok := diag.AsList(err); ok {
		c.tellLines(err.Error(), "")
		return exitData
	}
	hint := ""
	if errors.Is(err, fs.ErrNotExist) {
		hint = "look at the path, and at -C if the project lies elsewhere"
	}
	c.tellLines(lines(err), hint)
	return exitOutside
}

// lines gives an error on one line, and each of joined ones on its own: a name
// in it begins no other.
func lines(err error) string {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var plain, shown []string
		for _, one := range joined.Unwrap() {
			plain, shown = append(plain, one.Error()), append(shown, lines(one))
		}
		if strings.Join(plain, "\n") == err.Error() {
			return strings.Join(shown, "\n")
		}
	}
	return diag.Printable(err.Error())
}

// tell writes one message to standard error: what happened, on one line whatever
// names are in it, and what to do.
func (c *command) tell(message, hint string) { c.tellLines(diag.Printable(message), hint) }

// tellLines is tell of a message that has lines of its own.
func (c *command) tellLines(message, hint string) {
	// Where standard error is gone, the exit code still tells.
	_ = report.PrintError(c.stderr, run.Error{Message: withoutUserinfo(message), Hint: withoutUserinfo(hint)}, c.text(c.stderr))
}

var (
	inURL     = regexp.MustCompile(`[^\s"']+:[^\s"]*@`)
	inSetting = regexp.MustCompile(`(?i)(password=)('[^']*'|[^\s&"]+)`)
)

// withoutUserinfo takes the users and passwords of URLs out of a message about
// an argument that was given in the wrong place, or misspelt.
func withoutUserinfo(message string) string {
	return inSetting.ReplaceAllString(inURL.ReplaceAllString(message, "***@"), "${1}***")
}

// diagnose prints findings with their source lines, as wide as the terminal,
// or in 80 columns where there is none.
func (c *command) diagnose(w io.Writer, list diag.List, source func(string) (string, bool)) error {
	return diag.FprintWidth(w, list, source, width(w))
}
