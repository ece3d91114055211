package expectation

import "slices"

// Catalogue is every kind of expectation there is, in the order of the reference
// page: rules, what is about the table, about a column as a whole, about its
// single values, about several columns.
var Catalogue = slices.Concat([]*Kind{&ruleKind}, tableKinds, aggregateKinds, columnKinds, columnsKinds)

// Lookup finds a kind by its name, nil when there is none.
func Lookup(name string) *Kind {
	for _, k := range Catalogue {
		if k.Name == name {
			return k
		}
	}
	return nil
}
