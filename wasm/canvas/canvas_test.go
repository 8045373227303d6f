package canvas

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

func TestPathTextSaysWhatThePointsSay(t *testing.T) {
	points := []Point{{0, 0}, {1.5, -2.25}, {1234.567, 0.004}, {-0.5, 1e12}}
	got := string(appendPath(nil, points))
	if want := "M0.00 0.00L1.50 -2.25 1234.57 0.00 -0.50 10000000.00"; got != want {
		t.Errorf("path %q, want %q", got, want)
	}
	for v := -3.0; v < 1200; v += 0.7331 {
		var back float64
		if _, err := fmt.Sscan(string(appendHundredths(nil, v)), &back); err != nil || math.Abs(back-v) > 0.00501 {
			t.Fatalf("%v became %v (%v)", v, back, err)
		}
	}
}

func TestEveryColourHasATokenOfTheStylesheet(t *testing.T) {
	css, err := os.ReadFile("../../assets/css/tokens.css")
	if err != nil {
		t.Logf("the stylesheet is not there (%v); only the names are checked", err)
	}
	for c := range colourCount {
		if !strings.HasPrefix(c.Token(), "--") {
			t.Errorf("colour %d has no token", c)
		}
		if css != nil && !strings.Contains(string(css), c.Token()+":") {
			t.Errorf("the stylesheet has no %s", c.Token())
		}
	}
	if got := colourCount.Token(); got != "" {
		t.Errorf("a colour beyond the last is %q", got)
	}
}

func TestOutsideABrowserThereIsNoCanvas(t *testing.T) {
	c, err := Open("ecg")
	if !errors.Is(err, ErrUnavailable) {
		t.Fatalf("error %v, want ErrUnavailable", err)
	}
	stop := c.Animate(func(float64) { t.Error("a canvas that is not there animates") })
	c.Line([]Point{{0, 0}, {1, 1}}, Pen{})
	stop()
	stop()
	c.Close()
	c.Close()
	if c.Size().Ratio != 1 {
		t.Errorf("size %+v; a ratio of 0 divides by it", c.Size())
	}
}

func TestTheRecorderRemembersWithItsClip(t *testing.T) {
	r := NewRecorder(100, 50, 2)
	points := []Point{{1, 2}, {3, 4}}
	r.Clip(5, 6, 7, 8)
	r.Line(points, Pen{Colour: ECG, Alpha: 1})
	points[0].X = 99 // callers reuse their points
	r.Unclip()
	r.Text("words", 1, 1, Type{})
	if l := r.Lines(ECG); len(l) != 1 || l[0].Points[0].X != 1 || l[0].Clip != (Rect{5, 6, 7, 8}) {
		t.Errorf("lines %+v", l)
	}
	if got := r.Texts(); len(got) != 1 || got[0] != "words" || r.Count != 4 {
		t.Errorf("texts %q, %d calls", got, r.Count)
	}
	g := r.Generation()
	if r.Retheme(); r.Generation() == g {
		t.Error("another theme must be another generation")
	}
}

func BenchmarkPath(b *testing.B) {
	points := make([]Point, 1500)
	for i := range points {
		points[i] = Point{float64(i) * 0.4, 100 + 50*math.Sin(float64(i)/9)}
	}
	var buf []byte
	for b.Loop() {
		buf = appendPath(buf[:0], points)
	}
}
