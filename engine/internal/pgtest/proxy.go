package pgtest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Proxy is a network between a client and a server that can be cut. It starts
// whole.
type Proxy struct {
	// URL is the server's, by way of the proxy.
	URL string
	// Forward, when not nil, is asked about what a client sends, chunk by chunk
	// in order, before the server gets it; false cuts that connection instead.
	// It is set before the first connection.
	Forward func(chunk []byte) bool

	server   string
	listener net.Listener
	mu       sync.Mutex
	changed  *sync.Cond
	stalled  bool
	links    map[*link]bool
}

type link struct{ client, server net.Conn }

func (l *link) close() { _ = errors.Join(l.client.Close(), l.server.Close()) }

// NewProxy makes a proxy before the server that a URL names, until the test
// ends.
func NewProxy(t testing.TB, server string) *Proxy {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("the server's URL is none") // not shown: it holds a password
	}
	p := &Proxy{server: u.Host, links: map[*link]bool{}}
	p.changed = sync.NewCond(&p.mu)
	if p.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(fmt.Errorf("a port for the proxy: %w", err))
	}
	u.Host = p.listener.Addr().String()
	p.URL = u.String()
	go p.accept()
	t.Cleanup(func() {
		_ = p.listener.Close() // ends accept
		p.Resume()
		p.Cut()
	})
	return p
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.serve(client)
	}
}

func (p *Proxy) serve(client net.Conn) {
	p.pass()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		_ = client.Close() // as a server that is down would
		return
	}
	l := &link{client, server}
	p.mu.Lock()
	p.links[l] = true
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { p.copy(l, server, client, p.Forward) })
	both.Go(func() { p.copy(l, client, server, nil) })
	both.Wait()
	p.mu.Lock()
	delete(p.links, l)
	p.mu.Unlock()
}

func (p *Proxy) copy(l *link, to io.Writer, from io.Reader, forward func([]byte) bool) {
	defer l.close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		p.pass()
		if n > 0 {
			if forward != nil && !forward(buffer[:n]) {
				return
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// pass waits while the network is stalled.
func (p *Proxy) pass() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.stalled {
		p.changed.Wait()
	}
}

// Cut ends every connection there is; new ones are served.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.close()
	}
}

// Stall lets no byte through, in either direction, and tells nobody: neither
// do new connections get anywhere.
func (p *Proxy) Stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled = true
}

// Resume ends a Stall: what was held back arrives.
func (p *Proxy) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled = false
	p.changed.Broadcast()
}
