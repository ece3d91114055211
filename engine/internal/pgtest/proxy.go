package pgtest

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"
)

// Proxy is a network between a client and a server that can be cut. It starts
// whole.
type Proxy struct {
	// URL is the server's, by way of the proxy.
	URL string
	// Forward, when not nil, is asked about what a client sends, chunk by chunk
	// in order, before the server gets it. It is set before the first connection.
	Forward func(chunk []byte) Fate

	server   string
	listener net.Listener
	mu       sync.Mutex
	changed  *sync.Cond
	stalled  bool
	links    map[*link]bool
}

// Fate is what becomes of something that a client sends.
type Fate int

// The fates.
const (
	Pass    Fate = iota // it arrives
	Lose                // the connection is cut, and it does not arrive
	LastOne             // it arrives, and the client is cut off before it hears of it
	// Late: the client is cut off, and the server hears nothing of that; a
	// second later it arrives after all.
	Late
)

type link struct {
	client, server net.Conn
	stalled        bool
}

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
	p.pass(nil)
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		_ = client.Close() // as a server that is down would
		return
	}
	l := &link{client: client, server: server}
	p.mu.Lock()
	p.links[l] = true
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { p.upward(l) })
	both.Go(func() { p.downward(l) })
	both.Wait()
	p.mu.Lock()
	delete(p.links, l)
	p.mu.Unlock()
}

// upward takes what the client sends to the server.
func (p *Proxy) upward(l *link) {
	defer l.close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := l.client.Read(buffer)
		p.pass(l)
		if n > 0 {
			fate := Pass
			if p.Forward != nil {
				fate = p.Forward(buffer[:n])
			}
			switch fate {
			case Lose:
				return
			case LastOne, Late:
				_ = l.client.Close() // it is the cut
			}
			if fate == Late {
				time.Sleep(time.Second)
			}
			if _, err := l.server.Write(buffer[:n]); err != nil || fate == Late {
				return
			}
			if fate == LastOne {
				time.Sleep(200 * time.Millisecond) // it is read before the end is
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// downward takes what the server answers to the client. Where the client is
// gone, the server hears of it from upward.
func (p *Proxy) downward(l *link) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := l.server.Read(buffer)
		p.pass(l)
		if n > 0 {
			if _, err := l.client.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			l.close()
			return
		}
	}
}

// pass waits while the network is stalled, or the link, which may be nil.
func (p *Proxy) pass(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.stalled || l != nil && l.stalled {
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

// StallLinks is Stall for the connections there are; new ones are served.
func (p *Proxy) StallLinks() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.stalled = true
	}
}

// Resume ends every stall: what was held back arrives.
func (p *Proxy) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stalled = false
	for l := range p.links {
		l.stalled = false
	}
	p.changed.Broadcast()
}
