package database

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// Target is a database as the caller chose it, its templates resolved.
type Target struct {
	Name     string // in the spec, or what --target gave, without secrets
	Driver   spec.Driver
	URL      string // PostgreSQL: instead of the fields below
	Host     string
	Port     string
	User     string
	Password string
	Database string
	Schema   string // "public" when empty
	SSLMode  string // "prefer" when empty
	Path     string // SQLite: the file
}

// ParseTarget reads a --target that is a URL: postgres://... or sqlite:FILE.
// ok is false when text is no URL, so that it may be a name. An error never
// repeats the text, which may hold a password.
func ParseTarget(text string) (t Target, ok bool, err error) {
	switch {
	case strings.HasPrefix(text, "sqlite:"):
		path := strings.TrimPrefix(strings.TrimPrefix(text, "sqlite:"), "//")
		if path == "" {
			return t, true, fmt.Errorf("--target sqlite: names no file; write sqlite:path/to/file.db")
		}
		if user, _, _ := strings.Cut(path, "/"); strings.HasPrefix(text, "sqlite://") && strings.Contains(user, "@") {
			return t, true, fmt.Errorf("--target sqlite: takes a file, and no user or server: write sqlite:path/to/file.db, or postgres:// for a server")
		}
		return Target{Name: path, Driver: spec.SQLite, Path: path}, true, nil
	case strings.HasPrefix(text, "postgres://"), strings.HasPrefix(text, "postgresql://"):
		if err := CheckURL(text); err != nil {
			return t, true, fmt.Errorf("--target %w", err)
		}
		u, err := url.Parse(text)
		if err != nil {
			return t, true, fmt.Errorf("--target is no URL")
		}
		return Target{Name: printable(u), Driver: spec.Postgres, URL: text}, true, nil
	case strings.Contains(text, "://"):
		return t, true, fmt.Errorf("--target takes a name, a postgres:// URL or sqlite:FILE")
	}
	return t, false, nil
}

// printable is a URL without what may be secret.
func printable(u *url.URL) string {
	return strings.TrimSuffix(u.Hostname()+port(u)+u.Path, "/")
}

func port(u *url.URL) string {
	if u.Port() == "" {
		return ""
	}
	return ":" + u.Port()
}

// Where names the target for people, without secrets.
func (t Target) Where() string {
	if t.Driver == spec.SQLite {
		return filepath.ToSlash(t.Path)
	}
	if t.URL != "" {
		return "PostgreSQL at " + t.Name
	}
	return fmt.Sprintf("PostgreSQL at %s:%s/%s", t.Host, t.Port, t.Database)
}
