package rapport

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/joho/godotenv"
	"gopkg.in/yaml.v3"
)

// tree draws what git tracks: the top level, what users write, and the
// engine's packages. It goes no deeper, so that a new Go file does not make
// the report stale. Each entry has its sentence.
func tree(ctx context.Context, words *phrases) (string, error) {
	// The checkout may belong to another user than the one this runs as.
	out, err := exec.CommandContext(ctx, "git", "-c", "safe.directory=*", "ls-files", "-z").Output()
	if err != nil {
		return "", fmt.Errorf("git ls-files: %w; the report is made in a git checkout", err)
	}
	// The report itself is not tracked before it is first committed.
	var shown []string
	for _, path := range append(strings.Split(strings.Trim(string(out), "\x00"), "\x00"), Path) {
		shown = append(shown, entries(path)...)
	}
	slices.Sort(shown)
	shown = slices.Compact(shown)
	var b strings.Builder
	for _, path := range shown {
		name := strings.TrimSuffix(path, "/")
		depth := strings.Count(name, "/")
		name = strings.Repeat("    ", depth) + path[strings.LastIndex(name, "/")+1:]
		sentence, err := words.say("files", path)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%-32s %s\n", name, sentence)
	}
	return b.String(), nil
}

// entries are the lines of the tree that a tracked file gives: its folders,
// and itself where files are shown.
func entries(path string) []string {
	parts := strings.Split(path, "/")
	depth := 1
	switch parts[0] {
	case "specs", "expectations", "reports":
		depth = 2
	case "db":
		depth = 3
	case "data": // the months, not their files, which the report lists
		depth = min(3, len(parts)-1)
	case "engine": // packages, not files; those inside internal are one line
		depth = min(2, len(parts)-1)
	}
	var list []string
	for i := 1; i <= min(depth, len(parts)); i++ {
		name := strings.Join(parts[:i], "/")
		if i < len(parts) {
			name += "/"
		}
		list = append(list, name)
	}
	return list
}

func dotenv() (map[string]string, error) {
	env, err := godotenv.Read(".env")
	if err != nil {
		return nil, fmt.Errorf("reading .env: %w", err)
	}
	return env, nil
}

// service is one service of docker-compose.yml.
type service struct{ Name, From string }

func services() ([]service, error) {
	text, err := os.ReadFile("docker-compose.yml")
	if err != nil {
		return nil, err
	}
	var compose struct {
		Services map[string]struct {
			Image string `yaml:"image"`
			Build string `yaml:"build"`
		} `yaml:"services"`
	}
	if err := yaml.Unmarshal(text, &compose); err != nil {
		return nil, fmt.Errorf("docker-compose.yml: %w", err)
	}
	var list []service
	for name, s := range compose.Services {
		from := "`image: " + s.Image + "`"
		if s.Build != "" {
			from = "`build: " + s.Build + "`"
		}
		list = append(list, service{name, from})
	}
	slices.SortFunc(list, func(a, b service) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}
