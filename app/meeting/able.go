package meeting

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/wasm/media"
)

// able finds out what this device has: a second camera to turn to, a screen to show. Here there is a control for what there is,
// and others are told what they may ask for.
func (m *Meeting) able() {
	own := m.o.Own
	m.ctx.Async(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		devices, _ := own.Devices(ctx) // a browser that does not tell has nothing to choose from
		cameras := 0
		for _, d := range devices {
			if d.Kind == media.Cameras {
				cameras++
			}
		}
		m.ctx.Dispatch(func(app.Context) {
			m.Stage.Acts.Flip = nil
			if cameras > 1 {
				m.Stage.Acts.Flip = func(app.Context) { m.aside(own.Flip) }
			}
			m.call.Able(cameras > 1, own.CanShare())
		})
	})
}

// share shows the screen, or no more. Choosing one takes as long as it takes.
func (m *Meeting) share(_ app.Context, on bool) {
	own := m.o.Own
	if !on {
		own.Unshare()
		return
	}
	m.ctx.Async(func() {
		err := own.Share(context.Background())
		m.ctx.Dispatch(func(app.Context) {
			m.fault = err
			m.Draw()
		})
	})
}
