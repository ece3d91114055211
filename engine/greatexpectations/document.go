package greatexpectations

import (
	"slices"

	"github.com/streamflow/pipe/engine/spec"
)

// otherDocument tells what a JSON file that is no suite is.
func otherDocument(root *spec.Node) (what, cure string) {
	has := func(keys ...string) bool {
		return !slices.ContainsFunc(keys, func(k string) bool { return root.Get(k) == nil })
	}
	inFolder := "suites are kept in the folder expectations of the Great Expectations project"
	switch {
	case root.Kind == spec.NodeList:
		return "a list", "give it one suite, as a file of its own"
	case root.Kind != spec.NodeMap:
		return "a single value", inFolder
	case has("expectations"):
		return "", ""
	case has("success", "results") || has("success", "statistics"):
		cure = "give it the suite that was validated"
		if name := textOf(root.Get("suite_name")); name != "" {
			cure += ": " + name
		} else if name := textOf(root.Get("meta").Get("expectation_suite_name")); name != "" {
			cure += ": " + name
		}
		return "the result of a validation", cure
	case has("run_results"):
		return "the result of a checkpoint", "give it the suite that was validated"
	case has("validations") || has("validation_definitions") || has("action_list") || has("config_version", "class_name"):
		return "a checkpoint", "give it the suite that the checkpoint runs; " + inFolder
	case has("suite", "data"):
		return "a validation definition", "give it the suite that it names; " + inFolder
	case has("assets") || has("execution_engine") || has("fluent_datasources"):
		return "the configuration of a data source", inFolder
	case has("kwargs"):
		return "a single expectation", `put it into {"name": "...", "expectations": [...]}`
	case has("$schema") || has("properties"):
		return "a JSON Schema", inFolder
	}
	return "an object without expectations", inFolder
}
