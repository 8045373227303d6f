//go:build !js

package wake

// Open returns None.
func Open() Lock { return None{} }
