package therapist

import (
	"strconv"
	"time"

	"hearth/shared/care"
	"hearth/wasm/page"
)

// wish remembers in the browser that a stream was wanted, so that a page loaded anew brings it back by itself. It is
// only believed for a while: a page opened the next morning begins with nobody's signals.
type wish struct {
	page page.Page
	key  string
	kept time.Time // when it was written down last
}

const (
	wishLasts = 10 * time.Minute
	wishAgain = 20 * time.Second
)

func wishOf(p page.Page, person care.PersonID, patient care.PatientID) wish {
	return wish{page: p, key: "stream/" + string(person) + "/" + string(patient)}
}

// hold writes the wish down, not at every call.
func (w *wish) hold(now time.Time) {
	if w.kept.IsZero() || now.Sub(w.kept) >= wishAgain {
		w.page.Keep(w.key, strconv.FormatInt(now.Unix(), 10))
		w.kept = now
	}
}

// drop forgets it.
func (w *wish) drop() {
	w.page.Keep(w.key, "")
	w.kept = time.Time{}
}

// stands reports whether there is a fresh wish of an earlier page.
func (w *wish) stands(now time.Time) bool {
	at, err := strconv.ParseInt(w.page.Kept(w.key), 10, 64)
	age := now.Sub(time.Unix(at, 0))
	return err == nil && age >= -time.Minute && age < wishLasts
}
