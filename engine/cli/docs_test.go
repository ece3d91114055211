package cli_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/internal/pgtest"
)

// root is the project's own folder.
const root = "../.."

// projectParts are what a reader of the documentation works with.
var projectParts = []string{"specs", "expectations", "db", "data", ".env"}

// Everything that the documentation tells a reader to type is typed, page by
// page from top to bottom in a fresh copy of the project, and every spec it
// shows is read.
func TestDocumentation(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(paths, filepath.Join(root, "README.md")) {
		if filepath.Base(file) == "codes.md" {
			continue // half of it is wrong on purpose; package explain lints every example
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := readPage(filepath.ToSlash(name), string(text))
			if err != nil {
				t.Fatal(err)
			}
			r := newReader(t, p)
			for _, b := range p.blocks {
				r.follow(b)
			}
			r.links()
		})
	}
}

// A reader follows one page in a copy of the project.
type reader struct {
	t    *testing.T
	page page
	dir  string
	ids  map[string]string // runs of the page -> runs that happened
	// served tells that the target postgres can be reached.
	served bool
}

func newReader(t *testing.T, p page) *reader {
	r := &reader{t: t, page: p, dir: t.TempDir(), ids: map[string]string{}}
	for _, part := range projectParts {
		r.restore(part)
	}
	if strings.Contains(blocksText(p), onPostgres) {
		// Without a server, only what needs one is passed over.
		t.Run("server", func(t *testing.T) { r.served = pgtest.Server(t) != "" })
		if r.served {
			r.serve(pgtest.Database(t))
		}
	}
	return r
}

// onPostgres is how the documentation chooses the PostgreSQL target.
const onPostgres = "--target postgres"

func blocksText(p page) string {
	var b strings.Builder
	for _, block := range p.blocks {
		if block.lang == "console" || block.lang == "sh" {
			b.WriteString(block.text)
		}
	}
	return b.String()
}

// serve makes a database that which the project's .env names.
func (r *reader) serve(address string) {
	u, err := url.Parse(address)
	if err != nil {
		r.t.Fatal(err)
	}
	host := u.Hostname()
	if h := u.Query().Get("host"); h != "" {
		host = h
	}
	port := u.Port()
	if p := u.Query().Get("port"); p != "" {
		port = p
	}
	password, _ := u.User.Password()
	if password == "" {
		password = "none"
	}
	text := fmt.Sprintf("POSTGRES_HOST=%s\nPOSTGRES_PORT=%s\nPOSTGRES_USER=%s\nPOSTGRES_PASSWORD=%s\nPOSTGRES_DB=%s\n",
		host, port, u.User.Username(), password, strings.TrimPrefix(u.Path, "/"))
	r.write(".env", text)
}

func (r *reader) write(name, text string) {
	file := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// restore copies a part of the project as it is kept, as git restore does.
func (r *reader) restore(part string) {
	err := filepath.WalkDir(filepath.Join(root, part), func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		r.write(filepath.ToSlash(name), string(text))
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *reader) follow(b block) {
	verb, object := b.action()
	switch verb {
	case "file":
		r.write(object, b.text)
	case "append":
		before, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(object)))
		if err != nil {
			r.t.Errorf("%s:%d: %v", r.page.path, b.line, err)
		}
		r.write(object, string(before)+b.text)
	case "lint":
		r.lint(b, object)
		return
	}
	switch b.lang {
	case "yaml":
		if verb == "" {
			r.t.Errorf("%s:%d: no comment says how this YAML is to be read", r.page.path, b.line)
			return
		}
		r.lintProject(b)
	case "console", "sh":
		for _, c := range b.commands() {
			r.do(c)
		}
	}
}

// lint reads a block as an entry, or as what the shipped entry includes.
func (r *reader) lint(b block, how string) {
	project := fstest.MapFS{"db/init/001_schema.sql": {}}
	entry, err := os.ReadFile(filepath.Join(root, "specs", "ingest_month.yaml"))
	if err != nil {
		r.t.Fatal(err)
	}
	include := ""
	switch {
	case how == "entry":
		entry = []byte(b.text)
	case how == "fragment":
		include = "include: [page.yaml]"
	case how == "with pipeline":
		pipeline, err := os.ReadFile(filepath.Join(root, "specs", "pipeline.yaml"))
		if err != nil {
			r.t.Fatal(err)
		}
		project["specs/pipeline.yaml"] = &fstest.MapFile{Data: pipeline}
		include = "include: [page.yaml, pipeline.yaml]"
	case strings.HasPrefix(how, "none: "):
		return
	default:
		r.t.Errorf("%s:%d: lint: %s is not known", r.page.path, b.line, how)
		return
	}
	if include != "" {
		entry = regexp.MustCompile(`(?m)^include:.*$`).ReplaceAll(entry, []byte(include))
		project["specs/page.yaml"] = &fstest.MapFile{Data: []byte(b.text)}
	}
	project["specs/entry.yaml"] = &fstest.MapFile{Data: entry}
	s, list, err := engine.Read(project, "specs/entry.yaml")
	if err != nil {
		r.t.Fatal(err)
	}
	if list.HasErrors() {
		var out strings.Builder
		if err := diag.Fprint(&out, list, s.Source); err != nil {
			r.t.Fatal(err)
		}
		r.t.Errorf("%s:%d: this YAML has errors:\n%s", r.page.path, b.line, out.String())
	}
}

