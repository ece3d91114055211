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

// CheckURL refuses a postgres:// URL that is none, and one with a setting that
// would not be followed, since pipe sets it itself. The error is a predicate: it
// follows the name of what holds the URL, of which it repeats nothing.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("is no valid postgres:// URL; characters such as @ : / # %% in a password must be percent-encoded")
	}
	options := strings.ToLower(strings.ReplaceAll(strings.Join(u.Query()["options"], " "), "-", "_"))
	for _, name := range []string{"search_path", "timezone", "standard_conforming_strings"} {
		given := strings.Contains(options, name)
		for key := range u.Query() {
			given = given || strings.EqualFold(key, name)
		}
		switch {
		case given && name == "search_path":
			return fmt.Errorf("has a search_path, which pipe sets itself; name the schema with the key schema of a target in the spec")
		case given:
			return fmt.Errorf("sets %s, which pipe sets itself; take it out", name)
		}
	}
	return nil
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

// secrets are the texts that may never be printed.
func (t Target) secrets() []string {
	list := []string{t.URL, t.Password}
	if u, err := url.Parse(t.URL); err == nil && u.User != nil {
		password, _ := u.User.Password()
		list = append(list, password, u.User.String(), url.QueryEscape(password), u.Query().Get("password"))
	}
	return list
}

// redact takes the secrets out of a message.
func (t Target) redact(message string) string {
	for _, s := range t.secrets() {
		// A very short secret would blank out innocent letters.
		if len(s) >= 3 {
			message = strings.ReplaceAll(message, s, "***")
		}
	}
	return message
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
