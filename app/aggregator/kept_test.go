package aggregator

import (
	"slices"
	"testing"

	"hearth/shared/sensor/catalog"
)

// A patient's first visit shows what people wear before what is made up; a demo begins with what is made up.
func TestDriversInOrder(t *testing.T) {
	for inDemo, place := range map[bool]int{false: len(catalog.Drivers()) - 1, true: 0} {
		var keys []string
		for i, d := range Drivers(inDemo) {
			about := d.Describe()
			if about.Demo != (i == place) {
				t.Errorf("in a demo %v: %s is at %d", inDemo, about.Key, i)
			}
			keys = append(keys, about.Key)
		}
		for _, d := range catalog.Drivers() {
			if !slices.Contains(keys, d.Describe().Key) {
				t.Errorf("in a demo %v: %s is missing", inDemo, d.Describe().Key)
			}
		}
	}
}
