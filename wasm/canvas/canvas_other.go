//go:build !js

package canvas

// Open finds no canvas outside a browser.
func Open(string) (Canvas, error) { return None{}, ErrUnavailable }
