package visitor

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/remote/remotetest"
	"hearth/wasm/media"
)

// TestWhoIsLetInNeedNotAnswerTheBrowserFirst: the question for camera and microphone that somebody does not see keeps nobody out
// of the call, and what is allowed later is sent then.
func TestWhoIsLetInNeedNotAnswerTheBrowserFirst(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		v.Act(func(ctx app.Context) { p.check.Asking = true })
		c.door()
		v.Later(time.Second)
		if p.call != nil {
			t.Fatal("the call begins while the browser asks and nobody was let in")
		}
		c.inside()
		v.Later(2 * time.Second)
		if p.call == nil || !p.check.Asking {
			t.Fatalf("let in, and the call is %v", p.call)
		}
		call := p.call
		v.Act(has(both(), p))
		v.Later(time.Second)
		if p.call != call {
			t.Error("the call began anew")
		}
	})
}

// window is a player that has a window above the others.
type window struct {
	media.None
	asked []string
	open  bool
}

func (w *window) CanAside() bool { return true }
func (w *window) IsAside() bool  { return w.open }
func (w *window) Aside(_ context.Context, id string, on bool) error {
	w.asked, w.open = append(w.asked, map[bool]string{true: "+", false: "-"}[on]+id), on
	return nil
}

// TestAPictureAboveOtherWindows: the button opens the window, and closes it.
func TestAPictureAboveOtherWindows(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		w := &window{}
		v.Act(func(app.Context) { p.Player = w })
		c.inside()
		v.Act(has(both(), p))
		v.Later(2 * time.Second)
		if p.call == nil || p.call.Stage.Acts.Float == nil {
			t.Fatal("nothing can be put above other windows")
		}
		for range 2 {
			v.Act(func(ctx app.Context) { p.call.Stage.Acts.Float(ctx, "cam-1") })
			v.Later(time.Second)
		}
		if !slices.Equal(w.asked, []string{"+cam-1", "-cam-1"}) {
			t.Errorf("asked for %q", w.asked)
		}
	})
}
