package cli

import "strings"

// secretsIn gives the parts of an argument, as begin and end of bytes, that
// other users of the machine may not see in the list of processes.
func secretsIn(arg string) [][2]int {
	var parts [][2]int
	if at := strings.Index(arg, "://"); at >= 0 {
		if end := strings.LastIndex(arg, "@"); end > at {
			parts = append(parts, [2]int{at + len("://"), end})
		}
	}
	for _, m := range inSetting.FindAllStringSubmatchIndex(arg, -1) {
		parts = append(parts, [2]int{m[4], m[5]})
	}
	return parts
}

// private gives the arguments of a command line as copies, and blanks what is
// secret in the originals where they are the process's own title: ps shows it to
// everyone. (What a shell or `go run` shows of its own is theirs.)
func private(args []string) []string {
	copies := make([]string, len(args))
	for i, arg := range args {
		copies[i] = strings.Clone(arg)
		if parts := secretsIn(copies[i]); len(parts) > 0 {
			blank(arg, parts)
		}
	}
	return copies
}
