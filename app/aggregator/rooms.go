package aggregator

import (
	"slices"

	"hearth/app/remote"
	"hearth/shared/live"
)

// begin takes in what the house has said before this station listened; everything since is heard.
func (s *Station) begin(v remote.View) {
	s.link = v.Link
	for _, room := range v.Rooms {
		s.entered(room)
	}
	s.announce()
	s.show()
}

// heard takes in one event of the live house, in order.
func (s *Station) heard(e live.Event) {
	switch {
	case e.Link != nil:
		s.linked(*e.Link)
	case e.Entered != nil:
		s.entered(*e.Entered)
	case e.Changed != nil:
		s.changed(*e.Changed)
	case e.Left != nil:
		delete(s.rooms, e.Left.Room)
		delete(s.announced, e.Left.Room)
	case e.Ended != nil:
		s.ended(*e.Ended)
	case e.Signal != nil:
		if sh := s.sharing(e.Signal.Share); sh != nil && e.Signal.From == sh.share.To {
			sh.peer.Signal(e.Signal.Body)
		}
		return
	default:
		return
	}
	s.announce()
	s.show()
}

func (s *Station) linked(link live.Link) {
	s.link = link
	for _, sh := range s.shares {
		sh.peer.Signalling(link.State == live.Online && sh.parked.IsZero())
	}
}

func (s *Station) entered(room live.RoomView) {
	s.rooms[room.Room] = room
	s.grants.doubt()
	for _, share := range room.Shares {
		s.agreed(room.Room, share)
	}
}

func (s *Station) changed(c live.Changed) {
	s.rooms[c.Room.Room] = c.Room
	if d := c.Change.Data; d != nil && d.What == "permissions" {
		s.grants.doubt()
	}
	if c.Change.Share != nil {
		s.agreed(c.Room.Room, *c.Change.Share)
	}
}

// announce tells the patient's room which sensors there are, when that has changed. The house keeps it and is told
// again by itself after a drop.
func (s *Station) announce() {
	sensors := s.sensors()
	for id, room := range s.rooms {
		if room.Patient == "" {
			continue
		}
		if before, told := s.announced[id]; told && slices.Equal(before, sensors) {
			continue
		}
		s.announced[id] = sensors
		s.o.House.Announce(id, sensors)
	}
}

func (s *Station) sensors() []live.Sensor {
	all := []live.Sensor{}
	for _, u := range s.units {
		if !u.known() {
			continue
		}
		for i, st := range u.measure.Streams() {
			if !u.gives(i) {
				continue
			}
			d := s.describe(u, st)
			all = append(all, live.Sensor{
				Key: d.Key, Signal: u.about.Streams[i].Signal, Name: d.Name, Demo: d.Demo, State: d.State, Battery: d.Battery,
			})
		}
	}
	return all
}
