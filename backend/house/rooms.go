package house

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"hearth/backend/audit"
	"hearth/backend/identity"
	"hearth/backend/room"
	"hearth/backend/store"
	"hearth/backend/visit"
	"hearth/backend/web"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// rooms lets web speak to the hub in its own words.
type rooms struct {
	*room.Hub
	passes   *passes
	identity *identity.Service
	address  func(r *http.Request) netip.Addr
	programs func(ctx context.Context, person care.PersonID) // ends what other programs were given for a person; nil: nothing
}

// Serve tells the hub whose socket it is.
func (r rooms) Serve(w http.ResponseWriter, req *http.Request, who identity.Who) {
	r.Hub.Serve(w, req, room.Who{
		Person:  live.PersonView{ID: who.Person.ID, Name: who.Person.Name},
		Roles:   who.Person.Roles,
		Site:    who.Person.Site,
		Patient: who.Person.Patient,
		Visit:   who.Person.Visit,
		Guest:   who.Person.Guest,
		Session: web.Session(who),
		From:    audit.Network(r.address(req)),
		Home:    web.Household(r.address(req)),
		Still:   func(ctx context.Context) error { return r.still(ctx, who) },
	})
}

// still asks identity, and lets the relays of a session live on with it.
func (r rooms) still(ctx context.Context, who identity.Who) error {
	err := r.identity.Still(ctx, who)
	if err == nil {
		r.passes.renew(web.Session(who))
	} else if fault.Is(err, fault.SignedOut) {
		r.passes.end(func(p pass) bool { return p.session == web.Session(who) })
	}
	return err
}

// Open lists a person's open pages.
func (r rooms) Open(person care.PersonID) []web.Open {
	var list []web.Open
	for _, o := range r.Hub.Of(person) {
		list = append(list, web.Open{Session: o.Session, Portal: string(o.Portal), Since: o.Since})
	}
	return list
}

// Withdraw ends a person's relays with their sockets.
func (r rooms) Withdraw(ctx context.Context, person care.PersonID) {
	r.passes.end(func(p pass) bool { return p.person == person })
	r.Hub.Withdraw(ctx, person)
}

// SignedOut ends a session's relays with its sockets.
func (r rooms) SignedOut(ctx context.Context, session string) {
	r.passes.end(func(p pass) bool { return p.session == session })
	r.Hub.SignedOut(ctx, session)
}

// SignedOutEverywhere, which follows a new password too, ends the relays of a person's sessions but one with their sockets.
func (r rooms) SignedOutEverywhere(ctx context.Context, person care.PersonID, but string) {
	r.passes.end(func(p pass) bool { return p.person == person && p.session != but })
	r.Hub.SignedOutEverywhere(ctx, person, but)
	if r.programs != nil {
		r.programs(ctx, person)
	}
}

// rules answers what the hub asks of the house.
type rules struct {
	store  *store.Store
	relay  relay
	passes *passes
	veil   []byte // hides who asks for a relay
	visits func() *visit.Book
}

// Rooms decides where a page stands, from the roles and the portal it was opened as.
func (h rules) Rooms(ctx context.Context, who room.Who, portal live.Portal) ([]room.Place, error) {
	by := care.Reader{Person: who.Person.ID, Site: who.Site, Roles: who.Roles}
	switch portal {
	case live.Therapist:
		by.Roles = only(by.Roles, access.Therapist)
		patients, err := h.store.ListPatients(ctx, by)
		if err != nil || len(by.Roles) == 0 {
			return nil, err
		}
		var places []room.Place
		for _, p := range patients {
			places = append(places, room.Place{Room: live.PatientRoom(p.ID), Patient: p.ID, Name: p.Name})
		}
		visits, err := h.visiting(ctx, by)
		return append(places, visits...), err
	case live.Patient, live.Aggregator:
		if who.Patient == "" || len(only(by.Roles, access.Patient)) == 0 {
			return nil, nil
		}
		p, err := h.store.PatientOf(ctx, who.Person.ID)
		if err != nil {
			return nil, err
		}
		return []room.Place{{Room: live.PatientRoom(p.ID), Patient: p.ID, Name: p.Name}}, nil
	case live.Admin:
		by.Roles = but(by.Roles, access.Therapist)
		places, err := h.visiting(ctx, by)
		if access.May(by.Roles, access.ManagePeople) {
			places = append(places, room.Place{Room: live.SiteRoom(who.Site)})
		}
		return places, err
	case live.Visitor:
		return h.visitor(ctx, who)
	}
	return nil, nil
}

// only keeps one role: a person of several stands in a portal with the rights of that portal alone.
func only(roles []access.Role, role access.Role) []access.Role {
	for _, r := range roles {
		if r == role {
			return []access.Role{role}
		}
	}
	return nil
}

// Permitted asks the store anew each time: a permission withdrawn a moment ago is withdrawn.
func (h rules) Permitted(ctx context.Context, patient care.PatientID, therapist care.PersonID) ([]access.Signal, error) {
	return h.store.PermittedSignals(ctx, patient, therapist)
}

// Relayed asks the store anew each time, too.
func (h rules) Relayed(ctx context.Context, patient care.PatientID) (bool, error) {
	return h.store.InRelayedVisit(ctx, patient)
}

// Note writes into the audit trail who receives which kinds of signals of whom, and how it ended.
func (h rules) Note(ctx context.Context, s room.Shared) error {
	words := []string{"share", s.What}
	switch {
	case s.Reason != "":
		words = append(words, s.Reason)
	case s.What != room.SharedEnd:
		for _, signal := range s.Share.Signals {
			words = append(words, string(signal))
		}
	}
	return h.store.AppendAudit(ctx, audit.Entry{Person: s.Share.Therapist.ID, Action: strings.Join(words, "."), Patient: s.Patient,
		Object: string(s.Share.ID), From: s.From})
}

// Relay makes fresh entries for one page. The name in them is readable on the way to the relay; it says for a day that
// two pages are one person's, and never whose. The pass comes before the question whether the session still is: whoever
// is turned away in between finds it to take it back.
func (h rules) Relay(ctx context.Context, who room.Who, member live.MemberID) ([]live.ICEServer, error) {
	holder := h.alias(string(who.Person.ID)) + "/" + h.alias(who.Session)
	h.passes.issue(holder, pass{person: who.Person.ID, session: who.Session})
	if who.Still != nil {
		if err := who.Still(ctx); fault.Is(err, fault.SignedOut) {
			return nil, err
		}
	}
	return h.relay.Servers(holder + "/" + h.alias(string(member))), nil
}

func (h rules) alias(id string) string {
	m := hmac.New(sha256.New, h.veil)
	m.Write([]byte(time.Now().UTC().Format(time.DateOnly) + "/" + id))
	return hex.EncodeToString(m.Sum(nil)[:10])
}
