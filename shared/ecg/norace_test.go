//go:build !race

package ecg

const watched = false
