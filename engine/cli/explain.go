package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/explain"
)

func (c *command) explainCommand() *cli.Command {
	return &cli.Command{Name: "explain", Usage: "say what the code of a finding, a bad row or a failed run means", ArgsUsage: "CODE", HideHelpCommand: true,
		Description: "pipe explain unknown-key\npipe explain bad_date",
		Action: func(ctx *cli.Context) error {
			if ctx.NArg() != 1 {
				return &usageError{"pipe explain needs one CODE", "a code stands in brackets behind each finding, as in [unknown-key]"}
			}
			code := strings.Trim(ctx.Args().First(), "[]")
			topic, ok := explain.Lookup(code)
			if !ok {
				var codes []string
				for _, t := range explain.Topics() {
					codes = append(codes, t.Code)
				}
				hint := diag.DidYouMean(code, codes)
				if hint == "" {
					hint = "docs/codes.md lists them all"
				}
				return &usageError{fmt.Sprintf("there is no code %q", code), hint}
			}
			_, err := io.WriteString(c.stdout, topic.Text())
			return err
		}}
}
