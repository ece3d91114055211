package expectation

// Group is a part of the catalogue: what kinds are about.
type Group struct {
	Title string
	Kinds []*Kind
}

// Groups is the catalogue, rules apart, in its parts and in its order.
var Groups = []Group{
	{"The table", tableKinds},
	{"A column as a whole", aggregateKinds},
	{"The values of a column", columnKinds},
	{"Several columns", columnsKinds},
}
