//go:build linux || darwin

package doctor

import "syscall"

// writeAccess is access(2)'s W_OK.
const writeAccess = 2

// writable tells whether this process may write a file or in a folder, which
// must exist.
func writable(path string) error { return syscall.Access(path, writeAccess) }

// freeSpace is how many bytes this process may still write below a folder.
func freeSpace(folder string) (uint64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil {
		return 0, err
	}
	return fs.Bavail * uint64(fs.Bsize), nil
}
