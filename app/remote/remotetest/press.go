package remotetest

import (
	"reflect"
	"slices"
	"unsafe"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Press presses the drawn button with this id, as a finger does: its handler gets the context of the button itself, which is
// worth nothing any more once the button is gone. A button that is not there, or cannot be pressed, fails the test.
func (v *Visit) Press(id string) {
	v.t.Helper()
	v.fire(id, "click", 1)
}

// PressTwice is a double click: two presses before the page is drawn anew.
func (v *Visit) PressTwice(id string) {
	v.t.Helper()
	v.fire(id, "click", 2)
}

// Send submits the form the element with this id stands in.
func (v *Visit) Send(id string) {
	v.t.Helper()
	v.fire(id, "submit", 1)
}

// Off reports whether a button is there and cannot be pressed.
func (v *Visit) Off(id string) bool {
	v.t.Helper()
	v.draw()
	way := find(v.page, id)
	if way == nil {
		v.t.Errorf("there is no %q:\n%s", id, v.Text())
		return false
	}
	return attributes(way[len(way)-1])["disabled"] == "true"
}

func (v *Visit) fire(id, event string, times int) {
	v.t.Helper()
	v.draw()
	way := find(v.page, id)
	if way == nil {
		v.t.Errorf("there is no %q to press:\n%s", id, v.Text())
		return
	}
	for _, e := range slices.Backward(way) { // events rise until somebody hears them
		if attributes(e)["disabled"] == "true" {
			v.t.Errorf("%q cannot be pressed", id)
			return
		}
		if h := handler(e, event); h != nil {
			v.as(e).Dispatch(func(ctx app.Context) {
				for range times {
					h(ctx, app.Event{Value: app.ValueOf(nil)})
				}
			})
			v.engine.ConsumeNext() // and what was pressed is drawn anew before any answer comes home
			v.Settle()
			v.draw()
			return
		}
	}
	v.t.Errorf("nobody hears when %q is pressed", id)
}

// draw brings what is mounted to what the page shows.
func (v *Visit) draw() {
	v.as(v.page).Dispatch(nil)
	v.Settle()
}

// as is the context of an element.
func (v *Visit) as(e app.UI) app.Context {
	ctx := v.ctx
	*inside[app.UI](reflect.ValueOf(&ctx), "sourceElement") = e
	return ctx
}

// inside is a field the framework keeps to itself.
func inside[T any](of reflect.Value, name string) *T {
	f := reflect.Indirect(of).FieldByName(name)
	if !f.IsValid() || f.Type() != reflect.TypeFor[T]() {
		return nil
	}
	return (*T)(unsafe.Pointer(f.UnsafeAddr()))
}

// find is the way from the page to the mounted element with an id; nil: there is none.
func find(e app.UI, id string) []app.UI {
	if e == nil || reflect.ValueOf(e).Kind() != reflect.Pointer {
		return nil
	}
	if attributes(e)["id"] == id {
		return []app.UI{e}
	}
	var children []app.UI
	if body := inside[[]app.UI](reflect.ValueOf(e), "children"); body != nil {
		children = *body
	} else if root := inside[app.UI](reflect.ValueOf(e), "rootElement"); root != nil {
		children = []app.UI{*root}
	}
	for _, c := range children {
		if way := find(c, id); way != nil {
			return append([]app.UI{e}, way...)
		}
	}
	return nil
}

// attributes are those of an element.
func attributes(e app.UI) map[string]string {
	f := reflect.ValueOf(e).Elem().FieldByName("attributes")
	all := map[string]string{}
	if f.IsValid() && f.Kind() == reflect.Map {
		for _, k := range f.MapKeys() {
			all[k.String()] = f.MapIndex(k).String()
		}
	}
	return all
}

// handler is who hears an event at an element.
func handler(e app.UI, event string) app.EventHandler {
	f := reflect.ValueOf(e).Elem().FieldByName("eventHandlers")
	if !f.IsValid() || f.Kind() != reflect.Map {
		return nil
	}
	all := reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem()
	h := all.MapIndex(reflect.ValueOf(event))
	if !h.IsValid() {
		return nil
	}
	kept := reflect.New(h.Type()).Elem() // what a map holds has no address
	kept.Set(h)
	return *inside[app.EventHandler](kept.Addr(), "goHandler")
}
