// Package spec reads the YAML that users write into a typed tree whose leaves
// know their place. It is the format and nothing else: it decodes strictly,
// resolves includes, and reports every fault of form in one pass. What names
// mean to each other (references, cycles, rule types) is lint's and plan's.
//
// It may import diag and work only, and touches the world only through an fs.FS rooted
// at the project directory.
package spec
