//go:build !js

package media

// Open returns a Capture of nothing: whatever is asked of it is unavailable.
func Open(o Options) *Capture { return newCapture(none{}, o) }

// OpenPlayer returns None.
func OpenPlayer() Player { return None{} }

// Agent is the browser's make: there is none.
func Agent() Make { return AnotherBrowser }
