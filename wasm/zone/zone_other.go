//go:build !js

package zone

// Use does nothing where Go knows the zone itself.
func Use() {}
