package aggregator

import (
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/measure"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/wasm/canvas"
)

// deaf is a canvas that is drawn on and remembers nothing.
type deaf struct{ *canvas.Recorder }

func (deaf) Animate(func(float64)) func() { return func() {} }
func (deaf) Close()                       {}

// BenchmarkSecond is what a tablet does with one second of ECG and movement, but for making them up: from bytes to numbers,
// into frames for one receiver, and thirty times onto two pictures. Drawing calls are counted and not carried out.
func BenchmarkSecond(b *testing.B) {
	src := demo.NewSource(demo.Options{Start: 1_790_000_000_000_000})
	var packets []sensor.Notification
	for src.Truth().Now < 400 {
		packets = append(packets, src.Next().Notification)
	}
	album := newAlbum()
	for key, signal := range map[string]access.Signal{"demo-ecg": access.ECG, "demo-movement": access.Movement} {
		r := canvas.NewRecorder(600, 200, 1)
		r.Deaf = true
		album.mount(&picture{Strip: album.picture(key, signal, true), Album: album}, deaf{r})
	}
	var s *measure.Sensor
	lines := map[string]*line{"demo-ecg": newLine("demo-ecg"), "demo-movement": newLine("demo-movement")}
	begin := func() {
		var err error
		if s, err = measure.New("demo", demo.Driver{}.Describe()); err != nil {
			b.Fatal(err)
		}
		if err = s.Begin(demo.NewDecoder()); err != nil {
			b.Fatal(err)
		}
	}
	take := func(n sensor.Notification) {
		if err := s.Feed(n); err != nil {
			b.Fatal(err)
		}
		for _, st := range s.Streams() {
			frames := st.Take()
			album.show(st.Describe("", sensor.Streaming, 80), frames)
			lines[st.Key()].offer(frames, func([]byte) bool { return true })
		}
	}
	second := func(at int, now care.Stamp) int {
		for frame := range 30 {
			for ; at < len(packets) && packets[at].At < now+care.Stamp(frame*33_333); at++ {
				take(packets[at])
			}
			album.draw(float64(now)/1000 + float64(frame)*33.333)
		}
		return at
	}
	at, now := len(packets), care.Stamp(0)
	b.ReportAllocs()
	for b.Loop() {
		if at == len(packets) { // the story begins again, windows already full
			b.StopTimer()
			begin()
			at, now = 0, packets[0].At
			for range 320 {
				at = second(at, now)
				now += 1e6
			}
			b.StartTimer()
		}
		at = second(at, now)
		now += 1e6
	}
}
