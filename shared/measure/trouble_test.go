package measure

import (
	"fmt"
	"math"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/telemetry"
)

// Every trouble a device can have ends in marked gaps and true numbers, never in wrong ones.
func TestTroublesLeaveMarks(t *testing.T) {
	for _, trouble := range demo.Troubles() {
		t.Run(string(trouble), func(t *testing.T) {
			p := mustPlay(t, demo.Options{Scenario: demo.Steady, Seed: 11, Plan: []demo.Disturbance{{Trouble: trouble, At: 90 * time.Second, For: 20 * time.Second}}})
			var causes []telemetry.Cause
			var lost int64
			var why telemetry.Reason
			index := map[*Stream]int64{}
			wrong := 0
			p.see = func(st *Stream, f telemetry.Frame) {
				switch {
				case f.Gap != nil:
					index[st] += f.Gap.Lost
					if st.Signal() == access.ECG {
						causes = append(causes, f.Gap.Cause)
						lost += f.Gap.Lost
					}
				case f.Samples != nil:
					if f.Samples.First != index[st] {
						t.Errorf("frame from %d, expected %d", f.Samples.First, index[st])
					}
					index[st] += int64(f.Samples.Count())
				case f.Trend != nil:
					at := f.Trend.At.Sub(noon)
					if at > 90*time.Second && at < 110*time.Second {
						why |= f.Trend.Why
					}
					if hr := float64(f.Trend.HR); at > 20*time.Second && math.Abs(hr-72) > 4 { // NaN is not wrong
						wrong++
						t.Logf("at %v heart rate %.1f, quality %d, why %b", at, hr, f.Trend.Quality, f.Trend.Why)
					}
					if mean := float64(f.Trend.MeanHR); at > 65*time.Second && math.Abs(mean-72) > 2 {
						t.Errorf("at %v mean heart rate %.1f, why %b", at, mean, f.Trend.Why)
					}
				}
			}
			p.mustRun(t, 4*time.Minute)
			if wrong > 0 && trouble != demo.Motion && trouble != demo.Muscle {
				t.Errorf("%d wrong heart rates", wrong)
			}
			st := p.sensor.Streams()[0]
			if tr := st.Trend(); math.Abs(float64(tr.HR)-72) > 1 || !st.Contact() || st.Quality() < 60 {
				t.Errorf("two minutes later: heart rate %.1f, quality %d, contact %v", tr.HR, st.Quality(), st.Contact())
			}
			want := map[demo.Trouble]string{
				demo.LinkLoss: "[1] true", demo.Restart: "[4] true",
			}[trouble]
			if trouble == demo.PacketLoss {
				if len(causes) < 90 || causes[0] != telemetry.CausePacket || lost < 100*16 || lost > 110*16 {
					t.Errorf("%d gaps, %d lost", len(causes), lost)
				}
			} else if got := fmt.Sprint(causes, lost > 0); want != "" && got != want || want == "" && len(causes) > 0 {
				t.Errorf("gaps by %s, want %s", got, want)
			}
			if trouble == demo.LeadOff && why&telemetry.NoContact == 0 {
				t.Errorf("an electrode off is told as %b", why)
			}
			if trouble == demo.LowBattery && p.sensor.Battery() != 87 {
				t.Errorf("battery %d", p.sensor.Battery())
			}
		})
	}
}

// How samples are packed changes nothing: same beats at the same places, same trends.
func TestPackingChangesNothing(t *testing.T) {
	type result struct {
		beats  []telemetry.Beat
		trends []telemetry.Trend
		values []int32
	}
	run := func(group int) result {
		kind := demo.Driver{}.Describe().Streams[:1]
		dec := &numbered{streams: kind}
		s, err := New("demo", sensor.Description{Key: "demo", Streams: kind})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Begin(dec); err != nil {
			t.Fatal(err)
		}
		src, read := demo.NewSource(demo.Options{Scenario: demo.Rest, Seed: 8, Start: noon}), demo.NewDecoder()
		var r result
		var all []int32
		for len(all) < 250*90 {
			if e := src.Next(); e.From == demo.ECG {
				b, err := read.Decode(e.Notification, nil)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, b[0].Values...)
			}
		}
		seen := map[uint32]bool{}
		for i := 0; i < 250*90; i += group {
			end := min(i+group, 250*90)
			dec.next = sensor.Block{Tick: uint64(i) * 4000, Values: all[i:end]}
			if err := s.Feed(sensor.Notification{At: noon + care.Stamp(end-1)*4000 + 5000}); err != nil {
				t.Fatal(err)
			}
			for _, f := range s.Streams()[0].Take() {
				for _, b := range f.Beats {
					if !seen[b.N] {
						seen[b.N] = true
						r.beats = append(r.beats, b)
					}
				}
				if f.Trend != nil {
					r.trends = append(r.trends, *f.Trend)
				}
				if f.Samples != nil {
					r.values = append(r.values, f.Samples.Values...)
				}
			}
		}
		return r
	}
	want := run(16)
	if len(want.beats) < 95 || len(want.trends) != 90 {
		t.Fatalf("%d beats, %d trends in 90 s", len(want.beats), len(want.trends))
	}
	for _, group := range []int{1, 7, 73, 500} {
		got := run(group)
		if len(got.beats) != len(want.beats) || len(got.trends) != len(want.trends) {
			t.Fatalf("by %d: %d beats, %d trends, want %d, %d", group, len(got.beats), len(got.trends), len(want.beats), len(want.trends))
		}
		for i, b := range got.beats {
			w := want.beats[i]
			if b.N != w.N || (b.At-w.At) > 50 || (w.At-b.At) > 50 || math.Abs(float64(b.RR-w.RR)) > 0.05 || b.Flags != w.Flags || b.Quality != w.Quality {
				t.Errorf("by %d: beat %+v, want %+v", group, b, w)
			}
		}
		for i, tr := range got.trends {
			w := want.trends[i]
			if !same(tr.HR, float64(w.HR), 0.01, 0) || !same(tr.RMSSD, float64(w.RMSSD), 0.05, 0) || tr.Why != w.Why || tr.Quality != w.Quality {
				t.Errorf("by %d: trend %+v, want %+v", group, tr, w)
			}
		}
	}
}

func TestFrameRate(t *testing.T) {
	p := mustPlay(t, demo.Options{Scenario: demo.Exposure})
	perSecond := map[string]int{}
	p.see = func(st *Stream, f telemetry.Frame) {
		perSecond[fmt.Sprint(st.Key(), p.sensor.Latest().Sub(noon)/time.Second)]++
	}
	p.mustRun(t, time.Minute)
	for second, n := range perSecond {
		if n > 20 {
			t.Errorf("%s: %d frames in a second", second, n)
		}
	}
}
