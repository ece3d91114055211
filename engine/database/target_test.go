package database_test

import (
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/database"
)

// What a URL says and pipe would not follow is refused, in a way that repeats
// nothing of it.
func TestURLsThatPipeWouldNotFollow(t *testing.T) {
	for query, wanted := range map[string]string{
		"":                                                "",
		"?sslmode=disable&connect_timeout=3":              "",
		"?options=-c%20statement_timeout%3D5s":            "",
		"?search_path=secret_shop":                        "search_path",
		"?Search_Path=secret_shop":                        "search_path",
		"?options=-csearch_path%3Dsecret_shop":            "search_path",
		"?options=-c%20Search_Path%3Dsecret_shop,public":  "search_path",
		"?options=--search-path%3Dsecret_shop":            "search_path",
		"?sslmode=disable&timezone=secret_zone":           "timezone",
		"?options=-c%20timezone%3Dsecret_zone":            "timezone",
		"?standard_conforming_strings=off&sslmode=prefer": "standard_conforming_strings",
	} {
		err := database.CheckURL("postgres://user:secret@host/db" + query)
		switch {
		case wanted == "" && err != nil:
			t.Errorf("%q: %v", query, err)
		case wanted != "" && (err == nil || !strings.Contains(err.Error(), wanted) || strings.Contains(err.Error(), "secret")):
			t.Errorf("%q: %v, want one that names %s", query, err, wanted)
		}
	}
	for _, text := range []string{"postgres://user:secret@one:1,two:2/db", "postgres://user:secret@one,two/db", "postgres://user:secret@/db?host=one,two"} {
		if err := database.CheckURL(text); err == nil || !strings.Contains(err.Error(), "several servers") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want one server", text, err)
		}
	}
	for _, text := range []string{"postgres://user:12#secret@host/db", "postgres://user:12/secret@host/db", "postgres://user:12?secret@host/db", "postgres://user:a@host/secret@b",
		"postgres://user:12@host:99999/secret", "mysql://user:secret@host/db", "secret", "host=h password=secret", "postgres:secret", "postgres:/user:secret@host/db"} {
		if err := database.CheckURL(text); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want an error that repeats nothing", text, err)
		}
	}
	if err := database.CheckURL("postgres://user:sec%ret@host/db"); err == nil || strings.Contains(err.Error(), "ret") && strings.Contains(err.Error(), "sec%") {
		t.Errorf("a URL that is none: %v", err)
	}
	if _, ok, err := database.ParseTarget("sqlite://user:secret@host/shop.db"); !ok || err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a file with a user: %v", err)
	}
	if _, ok, err := database.ParseTarget("postgres://h/d?search_path=s"); !ok || err == nil || !strings.HasPrefix(err.Error(), "--target") {
		t.Errorf("--target: %v", err)
	}
}
