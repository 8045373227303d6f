// Package wake keeps the screen on and the page running while something is measured. It never decides when.
//
// The screen is kept on by a screen wake lock (https://www.w3.org/TR/screen-wake-lock/). The page is kept from being frozen
// or discarded by holding a web lock (https://www.w3.org/TR/web-locks/), which nobody else wants: browsers that put pages
// out of sight to sleep leave those alone that hold one.
package wake

// Name is how the web lock of a page begins; the rest is the page's own, so that no page waits for another.
const Name = "hearth-measuring-"

// Lock keeps the screen on and the page running. The browser takes the screen's lock away when the page is hidden; it comes
// back by itself when somebody looks again.
type Lock interface {
	// Hold asks for both locks and keeps asking for the screen's until Release. Held reports whether the browser keeps the
	// screen on at the moment.
	Hold()
	Held() bool
	Release()
}

// None is the lock where there is no browser: never held.
type None struct{}

func (None) Hold()      {}
func (None) Held() bool { return false }
func (None) Release()   {}
