package pgtest

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// folders is where packages put PostgreSQL's server programs, which are often
// not on the PATH.
var folders = []string{
	"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                   // the project's own RPMs
	"/usr/libexec/postgresql*",                           // Alpine
	"/usr/lib64/postgresql*/bin",                         // SUSE
	"/usr/local/pgsql/bin",                               // built from source
	"/opt/homebrew/opt/postgresql*/bin",                  // Homebrew
	"/usr/local/opt/postgresql*/bin",                     // Homebrew on Intel
	"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
	"/nix/var/nix/profiles/default/bin",                  // Nix
}

// Binaries finds the folder that holds initdb and postgres: the one on the
// PATH, else the newest version in the usual folders. The error says where it
// looked.
func Binaries() (string, error) {
	var candidates []string
	for _, program := range []string{"postgres", "initdb"} {
		if path, err := exec.LookPath(program); err == nil {
			// A lone link on the PATH points to where its siblings are.
			if real, err := filepath.EvalSymlinks(path); err == nil {
				candidates = append(candidates, filepath.Dir(real))
			}
			candidates = append(candidates, filepath.Dir(path))
		}
	}
	for _, pattern := range folders {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return "", fmt.Errorf("looking for PostgreSQL in %s: %w", pattern, err)
		}
		slices.SortFunc(found, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
		candidates = append(candidates, found...)
	}
	for _, folder := range candidates {
		if isProgram(filepath.Join(folder, "initdb")) && isProgram(filepath.Join(folder, "postgres")) {
			return folder, nil
		}
	}
	return "", fmt.Errorf("no initdb and postgres on the PATH or in the usual folders (%s and others); install PostgreSQL's server or set PIPE_TEST_POSTGRES to a server's URL", folders[0])
}

var lastNumber = regexp.MustCompile(`([0-9]+(?:\.[0-9]+)?)[^0-9]*$`)

// version is the last number in a folder's name; 0 when there is none.
func version(folder string) float64 {
	m := lastNumber.FindStringSubmatch(folder)
	if m == nil {
		return 0
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0
	}
	return v
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
