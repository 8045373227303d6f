package ecg

const (
	albumShapes = 4    // as many as beats are told apart by: the usual one, ectopic and paced ones
	albumFade   = 0.99 // of a shape's weight at every beat learned
	albumOften  = 3    // beats of a shape, fading, from which it is known
)

// album keeps the shapes beats had while the signal was clear, with their size. Where it is not, noise makes peaks that
// look alike too, and a template that learned from them would call them beats; this one does not.
type album struct {
	shape [albumShapes][]float64
	usual [albumShapes]float64 // weight: beats of it, fading; 0 is an empty page
}

func newAlbum(length int) album {
	var a album
	for i := range a.shape {
		a.shape[i] = make([]float64, length)
	}
	return a
}

// apart is how far beat, without mean and lean, is from the nearest known shape: the energy of the difference, as a
// share of the shape's, 0 to 1. It is guess while no shape is known.
func (a *album) apart(beat []float64, guess float64) float64 {
	least, any := 1.0, false
	for i, s := range a.shape {
		if a.usual[i] < albumOften {
			continue
		}
		any = true
		var off, whole float64
		for k, v := range s {
			e := beat[k] - v
			off += e * e
			whole += v * v
		}
		if off < least*whole {
			least = off / whole
		}
	}
	if !any {
		return guess
	}
	return least
}

// learn takes a beat from a clear signal to the shape it is like, or to the page used least.
func (a *album) learn(beat []float64) {
	best, like, least := -1, same, 0
	for i := range a.usual {
		a.usual[i] *= albumFade
		if a.usual[i] > 0 {
			if c := correlate(a.shape[i], beat); c >= like {
				best, like = i, c
			}
		}
		if a.usual[i] < a.usual[least] {
			least = i
		}
	}
	if best < 0 {
		copy(a.shape[least], beat)
		a.usual[least] = 1
		return
	}
	f := max(learn, 1/(a.usual[best]+1))
	for k, v := range beat {
		a.shape[best][k] += f * (v - a.shape[best][k])
	}
	a.usual[best]++
}
