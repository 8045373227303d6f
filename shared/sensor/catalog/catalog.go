// Package catalog lists the sensors Hearth knows, in the order of their tiles. It is the one line a new sensor needs
// outside its own folder.
package catalog

import (
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/sensor/heartrate"
	"hearth/shared/sensor/movesense"
	"hearth/shared/sensor/phone"
	"hearth/shared/sensor/polar"
)

// Drivers returns every driver in tile order: what people wear first, what is made up last.
func Drivers() []sensor.Driver {
	return []sensor.Driver{
		movesense.Driver{},
		heartrate.Driver{},
		polar.Driver{},
		phone.Driver{},
		demo.Driver{},
	}
}

// Driver returns the driver with a key.
func Driver(key string) (sensor.Driver, bool) {
	for _, d := range Drivers() {
		if d.Describe().Key == key {
			return d, true
		}
	}
	return nil, false
}
