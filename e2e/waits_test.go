package e2e

import (
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// strokes counts the tones a page plays.
const strokes = `{ window.strokes = 0; const start = OscillatorNode.prototype.start;
	OscillatorNode.prototype.start = function (...all) { window.strokes++; return start.apply(this, all) } }`

// The page of the own account has no live socket, and says all the same that somebody waits: in a bar, in its title, and with a tone
// once somebody has touched it. The bar leads to where they are let in.
func TestWaitingIsSeenBesideTheAccount(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	v := expect(t, house, care.Therapy, "Wren-23", api.NewGuest{As: care.AsPatient, Language: "en"})
	desk := stage.Browse(t, "account-waits")
	desk.Before(strokes)
	desk.ComeIn(house.Links().Therapist, api.AccountPage)
	desk.Until("document.querySelector('#knock')?.dataset.waiting === '0' && document.querySelector('#knock').hidden")
	desk.Click("h1")
	v.company(0)
	desk.UntilText("#knock strong", "1 person is waiting")
	desk.Until("document.title === '(1) Your account · Hearth' && window.strokes === 1")
	examine(desk, "account-waits")
	desk.Size(390, 844, true)
	desk.Pictures("account-waits-narrow")
	desk.Until("window.strokes === 1") // and it rings once for each
	desk.Click("#knock-open")
	desk.UntilAt(api.TherapistPage)
	desk.UntilData("#knock", "waiting", "1")
	desk.Goto(house.URL() + api.AccountPage)
	desk.UntilText("#knock strong", "1 person is waiting")
	v.mira.Do(api.AdmitGuest, v.names(0), nil, nil)
	desk.Until("document.querySelector('#knock').hidden && document.title === 'Your account · Hearth'")
}
