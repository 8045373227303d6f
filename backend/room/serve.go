package room

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

// Serve answers a request for api.LiveSocket. It returns as soon as the socket is taken or refused; the socket goes on
// by itself until either side or Close ends it.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, who Who) {
	h.take(w, r, who, func(c *conn) { c.serve(h.ctx) })
}

// TurnAway takes the socket only to say in words why not: a browser shows a page no other answer. Use it with
// live.CodeSignedOut when nobody is signed in.
func (h *Hub) TurnAway(w http.ResponseWriter, r *http.Request, code string) {
	h.take(w, r, Who{}, func(c *conn) {
		c.refuse(live.Refused{Code: code, Final: true})
		c.drain()
	})
}

// take upgrades the connection and lets do read from it, while a second goroutine writes.
func (h *Hub) take(w http.ResponseWriter, r *http.Request, who Who, do func(*conn)) {
	h.mu.Lock()
	if h.closing {
		h.mu.Unlock()
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	h.served.Add(1) // before Close waits
	h.mu.Unlock()
	ws, err := h.upgrade.Upgrade(w, r, nil) // writes its own refusal
	if err != nil {
		h.served.Done()
		return
	}
	c := newConn(h, ws, who)
	h.mu.Lock()
	h.sockets[c.id] = c
	if h.closing {
		c.out.end(websocket.CloseServiceRestart)
	}
	h.mu.Unlock()
	h.served.Add(1)
	go func() {
		defer h.served.Done()
		c.write()
	}()
	go func() {
		defer h.served.Done()
		do(c)
		h.delist(c)
		c.shut()
	}()
}

// room reports whether a person may hold one more page, and names the socket's page. A page that comes back does not
// count against itself.
func (h *Hub) room(c *conn, member live.MemberID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	held := 0
	for _, o := range h.sockets {
		if o.member != "" && o.member != member && o.who.Person.ID == c.who.Person.ID {
			held++
		}
	}
	if h.closing || held >= h.c.Pages {
		return false
	}
	c.member = member
	return true
}

func (h *Hub) delist(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sockets, c.id)
}

// guest is the role of who came by a link.
const guest access.Role = "guest"

// roles says whose portal it is.
var roles = map[live.Portal][]access.Role{
	live.Aggregator: {access.Patient},
	live.Patient:    {access.Patient},
	live.Therapist:  {access.Therapist},
	live.Admin:      {access.Administrator, access.Clerk},
	live.Visitor:    {guest, access.Patient},
}

// places asks the house where a page stands, and drops what no page of its portal may ever see, whatever the answer was.
func (h *Hub) places(ctx context.Context, who Who, portal live.Portal) ([]Place, error) {
	select {
	case h.asks <- struct{}{}:
		defer func() { <-h.asks }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, lookUp)
	defer cancel()
	all, err := h.c.House.Rooms(ctx, who, portal)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(p Place) bool {
		switch portal {
		case live.Aggregator, live.Patient:
			return who.Patient == "" || p.Patient != who.Patient || p.Room != live.PatientRoom(who.Patient)
		case live.Visitor:
			return !visited(who, p)
		case live.Therapist:
			return !treated(p)
		}
		return !managed(who, p)
	}), nil
}

// visited says where a visitor's page may stand at all: at the own door and in the own visit, and in the own patient's room.
func visited(who Who, p Place) bool {
	mine := p.Guest != "" && p.Visit != "" && (who.Guest == "" || who.Guest == p.Guest && who.Visit == p.Visit)
	switch p.Room.Kind() {
	case live.OfPatient:
		return who.Patient != "" && p.Patient == who.Patient && p.Room == live.PatientRoom(p.Patient)
	case live.OfVisit:
		return mine && p.Room == live.VisitRoom(p.Visit)
	case live.OfDoor:
		return mine && p.Room == live.DoorRoom(p.Guest)
	}
	return false
}

// treated says where a therapist's page may stand at all.
func treated(p Place) bool {
	switch p.Room.Kind() {
	case live.OfPatient:
		return p.Patient != "" && p.Room == live.PatientRoom(p.Patient)
	case live.OfVisit:
		return p.Visit != "" && p.Room == live.VisitRoom(p.Visit)
	case live.OfDoor:
		return p.Visit != "" && (p.Guest == "" || p.Room == live.DoorRoom(p.Guest))
	}
	return p.Room.Kind() == live.OfDesk
}

// managed says where a page of the office may stand at all: never in a visit, and never where a patient is.
func managed(who Who, p Place) bool {
	switch p.Room.Kind() {
	case live.OfSite:
		return p.Room == live.SiteRoom(who.Site)
	case live.OfDoor:
		return p.Visit != "" && p.Guest == ""
	}
	return p.Patient == "" && p.Room.Kind() == live.OfDesk
}

// The socket's patience.
const (
	helloWithin = 5 * time.Second
	pingEvery   = 10 * time.Second
	silence     = 13 * time.Second
	writeWithin = 10 * time.Second
	farewell    = time.Second // for the page to answer our close frame
	askAgain    = time.Minute // whether the session still is
	mostAsks    = 16          // questions to the house at once: when a desk is told of a guest, all its pages ask
)

// Close codes (RFC 6455 section 7.4).
const (
	closePolicy   = websocket.ClosePolicyViolation
	closeReplaced = 4001 // the same page has a newer socket
)

func newSocketID() SocketID { return care.NewID[SocketID]() }
