package patient

import (
	"reflect"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/live"
)

// sharing is what flows to Mira by the shares given.
func sharing(state live.LinkState, shares ...live.Share) Sharing {
	return SharingOf(view(state, nil, shares...), wren, nil)
}

func TestAWishIsToldOnceAndSettledWhenNothingFlows(t *testing.T) {
	now := time.Unix(1000, 0)
	both := sharing(live.Online, share("s", mira, 1, access.ECG, access.Movement))
	var w Wishes
	if w.Any() || w.See(both, now) != nil {
		t.Fatal("nothing was wished")
	}
	w.Add(mira, access.ECG)
	if got, want := w.See(both, now), []Order{{"s", []access.Signal{access.ECG}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
	if got := w.See(both, now); got != nil || !w.Open(mira, access.ECG) || w.Open(mira, access.Movement) {
		t.Errorf("told again: %v", got)
	}
	w.See(sharing(live.Online, share("s", mira, 1, access.Movement)), now)
	if w.Any() {
		t.Error("what has stopped is still wished")
	}
}

func TestAllSignalsOfAStreamAreOneOrderForAllOfIt(t *testing.T) {
	var w Wishes
	w.Add(mira, access.ECG, access.Movement)
	w.Add(noor, access.ECG)
	got := w.See(sharing(live.Online, share("s", mira, 1, access.ECG, access.Movement), share("r", noor, 1, access.ECG), share("q", mira, 2, access.ECG)), time.Unix(1000, 0))
	if want := []Order{{"s", nil}, {"q", nil}, {"r", nil}}; !reflect.DeepEqual(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
}

func TestAWishOutlivesARestartOfTheHouse(t *testing.T) {
	now := time.Unix(1000, 0)
	var w Wishes
	w.Add(mira, access.ECG)
	if got := w.See(sharing(live.Waiting, share("old", mira, 1, access.ECG)), now); got != nil {
		t.Fatalf("told %v to nobody", got)
	}
	w.See(sharing(live.Online), now.Add(time.Hour)) // back, and everything forgotten
	if !w.Open(mira, access.ECG) {
		t.Fatal("the wish went with the house")
	}
	again := sharing(live.Online, share("new", mira, 9, access.ECG))
	if got, want := w.See(again, now.Add(time.Hour+5*time.Second)), []Order{{"new", nil}}; !reflect.DeepEqual(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
	w.See(sharing(live.Online), now.Add(time.Hour+Holds))
	if !w.Any() {
		t.Error("settled too early")
	}
	w.See(sharing(live.Online), now.Add(time.Hour+Holds+time.Second))
	if w.Any() {
		t.Error("never settled")
	}
}

func TestAWishTheHouseRefusedCanBeWishedAgain(t *testing.T) {
	now, flows := time.Unix(1000, 0), sharing(live.Online, share("s", mira, 1, access.ECG))
	var w Wishes
	w.Add(mira, access.ECG)
	w.See(flows, now)
	w.Forget(Wish{mira, access.ECG})
	if w.Any() {
		t.Error("still wished")
	}
	w.Add(mira, access.ECG)
	if got := w.See(flows, now); len(got) != 1 {
		t.Errorf("told %v", got)
	}
}
