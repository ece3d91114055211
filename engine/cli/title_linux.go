package cli

import (
	"bytes"
	"os"
	"strconv"
	"unsafe"
)

// blank writes stars over parts of an argument that lies where the system keeps
// the arguments of the process, which is what ps reads. Any other text is left
// alone: it may lie in memory that nobody can write.
func blank(arg string, parts [][2]int) {
	first := unsafe.StringData(arg)
	begin, end, ok := argumentArea()
	if at := uintptr(unsafe.Pointer(first)); !ok || at < begin || at+uintptr(len(arg)) > end {
		return
	}
	own := unsafe.Slice(first, len(arg))
	for _, p := range parts {
		for i := p[0]; i < p[1]; i++ {
			own[i] = '*'
		}
	}
}

// argumentArea is where the kernel says that the arguments lie.
func argumentArea() (begin, end uintptr, ok bool) {
	text, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0, 0, false
	}
	// The second field is the program's name in brackets, which may hold anything.
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	const argStart, argEnd = 48 - 3, 49 - 3 // numbered from 1 by proc(5), and the first two are cut off
	if len(fields) <= argEnd {
		return 0, 0, false
	}
	from, err := strconv.ParseUint(string(fields[argStart]), 10, 64)
	if err != nil || from == 0 {
		return 0, 0, false
	}
	to, err := strconv.ParseUint(string(fields[argEnd]), 10, 64)
	return uintptr(from), uintptr(to), err == nil
}
