//go:build !unix

package pgtest

import "errors"

// Cluster is a private PostgreSQL server; this system has none.
type Cluster struct{ URL string }

// Start always fails here: name a server in PIPE_TEST_POSTGRES.
func Start(...string) (*Cluster, error) {
	return nil, errors.New("private clusters are made on Unix only; set PIPE_TEST_POSTGRES to a server's URL")
}

// Stop does nothing.
func (c *Cluster) Stop() error { return nil }

// Restart does nothing.
func (c *Cluster) Restart() error { return nil }

// Own does nothing.
func (c *Cluster) Own(string) error { return nil }
