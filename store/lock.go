package store

import (
	"fmt"
	"os"
	"path/filepath"
)

// LockData takes the data folder for this process alone and makes it when it
// does not exist. ErrLocked when another process has it. The operating system
// releases the lock when the process dies, however it dies, so a lock never has
// to be cleared by hand.
func LockData(dir string) (unlock func() error, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := lockFile(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	// The file stays: removing it would let two processes lock two files of one
	// name. Closing it releases the lock.
	return f.Close, nil
}
