//go:build !js

package sound

// Open returns None.
func Open() Player { return None{} }
