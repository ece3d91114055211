package cli_test

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/streamflow/pipe/engine/cli"
	"github.com/streamflow/pipe/engine/internal/script"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"pipe": func() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// What a user types and sees.
func TestScripts(t *testing.T) { script.Run(t, "testdata/script", "sqlite") }
