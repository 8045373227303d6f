package stage

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/deviceaccess"
	"github.com/chromedp/chromedp"
)

// Bluetooth gives a browser a radio: the one at this address of a D-Bus. Remembers says whether the browser knows again
// after a reload which devices a person picked (navigator.bluetooth.getDevices).
func Bluetooth(address string, remembers bool) []chromedp.ExecAllocatorOption {
	features := "NetworkService,NetworkServiceInProcess,WebBluetooth"
	if remembers {
		features += ",WebBluetoothNewPermissionsBackend"
	}
	return []chromedp.ExecAllocatorOption{
		chromedp.Env("DBUS_SYSTEM_BUS_ADDRESS=" + address),
		chromedp.Flag("enable-features", features),
	}
}

// Chooser is the browser's own list of devices, opened by a page and answered by a person.
type Chooser struct {
	w       *Window
	prompts iter.Seq2[deviceaccess.EventDeviceRequestPrompted, error]
	cancel  context.CancelFunc
}

// Chooser begins to look for the browser's chooser; call it before the press that opens it, then Pick or Refuse.
func (w *Window) Chooser() *Chooser {
	w.t.Helper()
	Call(w, deviceaccess.Enable, cdp.Empty{})
	ctx, cancel := context.WithTimeout(w.ctx, Patience)
	return &Chooser{w: w, prompts: chromedp.Events(ctx, deviceaccess.DeviceRequestPrompted), cancel: cancel}
}

// Pick waits until a device of this name is offered and picks it.
func (c *Chooser) Pick(name string) {
	c.w.t.Helper()
	var offered []string
	c.answer("pick "+name, func(p deviceaccess.EventDeviceRequestPrompted) bool {
		offered = offered[:0]
		for _, d := range p.Devices {
			offered = append(offered, d.Name)
			if strings.HasPrefix(d.Name, name) {
				Call(c.w, deviceaccess.SelectPrompt, deviceaccess.SelectPromptParams{ID: p.ID, DeviceID: d.ID})
				return true
			}
		}
		return false
	}, func() string { return fmt.Sprintf("offered: %q", offered) })
}

// Refuse closes the chooser without picking anything.
func (c *Chooser) Refuse() {
	c.w.t.Helper()
	c.answer("close the chooser", func(p deviceaccess.EventDeviceRequestPrompted) bool {
		Call(c.w, deviceaccess.CancelPrompt, deviceaccess.CancelPromptParams{ID: p.ID})
		return true
	}, func() string { return "" })
}

// answer goes through what the chooser shows until one showing was answered; the list grows while it is open.
func (c *Chooser) answer(what string, one func(deviceaccess.EventDeviceRequestPrompted) bool, otherwise func() string) {
	c.w.t.Helper()
	defer c.cancel()
	for p, err := range c.prompts {
		if err != nil {
			break
		}
		if one(p) {
			return
		}
	}
	c.w.t.Fatalf("%s: %s: no chooser to do it in; %s\npage says: %.600s", c.w.Name, what, otherwise(), c.w.Text("body"))
}
