package agenda

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/api"
	"hearth/shared/care"
)

var now = time.Date(2026, 11, 21, 9, 12, 0, 0, time.UTC)

func otter() (api.Record, care.Contact) {
	return api.Record{ID: "otter", Project: "bridge", Name: "Otter-08", Language: "de"}, care.Contact{Mobile: "+4917012345678",
		Relatives: []care.Relative{{ID: "r1", Name: "Ann", Relation: "mother", Mobile: "+4917012345679"}, {ID: "r2", Name: "Bo", Relation: "father"}, {ID: "r3", Name: "Cy", Relation: "friend", Mail: "cy@b.example"}}}
}

// TestOnlyWhoIsTickedIsInvited: whatever is ticked, un-ticked and ticked again, and in whatever order kinds are tried, the body
// names exactly those whose tick stands, and relatives by their id alone.
func TestOnlyWhoIsTickedIsInvited(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := NewDraft(now, "Europe/Berlin", "bridge")
		d.Choose(otter())
		d.Seat([]api.Staff{{ID: "noor", Name: "Noor"}, {ID: "me", Name: "Me"}}, "me")
		want := map[string]bool{"patient": true}
		keys := []string{"patient", "r1", "r2", "interpreter", "staff-noor"}
		t.Repeat(map[string]func(*rapid.T){
			"tick": func(t *rapid.T) {
				key := rapid.SampledFrom(keys).Draw(t, "key")
				on := rapid.Bool().Draw(t, "on")
				d.Chair(key).On = on
				want[key] = on
			},
			"write": func(t *rapid.T) { d.Chair(rapid.SampledFrom(keys).Draw(t, "key")).Name = "X" },
			"": func(t *rapid.T) {
				var got []string
				for _, g := range d.Body().Guests {
					c := d.Chairs[slices.IndexFunc(d.Chairs, func(c *Chair) bool { return c.ID == g.ID })]
					got = append(got, c.Key)
					if g.As == care.AsRelative && string(g.Relative) != c.Key || g.As != care.AsInterpreter && !g.Address.Empty() {
						t.Fatalf("%s is invited as %+v", c.Key, g)
					}
				}
				for _, key := range keys {
					if slices.Contains(got, key) != want[key] {
						t.Fatalf("invited %v, ticked %v", got, want)
					}
				}
			},
		})
	})
}

func TestKindsSayWhoMayCome(t *testing.T) {
	d := NewDraft(now, "UTC", "bridge")
	d.Choose(otter())
	d.Chair("r1").On = true
	d.SetKind(care.Information)
	if !d.Chair("r1").Reach || d.Chair("r2").Reach || !d.Chair("r3").Reach {
		t.Error("who is reached by a number or an e-mail address alone is reached, and nobody else")
	}
	if got := d.Body(); len(got.Guests) != 1 || got.Guests[0].Relative != "r1" {
		t.Errorf("to a talk with relatives come %+v", got.Guests)
	}
	d.SetKind(care.Therapy)
	if !d.Chair("patient").On || !d.Chair("r1").On {
		t.Error("back at therapy the patient has no place, or the mother lost hers")
	}
	d.SetKind(care.Meeting)
	if got := d.Body(); got.Patient != "" || len(got.Guests) != 0 || len(d.Check()) != 1 {
		t.Errorf("a meeting of staff is %+v, %v", got, d.Check())
	}
}

func TestAskingTwiceBooksOnce(t *testing.T) {
	d := NewDraft(now, "UTC", "bridge")
	d.Choose(otter())
	if a, b := d.Body(), d.Body(); a.ID != b.ID || a.Guests[0].ID != b.Guests[0].ID || a.ID == "" {
		t.Errorf("%+v, then %+v", a, b)
	}
}

func TestANewPatientBringsNoOldRelatives(t *testing.T) {
	d := NewDraft(now, "UTC", "bridge")
	d.Choose(otter())
	d.Chair("r1").On = true
	d.Choose(api.Record{ID: "wren", Project: "bridge", Name: "Wren-23"}, care.Contact{})
	if got := d.Body(); got.Patient != "wren" || len(got.Guests) != 1 || got.Guests[0].As != care.AsPatient || d.Chair("r1") != nil {
		t.Errorf("Wren is visited with %+v", got.Guests)
	}
}

func TestNewDraft(t *testing.T) {
	if d := NewDraft(now, "Europe/Berlin", ""); d.Local() != "2026-11-21T10:30" {
		t.Errorf("at 10:12 in Berlin %s is offered", d.Local())
	}
}

