package run

import "time"

// EventKind is the kind of an Event.
type EventKind string

// The kinds of events.
const (
	StepStarted  EventKind = "step_started"
	StepFinished EventKind = "step_finished" // of a load: Rows and Bytes are its totals
	Skipping     EventKind = "skipping"      // a step that will not run: Message says what it needed
	Loading      EventKind = "loading"       // Rows and Bytes so far, of Size bytes
	Waiting      EventKind = "waiting"       // for a lock, again and again: Message names the holder, Elapsed and Most tell how long
	Retrying     EventKind = "retrying"      // Attempt is the one that begins, Err the fault that made it
	Note         EventKind = "note"          // something that people should know now
)

// Event is something that happened while a run is under way. Events are for
// whoever watches; everything that must be kept is in the Result. They come
// from several goroutines at once.
type Event struct {
	Kind    EventKind
	Step    string // the step's ID; empty when it is about the run as a whole
	Table   string // the table or snapshot of the step; empty when none
	Message string
	Rows    int64
	Bytes   int64
	Size    int64 // bytes expected; 0 when not known
	Attempt int   // from 1
	Err     error // why a step failed or is tried again; nil otherwise
	Elapsed time.Duration
	Most    time.Duration // that is waited
}
