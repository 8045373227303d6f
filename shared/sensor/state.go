package sensor

// State is where a sensor stands, as tiles and lists show it.
type State string

// The states.
const (
	Idle         State = "idle"         // not connected, by choice
	Connecting   State = "connecting"   // for the first time since idle
	Streaming    State = "streaming"    // connected and set up
	Reconnecting State = "reconnecting" // lost; we are trying by ourselves
	Failed       State = "failed"       // given up; a person has to press a button
)

// States lists every state, in the order a sensor usually goes through them.
func States() []State { return []State{Idle, Connecting, Streaming, Reconnecting, Failed} }
