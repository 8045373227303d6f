//go:build !js

package push

// Open returns None.
func Open() Browser { return None{} }
