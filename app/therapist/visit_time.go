package therapist

import (
	"time"

	"hearth/shared/care"
)

// house is the house's clock now.
func (v *Visit) house() time.Time { return v.Env.Live.View().Clock.House(v.Env.Now()).Time() }

// began is when the visit's own clock began: at its planned beginning, or when it was made if that was later.
func (v *Visit) began() (at time.Time, ok bool) {
	if v.visit.ID == "" {
		return at, false
	}
	return v.visit.Start, true
}

// moment places what happens now in the visit: which one, and how far into it.
func (v *Visit) moment() (care.VisitID, time.Duration) {
	began, ok := v.began()
	if !ok || v.step != inside {
		return "", 0
	}
	return v.id, v.house().Sub(began)
}
