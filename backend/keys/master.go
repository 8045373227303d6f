package keys

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MasterFile is the name of the master key's file in the data folder, and MasterFile+".new" that of the one that follows
// it while the keys are being sealed anew.
const MasterFile = "master.key"

// size of every key that seals, the master key's included, in bytes.
const size = 32

// Master is the key that seals all others.
type Master [size]byte

// String keeps the key out of logs.
func (Master) String() string { return "(master key)" }

// GoString keeps the key out of logs.
func (Master) GoString() string { return "(master key)" }

// NewMaster makes up a master key.
func NewMaster() (m Master) {
	rand.Read(m[:])
	return m
}

// ParseMaster reads a master key as it is set: 32 bytes in base64, of either alphabet, padded or not. The error does not
// quote it.
func ParseMaster(text string) (m Master, err error) {
	text = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(strings.TrimSpace(text), "="))
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(b) != size {
		return m, ErrMasterForm
	}
	copy(m[:], b)
	if m == (Master{}) {
		return m, ErrMasterForm
	}
	return m, nil
}

// Text is the key as an operator sets it.
func (m Master) Text() string { return base64.StdEncoding.EncodeToString(m[:]) }

// WriteMaster writes a key into a file that must not be there yet, readable for this account of the machine alone. The
// file appears whole or not at all.
func WriteMaster(path string, m Master) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".master-*") // with mode 0600
	if err != nil {
		return fmt.Errorf("write the master key: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(m.Text() + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Link(f.Name(), path) // fails when the name is taken
	}
	if err != nil {
		return fmt.Errorf("write the master key: %w", err)
	}
	return nil
}

// ReadMaster reads a key from a file, and takes the file for this account alone. fs.ErrNotExist when there is none.
func ReadMaster(path string) (Master, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Master{}, fmt.Errorf("read the master key: %w", err)
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return Master{}, fmt.Errorf("keep the master key to ourselves: %w", err)
		}
	}
	return ParseMaster(string(b))
}

// keepMaster reads the folder's key, or makes one where there is none. Two programs that begin at once agree on one.
func keepMaster(dir string) (m Master, fresh bool, err error) {
	path := filepath.Join(dir, MasterFile)
	if m, err = ReadMaster(path); !errors.Is(err, fs.ErrNotExist) {
		return m, false, err
	}
	m = NewMaster()
	if err = WriteMaster(path, m); errors.Is(err, fs.ErrExist) {
		m, err = ReadMaster(path)
		return m, false, err
	}
	return m, err == nil, err
}
