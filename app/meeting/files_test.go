package meeting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"hearth/app/call"
	"hearth/app/stage"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/file"
)

// drawer keeps what is saved.
type drawer struct {
	file.None
	saved []string
}

func (d *drawer) Save(name, _ string, b []byte) {
	d.saved = append(d.saved, fmt.Sprint(name, " ", len(b)))
}

func mustFiles(t *testing.T) (*files, *drawer, *[]error) {
	d, faults := &drawer{}, &[]error{}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return &files{desk: d, ctx: ctx, cancel: cancel, take: make(chan struct{}, 1), changed: func() {}, who: func(live.MemberID) string { return "Wren-23" },
		fail: func(err error) { *faults = append(*faults, err) }}, d, faults
}

// TestASavedFileStaysWhileThereIsRoom: nobody tells the page that saving was cancelled, so it can be saved once more, until another
// needs its room.
func TestASavedFileStaysWhileThereIsRoom(t *testing.T) {
	f, d, faults := mustFiles(t)
	h := &handed{File: stage.File{Name: "plan.pdf", Bytes: 3, State: stage.Ready}, in: &call.Incoming{}, bytes: []byte("abc")}
	f.add(h, "m")
	h.save()
	h.save()
	if h.State != stage.Given || len(d.saved) != 2 || d.saved[0] != "plan.pdf 3" || d.saved[1] != d.saved[0] || f.held() != 3 {
		t.Errorf("saved %q, %+v", d.saved, h)
	}
	f.add(&handed{File: stage.File{Bytes: mostHeld - 5, State: stage.Ready}, in: &call.Incoming{}}, "m")
	f.mu.Lock()
	f.letGo(2)
	f.mu.Unlock()
	if h.State != stage.Given {
		t.Error("let go although there is room")
	}
	more := &handed{File: stage.File{Bytes: 9, State: stage.Offered}, in: &call.Incoming{}}
	f.add(more, "m")
	more.accept()
	if more.State != stage.Offered || len(*faults) != 1 || h.State != stage.Given {
		t.Errorf("let go in vain: %+v, %+v, told %v", h.File, more.File, *faults)
	}
	f.mu.Lock()
	f.letGo(5)
	f.mu.Unlock()
	if h.State != stage.Saved || h.bytes != nil || f.held() != mostHeld-5 {
		t.Errorf("%+v stays", h.File)
	}
	h.save()
	if len(d.saved) != 2 {
		t.Errorf("saved %q", d.saved)
	}
}

// TestAPageHoldsOnlySoMuch: what would be too much stays offered, and the person is told what helps.
func TestAPageHoldsOnlySoMuch(t *testing.T) {
	f, _, faults := mustFiles(t)
	for range 2 {
		f.add(&handed{File: stage.File{Bytes: call.MaxFile, State: stage.Ready}, in: &call.Incoming{}}, "m")
	}
	more := &handed{File: stage.File{Bytes: 1, State: stage.Offered}, in: &call.Incoming{}}
	f.add(more, "m")
	more.accept()
	if more.State != stage.Offered || len(*faults) != 1 || (*faults)[0] == nil {
		t.Errorf("%+v, told %v", more.File, *faults)
	}
}

// TestTheListOfFilesEnds: what is over makes place for what comes, and where nothing is over there is none.
func TestTheListOfFilesEnds(t *testing.T) {
	f, _, _ := mustFiles(t)
	for range 3 * mostFiles {
		if _, ok := f.add(&handed{File: stage.File{State: stage.Canceled}}, "m"); !ok {
			t.Fatal("there is no place although old ones are over")
		}
	}
	seen := map[string]bool{}
	for _, one := range f.shown() {
		seen[one.ID] = true
	}
	if len(seen) != mostFiles {
		t.Errorf("%d different files are shown", len(seen))
	}
	for _, h := range f.list {
		h.State = stage.Offered
	}
	if _, ok := f.add(&handed{File: stage.File{State: stage.Offered}}, "m"); ok || len(f.shown()) != mostFiles {
		t.Errorf("%d are shown", len(f.shown()))
	}
}

