package database

import (
	"errors"
	"syscall"

	"golang.org/x/sys/unix"
)

// unanswered makes the system give a connection up when what was sent is not
// answered: keepalive looks at idle ones only.
func unanswered(_, _ string, raw syscall.RawConn) error {
	var failed error
	err := raw.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(silence.Milliseconds()))
	})
	if errors.Is(failed, unix.ENOPROTOOPT) || errors.Is(failed, unix.EOPNOTSUPP) {
		return err // a Unix socket: its other side is this machine
	}
	return errors.Join(err, failed)
}
