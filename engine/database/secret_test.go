package database

import "testing"

// A secret goes from a message in every way of writing it; a password that is a
// word, or a name that everyone may see, makes no nonsense of it.
func TestRedacting(t *testing.T) {
	target := Target{Name: "pg", Host: "db.example", Port: "5432", User: "pipe", Database: "shop"}
	for _, c := range []struct{ password, message, want string }{
		{"hunter2!", "near hunter2!: hunter2%21, hunter2!", "near ***: ***, ***"},
		{"o'b\"1\\", `near "o''b"1\" or "o'b\"1\\"`, `near "***" or "***"`},
		{"a", "password authentication failed", "password authentication failed"},
		{"failed", "password authentication failed for user \"pipe\"", "password authentication failed for user \"pipe\""},
		{"failed", "syntax error at or near \"failed\"; 'failed'; password=failed; x:failed@h", "syntax error at or near \"***\"; '***'; password=***; x:***@h"},
		{"pipe", "password authentication failed for user \"pipe\"", "password authentication failed for user \"pipe\""},
		{"shop", "database \"shop\" does not exist", "database \"shop\" does not exist"},
		{"5432", "dial tcp db.example:5432: refused", "dial tcp db.example:5432: refused"},
		{"2024", "month 2024-01-31, near '2024'", "month 2024-01-31, near '***'"},
		{"", "nothing", "nothing"},
	} {
		target.Password = c.password
		if got := target.redact(c.message); got != c.want {
			t.Errorf("with the password %s: %s, want %s", c.password, got, c.want)
		}
	}
	byURL := Target{Name: "db.example/shop", URL: "postgres://pipe:hunter2%21@db.example/shop?password=other_1"}
	if got, want := byURL.redact("hunter2! hunter2%21 other_1 pipe shop"), "*** *** *** pipe shop"; got != want {
		t.Errorf("by URL: %s, want %s", got, want)
	}
	if got, want := target.redact("from PGPASSWORD: x1-y2", "x1-y2"), "from PGPASSWORD: ***"; got != want {
		t.Errorf("from the environment: %s, want %s", got, want)
	}
}