// TestOneFileAfterTheOther: the second waits until the first was answered, and may be taken back; each page has its own turn, and
// where nobody is that is said.
func TestOneFileAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, _, _ := mustFiles(t)
		var asked []string
		answer := make(chan struct{})
		f.send = func(ctx context.Context, to live.MemberID, what call.File, _ func(int64)) error {
			asked = append(asked, string(to)+" "+what.Name)
			<-answer
			return nil
		}
		state := func() (list []stage.FileState) {
			synctest.Wait()
			for _, h := range f.shown() {
				list = append(list, h.State)
			}
			return list
		}
		give := func(to live.MemberID, name string) {
			go f.give(to, call.Bytes(name, "", []byte("abc")))
			synctest.Wait()
		}
		give("wren", "one")
		give("wren", "two")
		give("wren", "three")
		give("aunt", "four")
		if got := state(); !slices.Equal(asked, []string{"wren one", "aunt four"}) || !slices.Equal(got, []stage.FileState{stage.Offered, stage.Offered, stage.Offered, stage.Offered}) {
			t.Errorf("offered %v, shown %v", asked, got)
		}
		f.list[1].cancel()
		if got := state(); got[1] != stage.Canceled {
			t.Errorf("taken back, it is %v", got)
		}
		close(answer)
		if got := state(); !slices.Equal(asked, []string{"wren one", "aunt four", "wren three"}) || !slices.Equal(got, []stage.FileState{stage.Sent, stage.Canceled, stage.Sent, stage.Sent}) {
			t.Errorf("offered %v, shown %v", asked, got)
		}
		f.all = func() []live.MemberID { return nil }
		f.desk = chosen{}
		if err := f.offer(t.Context(), "chat-file"); !errors.Is(err, errAlone) {
			t.Errorf("with nobody here: %v", err)
		}
	})
}

// TestFilesRestWhileOneIsAway: what is on its way from a page that leaves the call is offered again once it is back and the other is
// there, waits when the two have hardly met, and can be taken back meanwhile; what came stays, and an answer counts.
func TestFilesRestWhileOneIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, d, _ := mustFiles(t)
		answers := make(chan error)
		asked := 0
		f.send = func(ctx context.Context, _ live.MemberID, _ call.File, progress func(int64)) error {
			asked++
			progress(1)
			select {
			case err := <-answers:
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		shown := func(want ...stage.FileState) {
			t.Helper()
			synctest.Wait()
			var got []stage.FileState
			for _, h := range f.shown() {
				got = append(got, h.State)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		}
		came := &handed{File: stage.File{Name: "photo.jpg", Bytes: 3, State: stage.Ready}, in: &call.Incoming{}, bytes: []byte("abc")}
		f.add(came, "wren")
		for _, name := range []string{"one", "two"} {
			go f.give("wren", call.Bytes(name, "", []byte("abc")))
			synctest.Wait()
		}
		shown(stage.Ready, stage.Moving, stage.Offered)
		for range 3 { // away and back, as often as they like
			f.rest()
			shown(stage.Ready, stage.Offered, stage.Offered)
			f.goOn([]live.MemberID{"wren"}) // not back yet
			f.begin()
			f.goOn([]live.MemberID{"aunt"})
			shown(stage.Ready, stage.Offered, stage.Offered)
		}
		if asked != 1 {
			t.Errorf("offered %d times", asked)
		}
		f.list[2].cancel()
		shown(stage.Ready, stage.Offered, stage.Canceled)
		f.goOn([]live.MemberID{"wren"})
		shown(stage.Ready, stage.Moving, stage.Canceled)
		answers <- fault.New(fault.Unavailable, "call.file-cut", nil)
		shown(stage.Ready, stage.Offered, stage.Canceled)
		f.goOn([]live.MemberID{"wren"})
		answers <- nil
		shown(stage.Ready, stage.Sent, stage.Canceled)
		came.save()
		if len(d.saved) != 1 || f.list[1].what.Read != nil {
			t.Errorf("saved %q, and what was sent is still held: %v", d.saved, f.list[1].what.Read != nil)
		}
		go f.give("wren", call.Bytes("three", "", []byte("abc")))
		synctest.Wait()
		f.rest()
		f.begin()
		f.goOn([]live.MemberID{"wren"})
		synctest.Wait()
		answers <- fault.New(fault.Conflict, "call.file-refused", nil)
		shown(stage.Given, stage.Sent, stage.Canceled, stage.Refused)
		go f.give("wren", call.Bytes("four", "", []byte("abc")))
		synctest.Wait()
		f.rest()
		f.begin()
		for range sendsAgain + 1 {
			f.goOn([]live.MemberID{"wren"})
			synctest.Wait()
			answers <- fault.New(fault.Unavailable, "call.file-cut", nil)
			synctest.Wait()
		}
		shown(stage.Given, stage.Sent, stage.Canceled, stage.Refused, stage.Broken)
		f.end()
	})
}

// chosen is a desk on which a file was chosen.
type chosen struct{ file.None }

func (chosen) Chosen(context.Context, string, int64) (file.File, error) {
	return file.File{Name: "plan.pdf", Bytes: []byte("abc")}, nil
}
