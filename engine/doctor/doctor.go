package doctor

import (
	"context"
	"io/fs"
	"os"
	"strings"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/spec"
)

// State is how a thing stands.
type State string

// The states. A check that could not be made is Skipped, never OK.
const (
	OK      State = "OK"
	Warn    State = "WARN"
	Fail    State = "FAIL"
	Skipped State = "--"
)

// Finding is what was found of one thing.
type Finding struct {
	State State
	// What names the thing in a word or two.
	What string
	// Says is what was found, a sentence or the essence of one.
	Says string
	// Cure says what to do, or is empty. It may have several lines.
	Cure string
}

// Examination is everything that was found, in the order in which a run meets
// it.
type Examination struct {
	Entry    string // the entry's path; empty when there is none
	Target   string // the target's name; empty when it is not known or is a URL
	Findings []Finding
}

// Count tells how many findings are of a state.
func (e *Examination) Count(s State) int {
	n := 0
	for _, f := range e.Findings {
		if f.State == s {
			n++
		}
	}
	return n
}

// add notes a finding. The user's home folder is nobody's business.
func (e *Examination) add(s State, what, says, cure string) {
	if home, err := os.UserHomeDir(); err == nil && len(home) > 1 {
		says, cure = strings.ReplaceAll(says, home, "~"), strings.ReplaceAll(cure, home, "~")
	}
	e.Findings = append(e.Findings, Finding{s, what, says, cure})
}

// Request says what to look at.
type Request struct {
	// Project is the project directory, which is the working directory too.
	Project fs.FS
	// Spec is the entry's path inside it; empty when there is none, and then
	// NoSpec says why.
	Spec   string
	NoSpec error
	Vars   map[string]string
	Target string // as in engine.Request
	Env    func(string) string
	Dotenv Dotenv
	// Host is this machine's name, by which a killed holder of a lock is known.
	Host string
	// Reports is the folder that runs write their reports to.
	Reports string
}

// Dotenv is what became of the file .env.
type Dotenv struct {
	Found     bool
	Variables int
	Err       error // it could not be read; the message holds nothing of it
}

// examiner holds what the checks learn from each other.
type examiner struct {
	Request
	*Examination
	spec   *spec.Spec
	broken bool // the spec has errors
	// lacking are the vars without a value: required and not given, and those
	// whose defaults need them. Examples stand in for them in plan.
	lacking map[string]bool
	plan    *plan.Plan // nil when there is none
	target  database.Target
	known   bool // target is
}

// Examine makes every check that can be made.
func Examine(ctx context.Context, r Request) *Examination {
	x := &examiner{Request: r, Examination: &Examination{Entry: r.Spec}}
	x.dotenv()
	x.readSpec()
	x.resolveTarget()
	x.compile()
	x.sources(ctx)
	x.targetState(ctx)
	x.disk()
	return x.Examination
}