// TestWhoIsResponsibleIsNoGuest: nor is staff of another project, and who is shown as responsible is.
func TestWhoIsResponsibleIsNoGuest(t *testing.T) {
	b := &booking{Draft: NewDraft(now, "UTC", "bridge")}
	b.Choose(otter())
	b.Host = "gone" // who treats Otter-08 works here no more
	b.hosts([]api.Staff{{ID: "ann", Name: "Ann", Hosts: true}, {ID: "bo", Name: "Bo", Hosts: true}, {ID: "me", Name: "Me", Hosts: true}}, "me", false)
	if b.Host != "ann" {
		t.Errorf("responsible is %q, and the first of the list is shown", b.Host)
	}
	b.Host = "bo"
	for _, c := range b.Chairs {
		c.On = c.As == care.AsStaff
	}
	invited := func() (list []care.PersonID) {
		for _, g := range b.Body().Guests {
			list = append(list, g.Person)
		}
		return list
	}
	if got := invited(); !slices.Equal(got, []care.PersonID{"ann", "me"}) || b.Fits(b.Chair("staff-bo")) {
		t.Errorf("invited by the side of Bo: %v", got)
	}
	b.hosts([]api.Staff{{ID: "ann", Name: "Ann", Hosts: true}, {ID: "cy", Name: "Cy", Hosts: true}}, "me", false)
	if got := invited(); b.Host != "ann" || len(got) != 0 || b.Chair("staff-me") != nil || b.Chair("staff-cy") == nil {
		t.Errorf("in another project %q is responsible, and %v are invited", b.Host, got)
	}
	b.hosts(nil, "me", true)
	if b.Host != "me" {
		t.Errorf("whoever has visits of their own hosts what they book, not %q", b.Host)
	}
}

// Whoever cannot come into a visit with a patient is not offered as its host, and may be its guest; a meeting of staff anybody hosts.
func TestWhoMayHostDependsOnTheKind(t *testing.T) {
	b := &booking{Draft: NewDraft(now, "UTC", "bridge")}
	list := []api.Staff{{ID: "ada", Name: "Ada, clerk"}, {ID: "bo", Name: "Bo", Hosts: true}}
	b.SetKind(care.Meeting)
	if b.hosts(list, "ada", false); b.Host != "ada" {
		t.Errorf("a meeting is hosted by %q", b.Host)
	}
	b.SetKind(care.Therapy)
	if b.hosts(list, "ada", false); b.Host != "bo" || b.Chair("staff-ada") == nil {
		t.Errorf("a therapy is hosted by %q", b.Host)
	}
	if b.hosts(list[:1], "ada", false); api.HostsOf(b.Kind, b.staff) != nil {
		t.Error("a clerk is offered")
	}
}

// TestTheTickFollowsTheRule: who is invited decides, until somebody chooses; and what nobody chose is left to the house.
func TestTheTickFollowsTheRule(t *testing.T) {
	d := NewDraft(now, "UTC", "bridge")
	d.Choose(otter())
	says := func(what string, shown bool, body *bool) {
		t.Helper()
		got := d.Body().Relay
		if d.Relays() != shown || (got == nil) != (body == nil) || got != nil && *got != *body {
			t.Errorf("%s: the tick is %v, the house is told %v", what, d.Relays(), got)
		}
	}
	says("the patient alone", false, nil)
	d.Chair("r1").On = true
	says("before anybody knows the rule", false, nil)
	d.Learn("elsewhere", api.Visiting{Relaying: care.RelayAlways}, nil)
	says("when only that of another project came", false, nil)
	d.Learn("bridge", api.Visiting{}, errors.New("away"))
	says("when it could not be read", false, nil)
	d.Learn("bridge", api.Visiting{Relaying: care.RelayOthers}, nil)
	says("with the mother", true, nil)
	d.Rule = care.RelayNever
	says("in a project that says never", false, nil)
	d.Rule = care.RelayOthers
	d.Said = true
	says("taken out", false, new(false))
	d.Relay = true
	says("chosen", true, new(true))
	d.Choose(api.Record{ID: "otter", Project: "bridge"}, care.Contact{})
	says("of the same project", true, new(true))
	d.Said, d.NoRelay = false, true
	says("in a house without a relay", false, nil)
	d.Chair("interpreter").On, d.NoRelay, d.Failing = true, false, true
	says("while nothing comes through: nothing changes by itself", true, nil)
	d.Said, d.Relay = true, true
	says("chosen all the same", true, new(true))
	d.Choose(api.Record{ID: "wren", Project: "brook"}, care.Contact{})
	says("nothing is chosen for a patient of another project", false, nil)
	d.Learn("bridge", api.Visiting{Relaying: care.RelayAlways}, nil)
	says("what the project before says comes late", false, nil)
}
