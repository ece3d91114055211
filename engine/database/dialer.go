package database

import (
	"context"
	"net"
	"time"
)

// patience is how long a cancelled statement may take to answer before its
// connection is cut.
const patience = 1500 * time.Millisecond

// dialer opens connections that do not outlive the context of their target by
// more than patience: a server that says nothing, or is stopped, would hold a
// run for ever. Connections opened after the context ended are for putting
// things in order, and have contexts of their own.
type dialer struct {
	ctx context.Context
	net net.Dialer
}

// Dial opens a connection.
func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout opens a connection within the time given.
func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// DialContext opens a connection.
func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if d.ctx.Err() != nil {
		return d.net.DialContext(ctx, network, address)
	}
	either, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(d.ctx, cancel)()
	conn, err := d.net.DialContext(either, network, address)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(d.ctx, func() {
		time.Sleep(patience)
		// A deadline in the past ends what waits; closing is the driver's.
		_ = conn.SetDeadline(time.Unix(1, 0))
	})
	return watched{conn, stop}, nil
}

// watched forgets the context when it is closed.
type watched struct {
	net.Conn
	stop func() bool
}

// Close ends the connection.
func (w watched) Close() error {
	w.stop()
	return w.Conn.Close()
}
