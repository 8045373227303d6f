package e2e

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"hearth/shared/access"
)

// pass lets time go by on a page, as its own clock tells it.
func (s *scene) pass(d time.Duration) {
	s.desk.Until(fmt.Sprintf("Date.now() > %d", time.Now().Add(d).UnixMilli()))
}

// filled is how many seconds of the therapist's trend were filled in later.
func (s *scene) filled(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(s.desk.Data("#filled", "n"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// untilFilled waits until so many seconds are filled in, and returns how many they are once no more come.
func (s *scene) untilFilled(t *testing.T, least int) int {
	t.Helper()
	began := time.Now()
	s.desk.Until(fmt.Sprintf("+document.querySelector('#filled')?.dataset.n >= %d", least))
	t.Logf("%d seconds filled in after %.1f s", s.filled(t), time.Since(began).Seconds())
	s.pass(3 * time.Second)
	return s.filled(t)
}

// moments is of how many seconds the therapist's trend has numbers.
func (s *scene) moments(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(s.desk.Data("#filled", "of"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What the therapist's page missed, by a reload or a dead line, the tablet tells it afterwards: once, marked, and only of
// the time it was permitted.
func TestBackfill(t *testing.T) {
	t.Parallel()
	s := &street{}
	began := time.Now()
	s.live(t)
	standing := time.Now() // all that is measured from here on is to be filled in; before it, the scene was set for who knows how long
	if by, is := s.overloaded(); s.filled(t) > 2 && !is {
		t.Errorf("%d seconds are filled in, though nothing was missed, and the machine was late by %v only", s.filled(t), by)
	}

	t.Run("the line is dead for 10 s", func(t *testing.T) {
		s.on(t)
		s.pass(10 * time.Second)
		s.deskHome.Cut()
		s.desk.UntilData("#watch", "phase", "mending")
		s.pass(10 * time.Second)
		s.deskHome.Mend()
		s.flowing()
		s.untilFilled(t, 8)
	})
	t.Run("the therapist's page is loaded anew", func(t *testing.T) {
		s.on(t)
		s.pass(time.Minute - time.Since(began))
		before := time.Now()
		s.desk.Reload()
		s.flowing()
		n, most := s.untilFilled(t, int(before.Sub(standing).Seconds())-5), int(time.Since(began).Seconds())+1
		if n > most {
			t.Errorf("%d seconds are filled in of %d", n, most)
		}
		s.desk.UntilText("#filled", "filled in later")
		s.desk.Picture("therapist-filled-in")
	})
	t.Run("withdrawn and permitted again", func(t *testing.T) {
		s.on(t)
		admin, mira := s.house.Caller(t, s.house.Links().Administrator), s.house.Caller(t, s.house.Links().Therapist).Me()
		s.permit(admin, mira)
		s.desk.UntilData("#watch", "phase", "withdrawn")
		withdrawn, n := time.Now(), s.filled(t)
		s.desk.Reload() // a page loaded anew knows nothing and asks for everything
		s.desk.UntilData("#watch", "phase", "no-permission")
		s.pass(15 * time.Second)
		s.permit(admin, mira, access.ECG, access.Movement)
		s.desk.UntilData("#watch", "phase", "idle")
		again := time.Now()
		s.desk.Click("#stream")
		s.flowing()
		allowed := int((withdrawn.Sub(began) + time.Since(again)).Seconds())
		if all := s.untilFilled(t, n-5); all > allowed+6 || all < n-5 {
			t.Errorf("%d seconds are filled in, of %d permitted ones; before it were %d", all, allowed, n)
		}
	})
}
