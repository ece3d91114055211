package expectation

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/streamflow/pipe/engine/spec"
)

var columnValuesToMatchJSONSchema = Kind{
	Name:      "expect_column_values_to_match_json_schema",
	Doc:       "Every text of the column is a JSON document that a JSON Schema allows.",
	Params:    []Param{columnParam, {Name: "json_schema", Type: ParamMapping, Required: true, Doc: "The schema."}},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"The schema is of draft 2020-12, or of the one that its $schema names: 4, 6, 7 or 2019-09. It stands by itself: a $ref leads into the schema or to a draft, never to a file or over the network.",
		"format is asserted by drafts 4, 6 and 7 and a remark in the later ones, as the drafts have it; Great Expectations never asserts it. A pattern is a regular expression in RE2's syntax.",
		"A text that is no JSON at all gives the question no sense: the expectation cannot be evaluated then, and fails whatever mostly allows, as in Great Expectations. expect_column_values_to_be_json_parseable counts such texts.",
		"NULL is missing. The values are looked at by pipe itself, each different one once.",
	},
	Example: `{column: contents, json_schema: {type: object, required: [items]}}`,
	compile: func(c *call) {
		column, _, ok := c.textColumn("only text is JSON")
		n := c.e.Args.Get("json_schema")
		if !ok || n == nil {
			return
		}
		if n.Kind != spec.NodeMap && n.Kind != spec.NodeBool {
			c.wrongType(n, "json_schema", "a mapping: a JSON Schema")
			return
		}
		text, err := json.Marshal(n.JSON())
		if err == nil {
			_, err = jsonSchemaTest(string(text))
		}
		if err != nil {
			var fault *schemaError
			if at := n; errors.As(err, &fault) {
				for _, step := range fault.at {
					at = inside(at, step)
				}
				n = at
			}
			c.list.Add(n.Pos, "json-schema", "json_schema is no JSON Schema: %s", err).Width(len([]rune(n.Text.V))).
				Suggest("json-schema.org tells what one may hold")
			return
		}
		c.testValues(column, Test{"json_schema", string(text)}, column.Name+" does not match the JSON Schema")
	},
}

// schemaURL is what errors call the schema.
const schemaURL = "schema:///json_schema"

// noLoader keeps a schema from reading files or the network.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("a $ref leads to %s, and only what the schema holds itself is read", url)
}

func jsonSchemaTest(schema string) (Asker, error) {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(noLoader{})
	if err := compiler.AddResource(schemaURL, document); err != nil {
		return nil, err
	}
	compiled, err := compiler.Compile(schemaURL)
	if err != nil {
		return nil, schemaFault(err)
	}
	return func(value string) (bool, error) {
		instance, err := jsonschema.UnmarshalJSON(strings.NewReader(value))
		if err != nil {
			return false, fmt.Errorf("a value is not JSON, so that no schema can be asked of it: %s", shortened(value))
		}
		err = compiled.Validate(instance)
		var invalid *jsonschema.ValidationError
		if err != nil && !errors.As(err, &invalid) {
			return false, fmt.Errorf("asking the schema of %s: %w", shortened(value), err)
		}
		return err == nil, nil
	}, nil
}

// schemaFault tells the innermost reason for which a schema is none, on one
// line.
func schemaFault(err error) error {
	var invalid *jsonschema.SchemaValidationError
	var at []string
	if errors.As(err, &invalid) {
		var inner *jsonschema.ValidationError
		if errors.As(invalid.Err, &inner) {
			for len(inner.Causes) > 0 {
				inner = inner.Causes[0]
			}
			err, at = inner, inner.InstanceLocation
		}
	}
	text := strings.ReplaceAll(err.Error(), schemaURL+"#", "")
	return &schemaError{strings.Join(strings.Fields(text), " "), at}
}

// schemaError says why a schema is none, and by which keys and numbers of items
// one gets there.
type schemaError struct {
	text string
	at   []string
}

// Error gives the reason.
func (e *schemaError) Error() string { return e.text }

// inside is what stands in a node under a key or an item's number; the node
// itself when there is no such thing.
func inside(n *spec.Node, step string) *spec.Node {
	if under := n.Get(step); under != nil {
		return under
	}
	if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Items) {
		return n.Items[i]
	}
	return n
}

// shortened quotes the start of a value.
func shortened(value string) string {
	if runes := []rune(value); len(runes) > 60 {
		return strconv.Quote(string(runes[:60])) + " and so on"
	}
	return strconv.Quote(value)
}
