package invited

import (
	"fmt"
	"time"

	"hearth/shared/api"
	"hearth/shared/words"
)

// When a wait is long, and when it is too long.
const (
	Long    = 10 * time.Minute
	TooLong = 30 * time.Minute
)

// Wait is how long somebody has waited.
type Wait time.Duration

// Clock writes it as m:ss, with hours before from the first hour on.
func (w Wait) Clock() string {
	s := max(int(time.Duration(w)/time.Second), 0)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Class is "", "long" or "too-long".
func (w Wait) Class() string {
	switch d := time.Duration(w); {
	case d >= TooLong:
		return "too-long"
	case d >= Long:
		return "long"
	}
	return ""
}

// Word says a long wait in words; "" for one that is not.
func (w Wait) Word() string {
	switch w.Class() {
	case "too-long":
		return words.T("agenda.wait.too-long")
	case "long":
		return words.T("agenda.wait.long")
	}
	return ""
}

// Gone says since when the page of somebody who waits is closed; "" of one that is open.
func Gone(g api.Guest) string {
	if g.Away == nil {
		return ""
	}
	return words.T("queue.away", "time", g.Away.Local().Format("15:04"))
}
