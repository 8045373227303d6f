//go:build !js

package page

// Open returns None: there is no browser.
func Open() Page { return None{} }
