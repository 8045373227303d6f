//go:build !js

package motion

import "hearth/shared/sensor/phone"

// Open returns None.
func Open() phone.Source { return None{} }
