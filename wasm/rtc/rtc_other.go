//go:build !js

package rtc

// Open returns None: only a browser has peer connections of its own. Package native has those that run anywhere.
func Open() Maker { return None{} }

// OpenRelayed returns None, as Open does.
func OpenRelayed() Maker { return None{} }
