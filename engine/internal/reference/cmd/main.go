// Command cmd writes docs/expectations.md from the catalogue of expectations:
//
//	go run ./engine/internal/reference/cmd
//
// It runs in the project directory.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/streamflow/pipe/engine/internal/reference"
)

func main() {
	page, err := reference.Generate(context.Background())
	if err == nil {
		err = os.WriteFile(reference.Path, page, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}
