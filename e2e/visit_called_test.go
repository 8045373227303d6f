package e2e

import (
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// A tablet that many call from asks who is there, says nothing of whoever called before, and leads each into their own call alone.
func TestSomebodyCalledFromHere(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	reachable(t, house)
	mira := house.Caller(t, house.Links().Therapist)
	door := house.URL() + api.DropInPage + string(mira.Patients()["Wren-23"].Project)
	w := stage.Browse(t, "tablet")
	w.Expect("Failed to load resource: the server responded with a status of 4")
	calls := func(name string) {
		w.Goto(door)
		w.UntilText("h1", "You can come in now")
		w.Fill("#name", name)
		w.Click("#drop-in button")
	}
	waits := func() (at string) { // without scripts: a page that starts no call
		w.UntilText("h1", "You are in the waiting room")
		return stage.Eval[string](w, "location.pathname")
	}
	w.NoScripts(true)
	calls("Kim Nguyen")
	kim := waits()

	w.NoScripts(false)
	calls("Bo")
	w.UntilText("h1", "Somebody called from here at")
	if stage.Eval[bool](w, "document.documentElement.outerHTML.includes('Nguyen')") {
		t.Error("the page says who called")
	}
	w.Accessible()
	w.Narrow(320)
	w.Pictures("visit-called-before")
	w.NoScripts(true)
	w.Click("#called button[value=same]")
	if at := waits(); at != kim {
		t.Errorf("back to %s, and the call is %s", at, kim)
	}
	calls("Bo")
	w.UntilText("h1", "Somebody called from here at")
	w.Click("#called button[value=other]")
	bo := waits()
	if bo == kim {
		t.Error("Bo sits in the call of Kim")
	}
	var queue api.List[api.Queued]
	mira.Get(api.GetQueue.Path, &queue)
	if len(queue.Items) != 1 || api.VisitPage+string(queue.Items[0].ID) != bo || queue.Items[0].State != care.Arrived {
		t.Errorf("there wait %+v", queue.Items)
	}
	w.Goto(house.URL() + kim)
	w.UntilText("h1", "open your link again")
}
