//go:build !js

package fetch

// Open returns None: outside a browser nobody fetches.
func Open() Client { return None{} }
