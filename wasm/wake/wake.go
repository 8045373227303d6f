// Package wake keeps the screen on while something is measured. It never decides when.
package wake

// Lock keeps the screen on. The browser takes the lock away when the page is hidden; the lock comes back by itself when
// somebody looks again.
type Lock interface {
	// Hold asks for the lock and keeps asking until Release. Held reports whether the browser grants it at the moment.
	Hold()
	Held() bool
	Release()
}

// None is the lock of a browser without the ability: never held.
type None struct{}

func (None) Hold()      {}
func (None) Held() bool { return false }
func (None) Release()   {}
