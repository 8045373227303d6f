package post

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"hearth/shared/care"
)

// Shelf is where a demo's messages end, exactly as they would have gone out.
type Shelf struct {
	now  func() time.Time
	file string // "" keeps them in memory alone

	mu   sync.Mutex
	list []Shelved
}

// Shelved is a message that would have gone out.
type Shelved struct {
	Letter
	Channel care.Channel
	At      time.Time
	File    string // the calendar as a file; "" for none
	Method  string // of it
}

// mostShelved is how many a shelf holds.
const mostShelved = 200

// NewShelf makes a shelf with what lies in a file, which nothing but a demo has; "" for none. A file that is missing or makes
// no sense is as good as an empty one.
func NewShelf(now func() time.Time, file string) *Shelf {
	if now == nil {
		now = time.Now
	}
	s := &Shelf{now: now, file: file}
	if b, err := os.ReadFile(file); file == "" || err != nil || json.Unmarshal(b, &s.list) != nil {
		s.list = nil
	}
	return s
}

// keep writes the shelf down. What cannot be written is on the shelf all the same, until the house closes.
func (s *Shelf) keep() {
	if b, err := json.Marshal(s.list); s.file != "" && err == nil {
		_ = os.WriteFile(s.file, b, 0o600)
	}
}

// Sender is a channel that ends on the shelf.
func (s *Shelf) Sender(channel care.Channel) Sender { return slot{s, channel} }

type slot struct {
	shelf   *Shelf
	channel care.Channel
}

// Repeats reports that what lies there already is not laid there again.
func (s slot) Repeats() bool { return true }

// Send lays a message on the shelf, the newest first.
func (s slot) Send(_ context.Context, l Letter) Answer {
	one := Shelved{Letter: l, Channel: s.channel, At: s.shelf.now()}
	if c := l.Calendar; c != nil {
		filled := *c
		filled.Organizer, filled.Attendee = "visits@demo.invalid", l.To
		one.File, one.Method = filled.File(), filled.Method()
	}
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	if !slices.ContainsFunc(s.shelf.list, func(o Shelved) bool { return o.ID == l.ID }) {
		s.shelf.list = slices.Insert(s.shelf.list, 0, one)
		s.shelf.list = s.shelf.list[:min(len(s.shelf.list), mostShelved)]
		s.shelf.keep()
	}
	return Answer{Fate: Taken, Provider: "demo-" + string(l.ID)}
}

// All lists what lies there, the newest first.
func (s *Shelf) All() []Shelved {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// Piece is a part of a text: words, or a link.
type Piece struct{ Text, Link string }

// Pieces cuts a text at its links, so that they can be tapped.
func (s Shelved) Pieces() (list []Piece) {
	rest := s.Text
	for {
		i := strings.Index(rest, "http")
		if i < 0 || !strings.HasPrefix(rest[i:], "http://") && !strings.HasPrefix(rest[i:], "https://") {
			return append(list, Piece{Text: rest})
		}
		n := strings.IndexAny(rest[i:], " \n")
		if n < 0 {
			n = len(rest) - i
		}
		list = append(list, Piece{Text: rest[:i]}, Piece{Link: rest[i : i+n]})
		rest = rest[i+n:]
	}
}
