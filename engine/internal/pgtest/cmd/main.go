// Command cmd runs a command on one private PostgreSQL cluster, so that all
// test packages of one `go test ./...` share it:
//
//	go run ./engine/internal/pgtest/cmd go test ./...
//
// A server that PIPE_TEST_POSTGRES already names is used instead. With
// -binaries it prints where PostgreSQL's programs are, or fails.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/streamflow/pipe/engine/internal/pgtest"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: go run ./engine/internal/pgtest/cmd COMMAND [ARGUMENT]...")
		os.Exit(2)
	}
	if args[0] == "-binaries" {
		folder, err := pgtest.Binaries()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(folder)
		return
	}
	code, err := run(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// run gives the command's own exit code.
func run(args []string) (code int, err error) {
	if os.Getenv(pgtest.ServerVariable) == "" {
		c, startErr := pgtest.Start()
		if startErr != nil {
			return 0, startErr
		}
		defer func() { err = errors.Join(err, c.Stop()) }()
		if err := os.Setenv(pgtest.ServerVariable, c.URL); err != nil {
			return 0, err
		}
	}
	// A Ctrl-C reaches the command by itself; this process stays to clean up.
	interrupts := make(chan os.Signal, 4)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	go func() {
		for s := range interrupts {
			if s == syscall.SIGTERM {
				// An error means that it has ended already.
				_ = cmd.Process.Signal(s)
			}
		}
	}()
	err = cmd.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return max(1, exit.ExitCode()), nil
	}
	return 0, err
}
