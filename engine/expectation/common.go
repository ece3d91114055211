package expectation

import (
	"maps"
	"slices"
)

// CommonArguments are the arguments that every Great Expectations name takes,
// sorted.
func CommonArguments() []string { return slices.Sorted(maps.Keys(common)) }
