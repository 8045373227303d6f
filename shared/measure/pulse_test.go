package measure

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/sensor/heartrate"
	"hearth/shared/telemetry"
)

// strap is a made-up strap: a packet a second with the intervals that ended meanwhile, rounded as a real one's.
type strap struct {
	t      testing.TB
	sensor *Sensor
	frames []telemetry.Frame
	wire   [telemetry.MaxFrame]byte
	latest care.Stamp
}

func mustStrap(t testing.TB) *strap {
	t.Helper()
	m, err := New("heart-rate", heartrate.Driver{}.Describe())
	if err != nil {
		t.Fatal(err)
	}
	s := &strap{t: t, sensor: m}
	s.begin()
	return s
}

func (s *strap) begin() {
	s.t.Helper()
	if err := s.sensor.Begin(&heartrate.Decoder{}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *strap) stream() *Stream { return s.sensor.Streams()[0] }

// says feeds a packet that arrives so many seconds after noon. Every frame that is made can be sent.
func (s *strap) says(at float64, p sensor.Pulse) {
	s.t.Helper()
	n := sensor.Notification{From: heartrate.Measurement, At: noon.Add(seconds(at)), Bytes: heartrate.Encode(p)}
	if err := s.sensor.Feed(n); err != nil {
		s.t.Fatal(err)
	}
	for _, f := range s.stream().Take() {
		if _, err := f.Append(s.wire[:0]); err != nil {
			s.t.Fatalf("a frame that cannot be sent: %v", err)
		}
		s.frames = append(s.frames, f)
	}
}

// beats lists every beat told, once.
func (s *strap) beats() (all []telemetry.Beat) {
	for _, f := range s.frames {
		for _, b := range f.Beats {
			if int(b.N) == len(all) {
				all = append(all, b)
			}
		}
	}
	return all
}

func (s *strap) gaps() (all []telemetry.Gap) {
	for _, f := range s.frames {
		if f.Gap != nil {
			all = append(all, *f.Gap)
		}
	}
	return all
}

// packets cuts beats (s) into a packet a second: when it is sent, and what it says.
func packets(beats []float64, until float64) (at []float64, told []sensor.Pulse) {
	i, last := 1, 0.0
	for second := 1.0; second <= until; second++ {
		p := sensor.Pulse{Rate: math.NaN(), Contact: sensor.ContactOn}
		if last > 0 {
			p.Rate = 60 / last
		}
		for ; i < len(beats) && beats[i] <= second; i++ {
			last = math.Round(1024*beats[i])/1024 - math.Round(1024*beats[i-1])/1024
			p.RR = append(p.RR, last)
		}
		at, told = append(at, second), append(told, p)
	}
	return at, told
}

// steady are beats of a heart at rest, breathing.
func steady(n int) []float64 {
	beats := []float64{0.4}
	for len(beats) < n {
		last := beats[len(beats)-1]
		beats = append(beats, last+0.9+0.07*math.Sin(2*math.Pi*last/4.1)+0.02*math.Sin(2*math.Pi*last/9.7))
	}
	return beats
}

// TestIntervalsTellWhatTheCurveTells: the true beats of the made-up person, told as intervals, give the numbers the way
// over curve and detector gives.
func TestIntervalsTellWhatTheCurveTells(t *testing.T) {
	p := mustPlay(t, demo.Options{Scenario: demo.Rest, Seed: 5})
	p.mustRun(t, 6*time.Minute)
	ecg := p.sensor.Streams()[0].Trend()
	var beats []float64
	for _, b := range p.source.Truth().Beats {
		beats = append(beats, b.At)
	}
	random := rand.New(rand.NewPCG(3, 4))
	s := mustStrap(t)
	at, told := packets(beats, 360)
	for i := range at {
		s.says(at[i]+0.05+0.2*random.Float64()*random.Float64(), told[i])
	}
	got := s.stream().Trend()
	t.Logf("curve %.1f %.1f %.2f %.2f, intervals %.1f %.1f %.2f %.2f", ecg.HR, ecg.MeanHR, ecg.RMSSD, ecg.SDNN, got.HR, got.MeanHR, got.RMSSD, got.SDNN)
	for _, c := range []struct {
		what       string
		a, b, most float32
	}{
		{"mean heart rate", ecg.MeanHR, got.MeanHR, 0.3}, {"RMSSD", ecg.RMSSD, got.RMSSD, 1}, {"SDNN", ecg.SDNN, got.SDNN, 1},
		{"HF", ecg.HF, got.HF, 0.03 * ecg.HF}, {"LF", ecg.LF, got.LF, 0.03 * ecg.LF},
	} {
		if !(math.Abs(float64(c.a-c.b)) <= float64(c.most)) {
			t.Errorf("%s: %.2f over the curve, %.2f over intervals", c.what, c.a, c.b)
		}
	}
	if len(s.gaps()) > 0 {
		t.Errorf("gaps in a whole stream: %v", s.gaps())
	}
	if got.Quality < 90 || got.Why&telemetry.NoIntervals != 0 {
		t.Errorf("quality %d, why %b", got.Quality, got.Why)
	}
	for i, b := range s.beats() {
		if off := math.Abs(b.At.Sub(noon).Seconds() - beats[i] - 0.05); i > 60 && off > 0.1 {
			t.Fatalf("beat %d stands %.3f s from where it was", i, off)
		}
	}
}

// TestMissingPacketIsAGap: wherever one packet is missing, no interval leads over the hole, and it is named.
func TestMissingPacketIsAGap(t *testing.T) {
	at, told := packets(steady(120), 80)
	for missing := 20; missing < 60; missing++ {
		if len(told[missing].RR) == 0 {
			continue
		}
		s := mustStrap(t)
		for i := range at {
			if i != missing {
				s.says(at[i]+0.03, told[i])
			}
		}
		gaps, broken := s.gaps(), 0
		for i, b := range s.beats() {
			if i > 0 && b.Flags&telemetry.AfterGap != 0 {
				broken++
			}
		}
		if len(gaps) != 1 || broken != 1 || gaps[0].Cause != telemetry.CausePacket {
			t.Errorf("without packet %d: gaps %v, %d broken chains", missing, gaps, broken)
			continue
		}
		if off := gaps[0].From.Sub(noon).Seconds() - at[missing]; math.Abs(off) > 2 || gaps[0].To.Sub(gaps[0].From) > 3*time.Second {
			t.Errorf("packet %d is missed at %+v", missing, gaps[0])
		}
	}
}

// TestPacketTwice is counted once.
func TestPacketTwice(t *testing.T) {
	at, told := packets(steady(80), 60)
	s, want := mustStrap(t), 1
	for i := range at {
		s.says(at[i]+0.03, told[i])
		s.says(at[i]+0.05, told[i])
		want += len(told[i].RR)
	}
	if got := len(s.beats()); got != want || len(s.gaps()) > 0 {
		t.Errorf("%d beats of %d, gaps %v", got, want, s.gaps())
	}
}

// TestLateTogether: packets that come seconds late and all at once cost no beat, and order stays.
func TestLateTogether(t *testing.T) {
	at, told := packets(steady(120), 90)
	s, want := mustStrap(t), 1
	for i := range at {
		arrives := at[i] + 0.03
		if i >= 40 && i < 44 {
			arrives = at[43] + 0.02*float64(i-40)
		}
		s.says(arrives, told[i])
		want += len(told[i].RR)
	}
	beats := s.beats()
	if len(beats) < want || len(beats) > want+1 { // the hole is taken for a lost packet at first: its first beat is told again
		t.Errorf("%d beats of %d", len(beats), want)
	}
	for i := 1; i < len(beats); i++ {
		if beats[i].At <= beats[i-1].At {
			t.Fatalf("beat %d at %v after %v", i, beats[i].At, beats[i-1].At)
		}
	}
}

// TestRateAlone: a device without intervals has a heart rate, and no variability for a reason of its own.
func TestRateAlone(t *testing.T) {
	s := mustStrap(t)
	for i := range 30 {
		s.says(float64(i), sensor.Pulse{Rate: 64})
	}
	tr := s.stream().Trend()
	if tr.HR != 64 || tr.Why&telemetry.NoIntervals == 0 || tr.Why&(telemetry.NoBeats|telemetry.Filling|telemetry.TooPoor) != 0 || !math.IsNaN(float64(tr.RMSSD)) {
		t.Errorf("%+v", tr)
	}
	if s.stream().Latest() != noon.Add(29*time.Second) || s.stream().Quality() != 100 {
		t.Errorf("latest %v, quality %d", s.stream().Latest(), s.stream().Quality())
	}
}

// TestNoContact: without electrodes there is no heart rate to show, whatever the device goes on averaging.
func TestNoContact(t *testing.T) {
	at, told := packets(steady(80), 60)
	s := mustStrap(t)
	for i := range at {
		p := told[i]
		if i >= 40 {
			p.Contact, p.RR = sensor.ContactOff, nil
		}
		s.says(at[i], p)
	}
	tr := s.stream().Trend()
	if tr.Why&telemetry.NoContact == 0 || !math.IsNaN(float64(tr.HR)) || s.stream().Contact() || tr.Why&telemetry.NoIntervals != 0 {
		t.Errorf("%+v", tr)
	}
}

// TestBreakIsNamed: a lost link is a gap from the last packet on, and the beats are numbered on.
func TestBreakIsNamed(t *testing.T) {
	at, told := packets(steady(120), 90)
	s := mustStrap(t)
	for i := range at {
		if i == 40 {
			s.sensor.Lose(telemetry.CauseLink)
			s.begin()
		}
		if i < 40 || i > 60 {
			s.says(at[i], told[i])
		}
	}
	gaps := s.gaps()
	if len(gaps) != 1 || gaps[0].Cause != telemetry.CauseLink || gaps[0].From != noon.Add(seconds(at[39])) || gaps[0].To.Sub(gaps[0].From) < 20*time.Second {
		t.Errorf("gaps %+v", gaps)
	}
	for i, b := range s.beats() {
		if b.RR > 1500 {
			t.Errorf("an interval of %v ms to beat %d", b.RR, i)
		}
	}
}

// TestAnyPulse: whatever a device says and whenever it comes, beats stay in order and near their packets, and every frame can be
// sent.
func TestAnyPulse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, err := New("x", heartrate.Driver{}.Describe())
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Begin(&heartrate.Decoder{}); err != nil {
			t.Fatal(err)
		}
		var wire [telemetry.MaxFrame]byte
		at, last, next := 0.0, care.Stamp(0), uint32(0)
		for range rapid.IntRange(1, 60).Draw(t, "packets") {
			at += rapid.Float64Range(0, 3).Draw(t, "pause")
			b := rapid.SliceOfN(rapid.Byte(), 2, 60).Draw(t, "packet")
			b[0] = 0x10 | b[0]&0x06
			_ = m.Feed(sensor.Notification{From: heartrate.Measurement, At: noon.Add(seconds(at)), Bytes: b})
			for _, f := range m.Streams()[0].Take() {
				if _, err := f.Append(wire[:0]); err != nil {
					t.Fatalf("a frame that cannot be sent: %v", err)
				}
				for _, beat := range f.Beats {
					if beat.N < next {
						continue
					}
					if beat.N != next || beat.At <= last || beat.At.Sub(noon).Seconds() > at+120 {
						t.Fatalf("beat %d at %v after %d at %v, %.1f s", beat.N, beat.At.Sub(noon), next, last.Sub(noon), at)
					}
					next, last = beat.N+1, beat.At
				}
			}
		}
	})
}
