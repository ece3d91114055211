package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/spec"
)

// node is a JSON Schema, or a part of one.
type node map[string]any

// JSON is the schema of entries and fragments, of draft 7, which editors know
// best. The same program gives the same bytes.
func JSON() ([]byte, error) {
	definitions := node{"expectation": expectations()}
	for name, o := range spec.Format() {
		if name != "expectation" {
			definition := object(o)
			narrow(name, definition)
			definitions[name] = definition
		}
	}
	root := node{
		"$schema":     "http://json-schema.org/draft-07/schema#",
		"title":       "A spec of pipe",
		"description": "An entry, which has a version and can be run, or a fragment, which an entry includes.",
		"type":        "object",
		"if":          node{"required": []string{"version"}},
		"then":        ref("entry"),
		"else":        ref("fragment"),
		"definitions": definitions,
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		return nil, fmt.Errorf("write the JSON Schema: %w", err)
	}
	return b.Bytes(), nil
}

func ref(name string) node { return node{"$ref": "#/definitions/" + name} }

func list(items node) node { return node{"type": "array", "items": items} }

// scalar is what may stand where a text is wanted: YAML makes numbers and
// booleans of unquoted words, and the reader takes them as written.
func scalar() node { return node{"type": []string{"string", "number", "boolean"}} }

func object(o spec.Object) node {
	properties := node{}
	for _, k := range o.Keys {
		n := shape(k)
		n["description"] = k.Doc
		properties[k.Name] = n
	}
	n := node{"type": "object", "title": o.Name, "additionalProperties": false, "properties": properties}
	if len(o.Required) > 0 {
		n["required"] = o.Required
	}
	return n
}

func shape(k spec.Key) node {
	switch k.Shape {
	case spec.Word:
		return node{"enum": k.Words}
	case spec.Bool:
		return node{"type": "boolean"}
	case spec.Whole:
		return node{"type": "integer"}
	case spec.Fraction:
		return node{"type": "number", "exclusiveMinimum": 0, "maximum": 1}
	case spec.Lines, spec.CellWords:
		items := scalar()
		if k.Shape == spec.CellWords {
			items["type"] = []string{"string", "number", "boolean", "null"}
		}
		out := list(items)
		if k.Shape == spec.Lines {
			out["minItems"] = 1
		}
		return out
	case spec.LineOrLines:
		lines := list(scalar())
		lines["minItems"] = 1
		return node{"anyOf": []node{scalar(), lines}}
	case spec.Named:
		return node{"type": "object", "additionalProperties": ref(k.Of)}
	case spec.NamedLine:
		return node{"type": "object", "additionalProperties": node{"anyOf": []node{ref(k.Of), word(k.Of)}}}
	case spec.Objects:
		return list(ref(k.Of))
	case spec.ObjectOr:
		return node{"anyOf": []node{scalar(), ref(k.Of)}}
	case spec.Rows:
		return list(node{"type": "object"})
	case spec.TypeName:
		return columnType()
	case spec.Numbers:
		return list(node{"type": "integer", "minimum": 0})
	}
	return scalar()
}

// word is the short form of an object, which is its type: words that an editor
// can complete, and for columns numeric(10,2) too.
func word(of string) node {
	for _, k := range spec.Format()[of].Keys {
		if k.Name == "type" && k.Shape == spec.Word {
			return shape(k)
		}
	}
	return columnType()
}

func columnType() node {
	return node{"anyOf": []node{{"enum": spec.ColumnTypes()}, {"type": "string", "pattern": `^numeric\( *[0-9]+ *(, *[0-9]+ *)?\)$`}}}
}

// expectations is an expectation: its own keys and one Great Expectations name.
func expectations() node {
	n := object(spec.Format()["expectation"])
	properties, ok := n["properties"].(node)
	if !ok {
		return n
	}
	for _, k := range expectation.Catalogue {
		if strings.Contains(k.Name, "_") {
			properties[k.Name] = kind(k)
		}
	}
	narrow("expectation", n)
	return n
}

func kind(k *expectation.Kind) node {
	properties, required := node{}, []string{}
	for _, p := range k.Params {
		n := argument(p)
		n["description"] = p.Doc
		if p.Default != "" {
			n["description"] = p.Doc + " Default: " + p.Default + "."
		}
		properties[p.Name] = n
		if p.Required {
			required = append(required, p.Name)
		}
	}
	if k.Mostly {
		properties["mostly"] = node{"type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "The share of rows that must be as expected (1)."}
	}
	if k.Condition {
		properties["row_condition"] = node{"type": []string{"string", "null"}, "description": `The rows to look at, as col("name") == "x"; where: says more.`}
		properties["condition_parser"] = node{"type": []string{"string", "null"}, "description": "great_expectations"}
	}
	for _, name := range expectation.CommonArguments() {
		properties[name] = node{"description": "As Great Expectations has it; it changes nothing here."}
	}
	description := k.Doc
	if len(k.Notes) > 0 {
		description += "\n\n" + strings.Join(k.Notes, " ")
	}
	n := node{"description": description, "type": "object", "additionalProperties": false, "properties": properties}
	if len(required) == 0 { // such as expect_table_...: with nothing behind the colon
		n["type"] = []string{"object", "null"}
	} else {
		slices.Sort(required)
		n["required"] = required
	}
	return n
}

func argument(p expectation.Param) node {
	switch p.Type {
	case expectation.ParamInteger:
		return node{"type": []string{"integer", "null"}}
	case expectation.ParamNumber:
		return node{"type": []string{"number", "null"}}
	case expectation.ParamBoolean:
		return node{"type": []string{"boolean", "null"}}
	case expectation.ParamColumn, expectation.ParamTable, expectation.ParamText:
		return node{"type": []string{"string", "null"}}
	case expectation.ParamColumns, expectation.ParamTexts:
		return node{"anyOf": []node{list(node{"type": "string"}), {"type": "null"}}}
	case expectation.ParamOrder:
		return node{"anyOf": []node{{"type": "string"}, list(node{"type": "string"})}}
	case expectation.ParamOption:
		return node{"enum": p.Options}
	case expectation.ParamValues, expectation.ParamPairs:
		return node{"type": []string{"array", "null"}}
	case expectation.ParamMapping:
		return node{"type": []string{"object", "null"}}
	}
	return node{}
}
