package aggregator

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"hearth/shared/sensor"
	"hearth/shared/sensor/catalog"
	"hearth/shared/sensor/demo"
)

// Kept is what a page remembers of a sensor over a reload.
type Kept struct {
	Kind    string `json:"kind"`
	Story   string `json:"story,omitempty"`
	Running bool   `json:"running,omitempty"`
	Device  string `json:"device,omitempty"` // the browser's id of it
	Name    string `json:"name,omitempty"`   // as it calls itself, so that the person knows which one to pick
}

// maxKept bounds what is read back: anybody can write into a browser's storage.
const maxKept = 8

// Keep writes a view's sensors down.
func Keep(v View) string {
	kept := []Kept{}
	for _, s := range v.Sensors {
		k := Kept{Kind: s.Kind, Story: string(s.Story), Running: s.Waits || stuck(s) || s.State != sensor.Idle && s.State != sensor.Failed}
		if !s.Demo {
			k.Device, k.Name = s.ID, s.Device
		}
		kept = append(kept, k)
	}
	b, err := json.Marshal(kept)
	if err != nil {
		return ""
	}
	return string(b)
}

// Recall reads them back; what makes no sense is nothing.
func Recall(text string) []Kept {
	var kept []Kept
	if len(text) > 4<<10 || json.Unmarshal([]byte(text), &kept) != nil {
		return nil
	}
	kept = kept[:min(len(kept), maxKept)]
	for i := range kept {
		kept[i].Name = sensor.CleanName(kept[i].Name)
	}
	return kept
}

// Drivers are the catalogue's, in the order of their tiles; in a demo the demo comes first.
func Drivers(inDemo bool) []sensor.Driver {
	all := catalog.Drivers()
	if i := slices.IndexFunc(all, func(d sensor.Driver) bool { return d.Describe().Demo }); inDemo && i > 0 {
		all = slices.Concat(all[i:i+1], all[:i], all[i+1:])
	}
	return all
}

// Restore adds the sensors a page had before it was loaded anew. Those that were running connect again by themselves
// where that needs no gesture: the demo, and what the browser remembers. The others wait for one press.
func (s *Station) Restore(kept []Kept) {
	s.queue.put(func() {
		for _, k := range kept {
			u := s.add(k.Kind, demo.Scenario(k.Story))
			if u == nil {
				continue
			}
			_, own := u.driver.(interface{ Adapter() sensor.Adapter })
			switch {
			case own && k.Running:
				s.step(u, u.life.Connect(s.now()))
			case !own && k.Device != "":
				u.was, u.waits = k, k.Running
				s.recall(u)
			}
		}
		s.whole = true
		s.settle()
	})
}

// recallPatience bounds how long the browser is asked for what it remembers.
const recallPatience = 5 * time.Second

// recall looks for a sensor's device among those the browser remembers.
func (s *Station) recall(u *unit) {
	adapter, driver := s.way(u.driver), u.driver
	if adapter == nil {
		return
	}
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(s.ctx, recallPatience)
		defer cancel()
		known, err := adapter.Remembered(ctx, driver)
		if err != nil {
			return // then the person is asked
		}
		for _, d := range known {
			if d.ID() == u.was.Device {
				s.queue.put(func() { s.recalled(u, d) })
				return
			}
		}
	})
}

// recalled is told that the browser remembers a sensor's device.
func (s *Station) recalled(u *unit, d sensor.Device) {
	if s.ending || u.device != nil || u.life.State() != sensor.Idle || s.taken(u, d) {
		return // a person was faster
	}
	u.device = d
	if u.waits {
		u.waits = false
		s.step(u, u.life.Resume(s.now()))
	}
	s.settle()
}
