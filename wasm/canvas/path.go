package canvas

// longLine is from how many points on a line crosses to the browser as one piece of path text (SVG 2, section 9.3)
// instead of point by point. A crossing costs about half a microsecond, writing a point about a fifth of that.
const longLine = 24

// appendPath writes the points as path text in hundredths of a pixel. Points must be finite. BenchmarkPath: 1500 points in
// 19 µs on one core of a server (go test -bench Path ./wasm/canvas).
func appendPath(b []byte, points []Point) []byte {
	for i, p := range points {
		switch i {
		case 0:
			b = append(b, 'M')
		case 1:
			b = append(b, 'L')
		default:
			b = append(b, ' ')
		}
		b = appendHundredths(b, p.X)
		b = append(b, ' ')
		b = appendHundredths(b, p.Y)
	}
	return b
}

// appendHundredths writes v with two digits after the point, without the general and much slower strconv.
func appendHundredths(b []byte, v float64) []byte {
	if v < 0 {
		b, v = append(b, '-'), -v
	}
	n := uint32(min(v, 1e7)*100 + 0.5)
	b = appendWhole(b, n/100)
	return append(b, '.', '0'+byte(n/10%10), '0'+byte(n%10))
}

func appendWhole(b []byte, n uint32) []byte {
	if n >= 10 {
		b = appendWhole(b, n/10)
	}
	return append(b, '0'+byte(n%10))
}
