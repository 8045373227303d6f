package motion

// Band is a name for an energy.
type Band uint8

// The bands, from nothing known to most movement.
const (
	Unknown Band = iota
	Quiet        // sits, stands, talks
	Light        // shifts, handles things, paces slowly
	Moving       // walks, climbs, jumps
)

// The bounds of the bands, in m/s² of a torso. They are starting points: a torso that breathes and talks stays under 0.3,
// one that walks is over 1.5 (eating moves a wrist by 1.6, walking by 2.7 m/s²).
const (
	QuietBelow = 0.5
	LightBelow = 1.5
)

// BandOf names an energy in m/s²; NaN is Unknown.
func BandOf(energy float64) Band {
	switch {
	case energy < QuietBelow:
		return Quiet
	case energy <= LightBelow:
		return Light
	case energy > LightBelow:
		return Moving
	}
	return Unknown
}

// String is the band's word in catalogues.
func (b Band) String() string {
	return [...]string{"unknown", "quiet", "light", "moving"}[min(b, Moving)]
}
