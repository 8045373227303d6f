package house

import (
	"log/slog"
	"testing"
)

// TestMain silences the log of the library behind the provider, as the program does: the house has a log of its own.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	m.Run()
}
