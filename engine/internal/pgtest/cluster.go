//go:build unix

package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/lib/pq"
)

// watchdog makes the cluster and holds it until its standard input ends, which
// happens when the process that started it closes the pipe or dies in any way,
// kill -9 included. So no cluster and no folder is ever left over. A server
// that ends while there is a file "again" is started once more. Its arguments:
// the folder of the binaries, the cluster's folder, the port, and settings of
// the server's as "-c name=value".
const watchdog = `
bin=$1 dir=$2 port=$3
shift 3
cd / || exit 1
if "$bin/initdb" -D "$dir/data" -U pipe --pwfile="$dir/password" --auth=scram-sha-256 \
	--encoding=UTF8 --no-locale --no-sync >"$dir/log" 2>&1 </dev/null
then
	( while :; do
		"$bin/postgres" -D "$dir/data" -p "$port" -k "$dir" \
			-c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off -c full_page_writes=off \
			-c synchronous_commit=off -c logging_collector=off "$@" >>"$dir/log" 2>&1 </dev/null
		[ -f "$dir/again" ] || break
		rm "$dir/again"
	  done
	  echo over >"$dir/over" ) &
else
	echo over >"$dir/over"
fi
cat >/dev/null
if [ -f "$dir/data/postmaster.pid" ]; then
	kill -QUIT "$(head -n 1 "$dir/data/postmaster.pid")"
fi
wait
rm -rf "$dir"
`

// Cluster is a private PostgreSQL server with nothing in it, reachable at URL
// until Stop or until the process that started it ends.
type Cluster struct {
	// URL names the server's maintenance database, with a superuser and its
	// password.
	URL string

	dir      string
	watchdog *exec.Cmd
	hold     io.Closer // the watchdog's standard input
}

// Start makes a cluster from the machine's own binaries and waits until it
// answers. As root it runs as the user postgres or nobody, since PostgreSQL
// refuses to run as root. Its data is not synced to disk: it is fast and must
// not outlive a crash of the machine. Settings, as "name=value", come after its
// own and win.
func Start(settings ...string) (*Cluster, error) {
	bin, err := Binaries()
	if err != nil {
		return nil, err
	}
	const attempts = 4
	for i := 1; ; i++ {
		c, err := start(bin, settings)
		// Between choosing a port and listening on it another may take it.
		if err == nil || i == attempts || !strings.Contains(err.Error(), "Address already in use") {
			return c, err
		}
	}
}

func start(bin string, settings []string) (c *Cluster, err error) {
	dir, err := os.MkdirTemp(shortTemp(), "pipe-pg-")
	if err != nil {
		return nil, fmt.Errorf("a folder for PostgreSQL: %w", err)
	}
	c = &Cluster{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Stop(), os.RemoveAll(dir))
		}
	}()
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	password := rand.Text()
	if err := os.WriteFile(filepath.Join(dir, "password"), []byte(password), 0o600); err != nil {
		return nil, err
	}
	arguments := []string{"-c", watchdog, "pipe-pg", bin, dir, strconv.Itoa(port)}
	for _, s := range settings {
		arguments = append(arguments, "-c", s)
	}
	c.watchdog = exec.Command("/bin/sh", arguments...)
	c.watchdog.Env = environment()
	c.watchdog.SysProcAttr, err = unprivileged(dir)
	if err != nil {
		return nil, err
	}
	c.hold, err = c.watchdog.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := c.watchdog.Start(); err != nil {
		return nil, fmt.Errorf("starting PostgreSQL: %w", err)
	}
	c.URL = (&url.URL{Scheme: "postgres", User: url.UserPassword("pipe", password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Path: "/postgres", RawQuery: "sslmode=disable"}).String()
	return c, c.wait()
}

// Stop ends the server and removes its folder. Stopping twice does nothing.
func (c *Cluster) Stop() error {
	if c.hold == nil || c.watchdog.Process == nil {
		return nil
	}
	err := c.hold.Close()
	c.hold = nil
	// Wait reports how the shell ended, which is of no interest: it ends
	// when all is gone.
	var exit *exec.ExitError
	if waitErr := c.watchdog.Wait(); !errors.As(waitErr, &exit) {
		err = errors.Join(err, waitErr)
	}
	return err
}

// Restart stops the server at once, as a crash would (pg_ctl restart -m
// immediate), and gives back when it answers again.
func (c *Cluster) Restart() error {
	text, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid"))
	if err != nil {
		return fmt.Errorf("finding the server: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		return fmt.Errorf("finding the server: %w", err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, "again"), nil, 0o600); err != nil {
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		return fmt.Errorf("stopping the server: %w", err)
	}
	for { // its lock file goes, or names the next one
		text, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid"))
		if next, _, _ := strings.Cut(string(text), "\n"); err != nil || next != first {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	return c.wait()
}

// Own gives a file or folder to the user that the server runs as.
func (c *Cluster) Own(path string) error {
	credential := c.watchdog.SysProcAttr.Credential
	if credential == nil {
		return nil
	}
	return os.Chown(path, int(credential.Uid), int(credential.Gid))
}

// wait returns when the server answers, or fails with the end of its log.
func (c *Cluster) wait() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db, err := sql.Open("postgres", c.URL)
	if err != nil {
		return err
	}
	defer db.Close()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		_, statErr := os.Stat(filepath.Join(c.dir, "over"))
		switch {
		case statErr == nil:
			return fmt.Errorf("PostgreSQL did not start:\n%s", c.logEnd())
		case !errors.Is(statErr, fs.ErrNotExist):
			return statErr
		case ctx.Err() != nil:
			return fmt.Errorf("PostgreSQL did not answer within a minute: %w\n%s", err, c.logEnd())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (c *Cluster) logEnd() string {
	text, err := os.ReadFile(filepath.Join(c.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text[max(0, len(text)-2000):]))
}

// shortTemp: a Unix socket's path may have about 100 characters, and the
// temporary folder of some systems is longer than half of that.
func shortTemp() string {
	if info, err := os.Stat("/tmp"); err == nil && info.IsDir() {
		return "/tmp"
	}
	return os.TempDir()
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("a port for PostgreSQL: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// environment leaves out what would change how PostgreSQL's programs behave.
func environment() []string {
	var kept []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "PG") && !strings.HasPrefix(pair, "LC_") && !strings.HasPrefix(pair, "LANG") {
			kept = append(kept, pair)
		}
	}
	return append(kept, "LC_ALL=C")
}

// unprivileged puts the cluster into a process group of its own, so that a
// Ctrl-C meant for the tests does not reach it, and hands it and its folder to
// another user when this one is root.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return nil, fmt.Errorf("the user %s: %w", name, err)
		}
		for _, path := range []string{dir, filepath.Join(dir, "password")} {
			if err := os.Chown(path, int(uid), int(gid)); err != nil {
				return nil, err
			}
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		return attr, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody to run it as")
}
