package aggregator

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestLockOpensByTwoCornersHeld(t *testing.T) {
	at := func(ms int) time.Time { return time.UnixMilli(int64(ms)) }
	tests := []struct {
		name string
		do   func(l *Lock)
		open bool
	}{
		{"both for three seconds", func(l *Lock) { l.Press(UpperCorner, 1, at(0)); l.Press(LowerCorner, 2, at(500)); l.Tick(at(3500)) }, true},
		{"both, too short", func(l *Lock) { l.Press(UpperCorner, 1, at(0)); l.Press(LowerCorner, 2, at(500)); l.Tick(at(3499)) }, false},
		{"one alone", func(l *Lock) { l.Press(UpperCorner, 1, at(0)); l.Tick(at(60000)) }, false},
		{"one finger for both", func(l *Lock) { l.Press(UpperCorner, 1, at(0)); l.Press(LowerCorner, 1, at(0)); l.Tick(at(9000)) }, false},
		{"lifted and put back", func(l *Lock) {
			l.Press(UpperCorner, 1, at(0))
			l.Press(LowerCorner, 2, at(0))
			l.Lift(2, at(2000))
			l.Press(LowerCorner, 3, at(2100))
			l.Tick(at(3000))
		}, false},
		{"two keys", func(l *Lock) { l.KeyDown(ControlKey, at(0)); l.KeyDown(DeleteKey, at(10)); l.Tick(at(3010)) }, true},
		{"keys repeat", func(l *Lock) {
			for ms := 0; ms < 3000; ms += 30 {
				l.KeyDown(ControlKey, at(ms))
				l.KeyDown(DeleteKey, at(ms))
			}
			l.Tick(at(3000))
		}, true},
		{"focus lost", func(l *Lock) {
			l.KeyDown(ControlKey, at(0))
			l.KeyDown(DeleteKey, at(0))
			l.LetGo(at(100))
			l.Tick(at(9000))
		}, false},
		{"a key and a corner", func(l *Lock) { l.KeyDown(ControlKey, at(0)); l.Press(UpperCorner, 1, at(0)); l.Tick(at(9000)) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var l Lock
			l.Close()
			tt.do(&l)
			if got := !l.Locked(); got != tt.open {
				t.Errorf("open = %v, want %v", got, tt.open)
			}
		})
	}
}

// TestLockNeedsThreeSeconds plays at random and keeps its own book: the lock opens exactly when both corners, held by
// different pointers, or both keys, were held without a break for three seconds.
func TestLockNeedsThreeSeconds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l Lock
		l.Close()
		now := time.UnixMilli(1)
		held, keys := map[Corner]int{}, map[Key]bool{}
		var since time.Time
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "ms")) * time.Millisecond)
			switch rapid.SampledFrom([]string{"press", "lift", "down", "up", "tick", "let go"}).Draw(t, "what") {
			case "press":
				c, id := Corner(rapid.IntRange(0, 1).Draw(t, "corner")), rapid.IntRange(1, 3).Draw(t, "finger")
				l.Press(c, id, now)
				if other, on := held[1-c]; !on || other != id {
					held[c] = id
				}
			case "lift":
				id := rapid.IntRange(1, 3).Draw(t, "finger")
				l.Lift(id, now)
				for c, h := range held {
					if h == id {
						delete(held, c)
					}
				}
			case "down":
				k := Key(rapid.IntRange(0, 1).Draw(t, "key"))
				l.KeyDown(k, now)
				keys[k] = true
			case "up":
				k := Key(rapid.IntRange(0, 1).Draw(t, "key"))
				l.KeyUp(k, now)
				keys[k] = false
			case "let go":
				l.LetGo(now)
				clear(keys)
			case "tick":
				want := !since.IsZero() && now.Sub(since) >= HoldFor
				if got := l.Tick(now); got != want {
					t.Fatalf("opened = %v, want %v after %v", got, want, now.Sub(since))
				}
				if want {
					if l.Locked() || l.Progress(now) != 0 {
						t.Fatal("an open lock still holds")
					}
					return
				}
			}
			if enough := len(held) == 2 || keys[ControlKey] && keys[DeleteKey]; !enough {
				since = time.Time{}
			} else if since.IsZero() {
				since = now
			}
			if p := l.Progress(now); p < 0 || p > 1 || (p > 0) && since.IsZero() {
				t.Fatalf("progress %v", p)
			}
		}
	})
}
