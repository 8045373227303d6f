package hrv

// Smooth is the weight at which slow drifts are usually taken off before a spectrum: at 4 Hz it leaves what is faster
// than about 0.035 Hz.
const Smooth = 500.0

// BandsDetrended is BandsOf with drifts taken off first by smoothness priors of that weight (Tarvainen, Ranta-aho &
// Karjalainen 2002, IEEE Trans Biomed Eng 49:172-175), none for 0. It changes VLF most; a value has to say whether it was
// made like this.
func BandsDetrended(at, rr []float64, weight float64) Bands {
	w := welch{smooth: weight}
	return w.bands(at, rr)
}

// detrend takes the trend off x: the series t of least |x−t|² + weight²·|second differences of t|². The system is
// symmetric, positive and five wide, so it is solved by square roots without roots (LDLᵀ) along its diagonals.
func detrend(x []float64, weight float64) {
	n := len(x)
	if n < 3 || !(weight > 0) {
		return
	}
	l2 := weight * weight
	row := func(i int) (mid, one, two float64) { // of the matrix: the diagonal, and one and two to the left
		for j := max(0, i-2); j <= min(i, n-3); j++ { // second difference j is of j, j+1, j+2
			c := [3]float64{1, -2, 1}
			k := i - j
			mid += c[k] * c[k]
			if k >= 1 {
				one += c[k] * c[k-1]
			}
			if k >= 2 {
				two += c[k] * c[k-2]
			}
		}
		return 1 + l2*mid, l2 * one, l2 * two
	}
	d, a, b, t := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		mid, one, two := row(i)
		t[i] = x[i]
		if i >= 2 {
			b[i] = two / d[i-2]
			t[i] -= b[i] * t[i-2]
			mid -= b[i] * b[i] * d[i-2]
			one -= b[i] * a[i-1] * d[i-2]
		}
		if i >= 1 {
			a[i] = one / d[i-1]
			t[i] -= a[i] * t[i-1]
			mid -= a[i] * a[i] * d[i-1]
		}
		d[i] = mid
	}
	for i := n - 1; i >= 0; i-- {
		t[i] /= d[i]
		if i+1 < n {
			t[i] -= a[i+1] * t[i+1]
		}
		if i+2 < n {
			t[i] -= b[i+2] * t[i+2]
		}
	}
	for i := range x {
		x[i] -= t[i]
	}
}
