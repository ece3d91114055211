// Command cmd writes reports/rapport_tp2.md from real runs of both shipped
// months on PostgreSQL, or with -check says where the one that is there
// differs:
//
//	go run ./engine/internal/rapport/cmd [-check]
//
// It runs in the project directory, on the server that PIPE_TEST_POSTGRES
// names or on a private one.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"

	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/internal/rapport"
)

func main() {
	args := os.Args[1:]
	check := slices.Equal(args, []string{"-check"})
	if len(args) > 0 && !check {
		fmt.Fprintln(os.Stderr, "usage: go run ./engine/internal/rapport/cmd [-check]")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	text, err := generate(ctx)
	stop()
	if err == nil {
		if check {
			err = compare(text)
		} else if err = os.MkdirAll(filepath.Dir(rapport.Path), 0o755); err == nil {
			err = os.WriteFile(rapport.Path, text, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rapport:", err)
		os.Exit(1)
	}
}

func compare(want []byte) error {
	have, err := os.ReadFile(rapport.Path)
	if err != nil {
		return err
	}
	if difference := rapport.Difference(have, want); difference != "" {
		return fmt.Errorf("%s is not current; make rapport writes it again\n%s", rapport.Path, difference)
	}
	return nil
}

// generate makes a database of its own and drops it.
func generate(ctx context.Context) (text []byte, err error) {
	server := os.Getenv(pgtest.ServerVariable)
	if server == "" {
		cluster, starting := pgtest.Start()
		if starting != nil {
			return nil, starting
		}
		defer func() { err = errors.Join(err, cluster.Stop()) }()
		server = cluster.URL
	}
	database, drop, err := pgtest.Create(server)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, drop()) }()
	return rapport.Generate(ctx, database)
}
