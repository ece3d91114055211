package work_test

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/streamflow/pipe/engine/work"
)

// caught is what a panic of do is to its caller.
func caught(do func()) (err error) {
	defer func() { err = work.Recovered(recover()) }()
	do()
	return nil
}

// Each does everything once, and comes back when it is done.
func TestEachDoesEverything(t *testing.T) {
	done := make([]atomic.Int64, 1000)
	work.Each(len(done), func(i int) { done[i].Add(1) })
	for i := range done {
		if n := done[i].Load(); n != 1 {
			t.Fatalf("%d was done %d times", i, n)
		}
	}
	work.Each(0, func(int) { t.Error("there is nothing to do") })
}

// A panic in one of the goroutines is a panic of the one who waits for them, and
// says where it came from.
func TestAPanicIsOfTheOneWhoWaits(t *testing.T) {
	var none []string
	err := caught(func() {
		work.Each(8, func(i int) {
			if i == 5 {
				_ = none[i]
			}
		})
	})
	fault, ok := errors.AsType[*work.Fault](err)
	want := regexp.MustCompile(`^this is a fault of pipe itself, at work_test\.go:\d+: runtime error: index out of range \[5\] with length 0; please report it$`)
	if !ok || !want.MatchString(fault.Error()) {
		t.Errorf("it is told as: %v", err)
	}
}

// What nobody waits for hands its panic over.
func TestAPanicIsHandedOver(t *testing.T) {
	told := make(chan error)
	work.Go(func() { panic("out of cheese") }, func(err error) { told <- err })
	if err := <-told; !strings.Contains(err.Error(), "at work_test.go:") || !strings.Contains(err.Error(), "out of cheese") {
		t.Errorf("it is told as: %v", err)
	}
	fine := make(chan bool)
	work.Go(func() { fine <- true }, func(err error) { t.Error(err) })
	<-fine
}

// A program whose work panics says so in one sentence: no goroutine, no stack.
func TestNoStackTrace(t *testing.T) {
	if os.Getenv("PIPE_TEST_PANIC") != "" {
		var broken *work.Fault
		if err := caught(func() { work.Each(3, func(int) { _ = broken.At }) }); err != nil {
			_, _ = os.Stderr.WriteString(err.Error())
			os.Exit(3)
		}
		os.Exit(0)
	}
	program := exec.Command(os.Args[0], "-test.run=^TestNoStackTrace$")
	program.Env = append(os.Environ(), "PIPE_TEST_PANIC=1")
	said, err := program.CombinedOutput()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != 3 || strings.Contains(string(said), "goroutine ") || strings.Contains(string(said), "\n") {
		t.Errorf("it ended with %v and said %s", err, said)
	}
}
