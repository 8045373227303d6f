package signal

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// heart makes seconds of a made-up ECG, int16, and the samples of its R peaks.
func heart(rate float64, seconds int) (samples []int16, peaks []float64) {
	random := rand.New(rand.NewPCG(1, 2))
	v := make([]float64, int(rate)*seconds)
	for t := 0.6; t < float64(seconds)-0.5; t += 0.8 + 0.06*math.Sin(t) {
		peaks = append(peaks, t*rate)
	}
	for _, p := range peaks {
		for _, w := range []struct{ ms, wide, high float64 }{{-160, 22, 90}, {0, 11, 1100}, {28, 10, -220}, {250, 45, 240}} {
			at := p + w.ms*rate/1000
			reach := 4 * w.wide * rate / 1000
			for i := max(0, int(at-reach)); i < min(len(v), int(at+reach)); i++ {
				x := (float64(i) - at) / rate * 1000 / w.wide
				v[i] += w.high * math.Exp(-x*x/2)
			}
		}
	}
	for i := range v {
		samples = append(samples, int16(math.Round(v[i]+8*random.NormFloat64())))
	}
	return samples, peaks
}

// raw is samples as they come: int16, low byte first.
func raw(samples []int16) []byte {
	var b []byte
	for _, v := range samples {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return b
}

// ask runs a command on some input.
func ask(t testing.TB, in []byte, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Run(args, Streams{In: bytes.NewReader(in), Out: &o, Err: &e})
	return code, o.String(), e.String()
}

// MustAsk runs a command that has to go well.
func MustAsk(t testing.TB, in []byte, args ...string) string {
	t.Helper()
	code, out, errs := ask(t, in, args...)
	if code != well {
		t.Fatalf("%s: exit %d, said %s", strings.Join(args, " "), code, errs)
	}
	return out
}
