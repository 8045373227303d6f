package rtc

// Open returns the browser's peer connections.
func Open() Maker { return None{} }
