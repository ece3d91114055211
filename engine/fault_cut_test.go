//go:build linux

package engine_test

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/streamflow/pipe/engine/internal/pgtest"
)

// cable is a network between this machine and another, which is a namespace of
// it: what the other one sends is not answered once it is pulled.
type cable struct{ space, here, there, address string }

func newCable(t *testing.T) cable {
	t.Helper()
	id := fmt.Sprint(os.Getpid() % 100_000)
	c := cable{"pipe" + id, "pipe" + id + "a", "pipe" + id + "b", fmt.Sprintf("10.213.%d.", os.Getpid()%250)}
	run := func(command string) error {
		out, err := exec.Command("sh", "-c", command).CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%s: %w %s", command, err, out)
		}
		return err
	}
	if os.Geteuid() != 0 || run("ip netns add "+c.space) != nil {
		t.Skip("only root makes networks, with ip")
	}
	t.Cleanup(func() {
		if err := run("ip netns del " + c.space); err != nil { // and the cable with it
			t.Error(err)
		}
	})
	inside := "ip netns exec " + c.space + " "
	for _, command := range []string{
		"ip link add " + c.here + " type veth peer name " + c.there + " netns " + c.space,
		"ip addr add " + c.address + "1/24 dev " + c.here, "ip link set " + c.here + " up",
		inside + "ip addr add " + c.address + "2/24 dev " + c.there, inside + "ip link set " + c.there + " up",
	} {
		if err := run(command); err != nil {
			t.Skip(err)
		}
	}
	return c
}

// A server whose client is cut off, with no packet from it any more, ends the
// client's sessions within half a minute: those that wait for it, the one that
// works, and the one whose answer nobody acknowledges.
func TestAClientThatIsCutOffHoldsNothing(t *testing.T) {
	t.Parallel() // it waits for half a minute
	c := newCable(t)
	folder, err := os.MkdirTemp("", "pipe-hba-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	hba := filepath.Join(folder, "hba.conf")
	write(t, hba, "host all all all scram-sha-256\n")
	for path, mode := range map[string]os.FileMode{folder: 0o755, hba: 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	cluster, err := pgtest.Start("listen_addresses=*", "hba_file="+hba)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	remote, err := url.Parse(cluster.URL)
	if err != nil {
		t.Fatal(err)
	}
	remote.Host = net.JoinHostPort(c.address+"1", remote.Port())
	dir := counters(t, 10, "2024-01-31")
	write(t, filepath.Join(dir, "setup.sql"), "SELECT pg_sleep(3);")
	write(t, filepath.Join(dir, "spec.yaml"), strings.Replace(countersSpec, "tables:", "setup: [setup.sql]\ntables:", 1))
	program := filepath.Join(dir, "pipe") // it knows itself by its name
	if err := os.Symlink(os.Args[0], program); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("ip", append([]string{"netns", "exec", c.space, program}, month(remote.String(), "2024-01-31")...)...)
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() })
	const sessions = "SELECT state, query FROM pg_stat_activity WHERE application_name LIKE 'pipe%' AND pid <> pg_backend_pid()"
	for begun := time.Now(); !strings.Contains(strings.Join(ask(t, cluster.URL, sessions), "\n"), "active|SELECT pg_sleep"); time.Sleep(100 * time.Millisecond) {
		if time.Since(begun) > 20*time.Second {
			t.Fatalf("the run does not come to its setup: %s", ask(t, cluster.URL, sessions))
		}
	}
	if out, err := exec.Command("ip", "netns", "exec", c.space, "ip", "link", "set", c.there, "down").CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	begun, answered := time.Now(), false
	for {
		left := ask(t, cluster.URL, sessions)
		answered = answered || strings.Contains(strings.Join(left, "\n"), "idle in transaction|SELECT pg_sleep")
		if len(left) == 0 {
			break
		}
		if time.Since(begun) > 45*time.Second {
			t.Fatalf("45 seconds later the server still has %s", left)
		}
		time.Sleep(500 * time.Millisecond)
	}
	if took := time.Since(begun); took < 15*time.Second || !answered {
		t.Errorf("the sessions ended after %s, which is no cut network; one had answered: %v", took, answered)
	}
}
