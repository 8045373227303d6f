//go:build !js

package socket

// Open returns None: outside a browser there is no WebSocket to use.
func Open() Browser { return None{} }
