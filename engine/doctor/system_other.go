//go:build !linux && !darwin

package doctor

import "errors"

// writable is not known before it is tried.
func writable(string) error { return nil }

func freeSpace(string) (uint64, error) { return 0, errors.ErrUnsupported }
