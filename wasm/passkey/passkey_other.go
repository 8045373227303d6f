//go:build !js

package passkey

// Open returns None.
func Open() Device { return None{} }
