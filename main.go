// Command pipe runs declarative pipelines: it loads files into tables, checks
// them and takes snapshots, all of it as YAML specs say.
package main

import (
	"os"

	"github.com/streamflow/pipe/engine/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
