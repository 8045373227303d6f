package access

import "slices"

// Signal is a kind of sensor signal that has its own streaming permission: a therapist may be allowed the heartbeat
// of a patient and not the camera.
type Signal string

// The kinds of signal. Eye and camera wait for their sensors; their permissions can be set today.
const (
	ECG      Signal = "ecg"      // heartbeat: ECG, heart rate, variability
	Movement Signal = "movement" // acceleration, rotation, magnetic field
	Eye      Signal = "eye"      // gaze
	Camera   Signal = "camera"   // picture and sound
)

// Signals lists every kind, in the order pages show them.
func Signals() []Signal { return []Signal{ECG, Movement, Eye, Camera} }

// Known reports whether s is a kind of signal.
func (s Signal) Known() bool { return slices.Contains(Signals(), s) }
