// Package file takes in a file the reader chose, and gives one to keep. It looks at no file that was not chosen, and sends
// none anywhere.
package file

import (
	"context"
	"strconv"

	"hearth/shared/fault"
)

// ErrUnavailable means there is no browser here to choose a file in.
var ErrUnavailable = fault.New(fault.Unavailable, "file.unavailable", nil)

// File is a file with all it holds.
type File struct {
	Name  string
	Bytes []byte
}

// Desk is where files are handed over. Its methods are never called from inside a js.Func.
type Desk interface {
	// Chosen reads the file that was chosen in the input with this id, or dropped on it, and empties the input, so that the same
	// file can be chosen again. A file of more than most bytes is refused before it is read: fault "file.large". None chosen is
	// fault "file.none", one that cannot be read "file.unreadable".
	Chosen(ctx context.Context, id string, most int64) (File, error)
	// Save gives the reader a file of a media type to keep; the browser asks where, or puts it with the others.
	Save(name, kind string, content []byte)
}

// None is the desk where there is no browser.
type None struct{}

// Chosen refuses with ErrUnavailable.
func (None) Chosen(context.Context, string, int64) (File, error) { return File{}, ErrUnavailable }

// Save does nothing.
func (None) Save(string, string, []byte) {}

// large is the fault of a file with more than most bytes.
func large(most int64) error {
	return fault.New(fault.TooLarge, "file.large", nil).With("megabytes", strconv.FormatInt(most>>20, 10))
}
