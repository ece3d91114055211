package cli

import (
	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine/schema"
)

func (c *command) jsonSchemaCommand() *cli.Command {
	return &cli.Command{Name: "json-schema", Usage: "print the JSON Schema of spec files, for editors", HideHelpCommand: true,
		Description: "pipe json-schema > pipe.schema.json",
		Action: func(ctx *cli.Context) error {
			if ctx.NArg() > 0 {
				return &usageError{"pipe json-schema takes no argument " + ctx.Args().First(), "it prints to standard output"}
			}
			text, err := schema.JSON()
			if err != nil {
				return err
			}
			_, err = c.stdout.Write(text)
			return err
		}}
}
