//go:build !linux

package cli

// blank does nothing: where the arguments of a process lie is known on Linux.
func blank(string, [][2]int) {}
