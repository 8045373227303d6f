//go:build race

package ecg

// watched: -race looks at every memory access. A detector is one goroutine, and hours of recordings would take minutes.
const watched = true