// lintProject reads the whole project, after the reader changed it.
func (r *reader) lintProject(b block) {
	cmd := exec.Command("pipe", "-C", r.dir, "lint")
	if output, err := cmd.CombinedOutput(); err != nil {
		r.t.Errorf("%s:%d: with this YAML in its file: %v\n%s", r.page.path, b.line, err, output)
	}
}

// do types a command. Those that would leave the machine are only looked at.
func (r *reader) do(c command) {
	at := fmt.Sprintf("%s:%d: %s", r.page.path, c.line, c.text)
	words := strings.Fields(c.text)
	switch words[0] {
	case "docker":
		r.docker(at, words)
		return
	case "make":
		makefile := r.projectFile("Makefile")
		for _, target := range words[1:] {
			if !strings.Contains(makefile, "\n"+target+":") && !strings.Contains(target, "=") {
				r.t.Errorf("%s: the Makefile has no target %s", at, target)
			}
		}
		return
	case "git":
		if words[1] == "restore" {
			for _, part := range words[2:] {
				r.restore(part)
			}
		}
		return
	case "psql", "cd":
		return
	case "go":
		if len(words) > 2 && words[1] == "run" && words[2] != "." {
			if _, err := os.Stat(filepath.Join(root, words[2])); err != nil {
				r.t.Errorf("%s: %v", at, err)
			}
			return
		}
		if words[1] != "run" {
			return
		}
		c.text = strings.Replace(c.text, "go run .", "pipe", 1)
	case "pipe", "echo", "ls", "head", "PIPE_TARGET=postgres":
	default:
		r.t.Errorf("%s: the test does not know this command", at)
		return
	}
	r.execute(at, c)
}

func (r *reader) execute(at string, c command) {
	text := c.text
	for typed, real := range r.ids {
		text = strings.ReplaceAll(text, typed, real)
	}
	if strings.Contains(text, onPostgres) && !strings.HasPrefix(text, "pipe plan") && !r.served {
		return
	}
	cmd := exec.Command("sh", "-c", text)
	cmd.Dir = r.dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "POSTGRES_") || strings.HasPrefix(v, "PIPE_") || strings.HasPrefix(v, "PG")
	})
	cmd.Env = append(cmd.Env, "NO_COLOR=1")
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != c.exit {
		r.t.Errorf("%s: exit code %d, want %d\n%s", at, got, c.exit, output)
	}
	if missing := shown(c.want, strings.Split(string(output), "\n"), r.ids); missing != nil {
		r.t.Errorf("%s: the output has not\n%s\n\nit is\n%s", at, strings.Join(missing, "\n"), output)
	}
}

func (r *reader) projectFile(name string) string {
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

// docker looks whether compose knows the services, and the project the files.
func (r *reader) docker(at string, words []string) {
	var compose struct{ Services map[string]any }
	if err := yaml.Unmarshal([]byte(r.projectFile("docker-compose.yml")), &compose); err != nil {
		r.t.Fatal(err)
	}
	if len(words) < 3 || words[1] != "compose" {
		r.t.Errorf("%s: only docker compose is known here", at)
		return
	}
	service := ""
	for _, word := range words[3:] {
		if service == "" && !strings.HasPrefix(word, "-") {
			service = word
		}
		if strings.HasSuffix(word, ".yaml") {
			if _, err := os.Stat(filepath.Join(r.dir, word)); err != nil {
				r.t.Errorf("%s: %v", at, err)
			}
		}
	}
	if _, known := compose.Services[service]; service != "" && !known {
		r.t.Errorf("%s: docker-compose.yml has no service %q", at, service)
	}
}

// links looks whether the files that the page links to are there.
func (r *reader) links() {
	for _, target := range r.page.links {
		target, _, _ = strings.Cut(target, "#")
		if target == "" || strings.Contains(target, "://") {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, path.Join(path.Dir(r.page.path), target))); err != nil {
			r.t.Errorf("%s: the link %s leads nowhere", r.page.path, target)
		}
	}
}
