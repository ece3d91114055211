package schema

import (
	"github.com/streamflow/pipe/engine/spec"
)

// narrow adds to an object what its keys alone do not say: which belong
// together, and the form of some values. It says nothing that lint does not.
func narrow(name string, n node) {
	properties, ok := n["properties"].(node)
	if !ok {
		return
	}
	add := func(key, word string, value any) {
		if property, ok := properties[key].(node); ok {
			property[word] = value
		}
	}
	add("suites", "minItems", 1)
	switch name {
	case "suite":
		add("expectations", "minItems", 1)
	case "entry":
		n["dependencies"] = node{"snapshots": []string{"as_of"}}
		add("version", "const", 1)
		add("retries", "minimum", 0)
		add("retries", "maximum", 100)
		add("timeout", "type", "string")
		add("timeout", "pattern", `^([0-9.]+(h|m|s|ms|us|µs|ns))+$`)
	case "var":
		n["if"] = has("type", "enum")
		n["then"] = node{"required": []string{"values"}}
		n["else"] = without("values")
	case "target":
		server := []string{"url", "host", "port", "user", "password", "database", "schema", "sslmode"}
		n["if"] = has("driver", string(spec.SQLite))
		n["then"] = node{"required": []string{"path"}, "properties": without(server...)["properties"]}
		n["else"] = without("path")
		n["dependencies"] = node{"url": without("host", "port", "user", "password", "database")}
	case "table":
		n["dependencies"] = node{"source": []string{"primary_key", "columns"}}
		n["if"] = has("on_bad_row", string(spec.Quarantine))
		n["then"] = node{"required": []string{"max_rejects"}}
		n["else"] = without("max_rejects")
	case "source":
		for _, key := range []string{"delimiter", "quote"} {
			add(key, "maxLength", 1)
		}
	case "column":
		for _, key := range []string{"decimal", "thousands"} {
			add(key, "maxLength", 1)
		}
		add("references", "pattern", `\.`)
	case "expectation":
		own := []string{}
		for _, k := range spec.Format()["expectation"].Keys {
			own = append(own, k.Name)
		}
		others := []string{}
		for _, key := range own {
			if key != "rule" {
				others = append(others, key)
			}
		}
		n["if"] = node{"required": []string{"rule"}}
		n["then"] = node{"propertyNames": node{"enum": own}}
		n["else"] = node{"not": node{"propertyNames": node{"enum": others}}}
	}
}

// has matches an object whose key has a certain value.
func has(key, value string) node {
	return node{"properties": node{key: node{"const": value}}, "required": []string{key}}
}

// without matches an object that has none of the keys.
func without(keys ...string) node {
	properties := node{}
	for _, key := range keys {
		properties[key] = false
	}
	return node{"properties": properties}
}
