//go:build !js

package file

// Open returns None: outside a browser nobody chooses files.
func Open() Desk { return None{} }
