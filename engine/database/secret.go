package database

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/streamflow/pipe/engine/dialect"
)

// encode is what is told of a URL whose password may have been taken apart.
const encode = "is no valid postgres:// URL; characters such as @ : / # ? % in a password must be percent-encoded"

// CheckURL refuses a postgres:// URL that is none, and one with a setting that
// would not be followed, since pipe sets it itself. The error is a predicate: it
// follows the name of what holds the URL, of which it repeats nothing.
//
// What it lets pass holds no part of a password but in its userinfo and its
// settings: of postgres://user:12/34@host/db, where the / was to be %2F, the rest
// of the password would be taken for a database, and printed.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil && (strings.HasPrefix(text, "postgres://") || strings.HasPrefix(text, "postgresql://")):
		return errors.New(encode)
	case err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Opaque != "":
		return fmt.Errorf("is no postgres:// URL, such as postgres://user@host:5432/database")
	case strings.Contains(text, "#") || strings.Contains(u.EscapedPath()+u.RawQuery+u.Host, "@"):
		return errors.New(encode)
	}
	if strings.Contains(u.Host+u.Query().Get("host")+u.Query().Get("hostaddr"), ",") {
		return errors.New("names several servers: a run's connections must all reach one; name the one that takes writes")
	}
	if number := u.Port(); number != "" {
		if _, err := strconv.ParseUint(number, 10, 16); err != nil {
			return fmt.Errorf("has a port that is none: ports end at 65535")
		}
	}
	options := strings.ToLower(strings.ReplaceAll(strings.Join(u.Query()["options"], " "), "-", "_"))
	for _, setting := range dialect.SessionSettings("") {
		given := strings.Contains(options, setting.Name)
		for key := range u.Query() {
			given = given || strings.EqualFold(key, setting.Name)
		}
		switch {
		case !given || !setting.Means:
		case setting.Name == "search_path":
			return fmt.Errorf("has a search_path, which pipe sets itself; name the schema with the key schema of a target in the spec")
		default:
			return fmt.Errorf("sets %s, which pipe sets itself; take it out", setting.Name)
		}
	}
	return nil
}

// secrets are the texts that may never be printed.
func (t Target) secrets() []string {
	list := []string{t.URL, t.Password}
	if u, err := url.Parse(t.URL); err == nil {
		password, _ := u.User.Password()
		list = append(list, password, u.User.String(), u.Query().Get("password"))
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// redact takes the secrets out of a message of a driver or a server. Neither
// repeats a password by itself; a statement of setup that holds it may be
// repeated. So a secret that is a word of the language, or a name that the
// target has anyway, goes only where it stands like a value: "failed" as a
// password must not make nonsense of every message.
func (t Target) redact(message string, more ...string) string {
	names := []string{t.Name, t.User, t.Database, t.Host, t.Port, t.Schema}
	if u, err := url.Parse(t.URL); err == nil && t.URL != "" {
		names = append(names, u.User.Username(), u.Hostname(), u.Port(), strings.TrimPrefix(u.Path, "/"))
	}
	for _, secret := range append(t.secrets(), more...) {
		if secret == "" || slices.Contains(names, secret) {
			continue
		}
		for _, form := range forms(secret) {
			if isDistinct(secret) {
				message = strings.ReplaceAll(message, form, "***")
				continue
			}
			for _, around := range []string{"'%s'", `"%s"`, "password=%s", ":%s@"} {
				message = strings.ReplaceAll(message, fmt.Sprintf(around, form), fmt.Sprintf(around, "***"))
			}
		}
	}
	return message
}

// isDistinct tells whether a text can hardly be a part of an innocent message:
// it is long enough, and neither a word nor a number.
func isDistinct(s string) bool {
	letters := strings.IndexFunc(s, unicode.IsLetter) >= 0
	others := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) >= 0
	return len(s) >= 4 && letters && others
}

// forms are a text as it stands, and as URLs, Go, JSON and SQL write it.
func forms(s string) []string {
	quoted := strconv.Quote(s)
	list := []string{s, url.QueryEscape(s), url.PathEscape(s), url.User(s).String(), quoted[1 : len(quoted)-1],
		strings.Trim(dialect.Text(s), "'"), strings.ReplaceAll(s, `\`, `\\`)}
	if text, err := json.Marshal(s); err == nil {
		list = append(list, string(text[1:len(text)-1]))
	}
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) }) // the longest first: one form may begin another
	return slices.Compact(list)
}
