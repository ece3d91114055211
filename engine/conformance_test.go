package engine_test

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

// Whole pipelines, typed as a user types them, on every database against one
// set of wanted tables.
func TestConformanceOnSQLite(t *testing.T)   { script.Run(t, "testdata/conformance", "sqlite") }
func TestConformanceOnPostgres(t *testing.T) { script.Run(t, "testdata/conformance", "postgres") }
