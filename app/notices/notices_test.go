package notices

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/push"
)

const key = "house-key"

// browser is one as the Push API has it, written by hand: what is pressed in the page changes it as it does a real one.
type browser struct {
	is     push.Status
	maker  push.Maker
	fails  error // of Subscribe
	answer push.State
}

func (b *browser) Look(context.Context) push.Status { return b.is }

func (b *browser) Subscribe(_ context.Context, key string) (care.PushKeys, error) {
	if b.fails != nil {
		if errors.Is(b.fails, push.ErrDenied) {
			b.is.State = b.answer
		}
		return care.PushKeys{}, b.fails
	}
	if b.is.Key != key {
		b.is.Endpoint = "https://push.example/" + key
	}
	b.is.State, b.is.Key = push.On, key
	return care.PushKeys{Endpoint: b.is.Endpoint, P256dh: "p", Auth: "a"}, nil
}

func (b *browser) Unsubscribe(context.Context) (string, error) {
	was := b.is.Endpoint
	b.is = push.Status{State: push.Off}
	return was, nil
}

func (b *browser) Maker() push.Maker { return b.maker }

// page is one with nothing but the part.
type page struct {
	app.Compo
	Env  *frame.Env
	who  For
	part Part
}

func (p *page) OnMount(ctx app.Context) { p.part.Begin(ctx, p.Env, p.who) }
func (p *page) Render() app.UI          { return app.Div().Body(p.part.Draw()) }

// clinic is a house that remembers one browser of the reader.
type clinic struct {
	*remotetest.House
	push api.Push
	puts []string
	err  error
}

func newClinic(t *testing.T) *clinic {
	c := &clinic{House: remotetest.New(), push: api.Push{Key: key, Own: []string{}}}
	c.Person = live.PersonView{ID: "mira", Name: "Mira"}
	c.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "mira", Name: "Mira", Roles: []access.Role{access.Therapist}}, nil
	})
	c.Answer(api.GetPush, func(remotetest.Asked) (any, error) { return c.push, nil })
	c.Answer(api.PutPush, func(a remotetest.Asked) (any, error) {
		var b api.PushBody
		a.Read(t, &b)
		if c.err == nil {
			c.puts, c.push.Here = append(c.puts, b.Endpoint), b.Endpoint
		}
		return nil, c.err
	})
	c.Answer(api.DeletePush, func(a remotetest.Asked) (any, error) {
		if c.err == nil {
			c.push.Here = ""
		}
		return nil, c.err
	})
	return c
}

// within opens the page in a browser.
func within(t *testing.T, c *clinic, b *browser, who For, f func(*testing.T, *remotetest.Visit)) {
	t.Helper()
	remotetest.Inside(t, c.House, live.Therapist, func(e *frame.Env) app.Composer {
		e.Push = b
		return &page{Env: e, who: who}
	}, f)
}

func TestOnAndOff(t *testing.T) {
	for _, who := range []For{Staff, Patient} {
		c, b := newClinic(t), &browser{is: push.Status{State: push.Off}}
		within(t, c, b, who, func(t *testing.T, v *remotetest.Visit) {
			v.Shows(`data-state="off"`, "Switch on", "names nobody")
			v.Spoken()
			v.Press("notices-on")
			v.Shows(`data-state="on"`, "Switch off", "You are told")
			v.Spoken()
			if !slices.Equal(c.puts, []string{"https://push.example/" + key}) {
				t.Errorf("the house was told %v", c.puts)
			}
			v.Press("notices-off")
			v.Shows(`data-state="off"`)
			if b.is.State != push.Off || c.push.Here != "" {
				t.Errorf("left behind: %+v, %+v", b.is, c.push)
			}
		})
	}
}

