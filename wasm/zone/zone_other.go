//go:build !js

package zone

import "time"

// Use does nothing where Go knows the zone itself.
func Use() {}

// Here is the reader's zone where there is no browser.
func Here() string { return "UTC" }

// Names is nobody's list where there is no browser.
func Names() []string { return nil }

func load(name string) (*time.Location, error) { return time.LoadLocation(name) }
