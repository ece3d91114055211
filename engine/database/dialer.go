package database

import (
	"context"
	"net"
	"os"
	"sync"
	"time"
)

// patience is how long a cancelled statement may take to answer before its
// connection is cut.
const patience = time.Second

// orderTime is how long a connection may live that is opened to put things in
// order.
const orderTime = 8 * time.Second

// silence is how long the server's side may leave unanswered what was sent, or a
// probe, before the connection counts as lost. It is long, because a server
// that is busy with its disk does not read what a COPY sends either.
const silence = 2 * time.Minute

// dialer opens connections that do not outlive the context of their target by
// more than patience: a server that says nothing, or is stopped, would hold a
// run for ever. Connections opened after the context ended are for putting
// things in order, and live no longer than that takes.
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
		conn, err := d.net.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		w := &watched{Conn: conn}
		late := time.AfterFunc(orderTime, w.expire)
		w.stop = late.Stop
		return w, nil
	}
	either, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(d.ctx, cancel)()
	conn, err := d.net.DialContext(either, network, address)
	if err != nil {
		return nil, err
	}
	w := &watched{Conn: conn}
	w.stop = context.AfterFunc(d.ctx, func() {
		time.Sleep(patience)
		w.expire()
	})
	return w, nil
}

// watched is a connection that may be told to answer no more.
type watched struct {
	net.Conn
	stop    func() bool // forgets what would tell it
	mu      sync.Mutex
	expired bool
}

// expire ends what waits for the connection; closing it is the driver's.
func (w *watched) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expired = true
	// An error would say that it is closed already.
	_ = w.Conn.SetDeadline(time.Unix(1, 0))
}

// SetDeadline sets the time until which reads and writes may wait.
func (w *watched) SetDeadline(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.expired {
		return os.ErrDeadlineExceeded
	}
	return w.Conn.SetDeadline(t)
}

// Close ends the connection.
func (w *watched) Close() error {
	w.stop()
	return w.Conn.Close()
}