// What browser and house know of each other from before is brought together.
func TestSettled(t *testing.T) {
	on := push.Status{State: push.On, Endpoint: "e", Key: key}
	for name, c := range map[string]struct {
		is    push.Status
		house api.Push
		want  string
		puts  int
		left  push.State
	}{
		"known":                   {on, api.Push{Here: "e", Own: []string{"e"}}, "on", 0, push.On},
		"signed in anew":          {on, api.Push{Own: []string{"e"}}, "on", 1, push.On},
		"the house's key changed": {push.Status{State: push.On, Endpoint: "e", Key: "old"}, api.Push{Here: "e", Own: []string{"e"}}, "on", 1, push.On},
		"left behind by somebody": {on, api.Push{}, "off", 0, push.Off},
		"somebody else's":         {on, api.Push{Taken: true}, "off", 0, push.On},
		"lost by the browser":     {push.Status{State: push.Off}, api.Push{Here: "e", Own: []string{"e"}}, "off", 0, push.Off},
	} {
		house, b := newClinic(t), &browser{is: c.is}
		c.house.Key = key
		house.push = c.house
		within(t, house, b, Staff, func(t *testing.T, v *remotetest.Visit) {
			v.Shows(`data-state="` + c.want + `"`)
			if len(house.puts) != c.puts || b.is.State != c.left {
				t.Errorf("%s: the house was told %v, the browser is %+v", name, house.puts, b.is)
			}
			if c.house.Taken {
				v.Shows(`id="notices-taken"`)
				v.Press("notices-on")
				v.Shows(`data-state="on"`)
				v.Hides(`id="notices-taken"`)
			}
			v.Spoken()
		})
	}
}

func TestWhatIsInTheWay(t *testing.T) {
	for _, maker := range []push.Maker{push.Chromium, push.Android, push.Firefox, push.Safari, push.Apple} {
		b := &browser{is: push.Status{State: push.Denied}, maker: maker}
		within(t, newClinic(t), b, Staff, func(t *testing.T, v *remotetest.Visit) {
			v.Shows(`data-state="denied"`, "Look again")
			v.Spoken()
			b.is.State = push.Off
			v.Press("notices-look")
			v.Shows(`data-state="off"`)
		})
	}
	for state, want := range map[push.State]string{push.Unsupported: "Chrome, Edge, Firefox and Safari", push.HomeScreen: "Add to Home Screen"} {
		within(t, newClinic(t), &browser{is: push.Status{State: state}}, Patient, func(t *testing.T, v *remotetest.Visit) {
			v.Shows(want)
			v.Hides("<button")
			v.Spoken()
		})
	}
}

func TestWhatGoesWrong(t *testing.T) {
	b := &browser{is: push.Status{State: push.Off}, fails: push.ErrDenied, answer: push.Denied}
	within(t, newClinic(t), b, Staff, func(t *testing.T, v *remotetest.Visit) {
		v.Press("notices-on")
		v.Shows(`data-state="denied"`)
		v.Hides(`id="notices-failed"`)
	})
	b = &browser{is: push.Status{State: push.Off}, fails: push.ErrDenied, answer: push.Off} // the question was shut
	within(t, newClinic(t), b, Staff, func(t *testing.T, v *remotetest.Visit) {
		v.Press("notices-on")
		v.Shows(`data-state="off"`)
		v.Hides(`id="notices-failed"`, "Please allow")
	})
	b = &browser{is: push.Status{State: push.Off}, fails: errors.New("AbortError")}
	within(t, newClinic(t), b, Staff, func(t *testing.T, v *remotetest.Visit) {
		v.Press("notices-on")
		v.Shows(`data-state="off"`, `id="notices-failed"`, "did not answer")
		v.Spoken()
		b.fails = nil
		v.Press("notices-on")
		v.Shows(`data-state="on"`)
		v.Hides(`id="notices-failed"`)
	})
	c, b := newClinic(t), &browser{is: push.Status{State: push.Off}}
	c.err = fault.New(fault.TooMany, "push.many", nil)
	within(t, c, b, Staff, func(t *testing.T, v *remotetest.Visit) {
		v.Press("notices-on")
		v.Shows(`data-state="off"`, "too many browsers")
		if b.is.State != push.Off {
			t.Error("the browser takes notices nobody sends")
		}
	})
	c = newClinic(t)
	c.Answer(api.GetPush, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Unavailable, "network", nil) })
	within(t, c, &browser{is: push.Status{State: push.Off}}, Staff, func(t *testing.T, v *remotetest.Visit) { v.Hides(`id="notices"`) })
}
