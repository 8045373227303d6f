package live

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

const (
	member = MemberID("abcdefghijklmnopqrstuvwxyz")
	other  = MemberID("zyxwvutsrqponmlkjihgfedcba")
	room   = RoomID("patient/abcdefghijklmnopqrstuvwxyz")
)

// fromPage is one good message of every kind.
func fromPage() map[string]FromPage {
	command := func(c Command) FromPage { c.ID, c.Room = "c1", room; return FromPage{Command: &c} }
	return map[string]FromPage{
		"hello":  {Hello: &Hello{Protocol: Protocol, Build: "1a2b", Member: member, Portal: Aggregator, Resume: map[RoomID]Resume{room: {Epoch: "e", N: 7, Seen: 2}}}},
		"ping":   {Ping: &Ping{T0: -5}},
		"resync": {Resync: &Resync{Room: room, Seen: 3}},
		"announce": command(Command{Announce: &Announce{Sensors: []Sensor{
			{Key: "demo:ecg", Signal: access.ECG, Name: "Movesense 1742", State: "streaming", Battery: -1},
			{Key: "demo:imu", Signal: access.Movement, Demo: true, State: "idle", Battery: 100},
		}}}),
		"ask":     command(Command{Ask: &Ask{From: other, Signals: []access.Signal{access.ECG}}}),
		"stop":    command(Command{Stop: &Stop{Share: "s1"}}),
		"signal":  command(Command{Signal: &Signal{Share: "s1", Body: json.RawMessage(`{"sdp":"<a&b>","n":[1,2]}`)}}),
		"to":      command(Command{Signal: &Signal{To: other, Body: json.RawMessage(`{}`)}}),
		"sit":     command(Command{Sit: &Seat{In: true, Mic: true, Quality: 4, Spotlight: other, Closing: 7, At: 8}}),
		"main":    command(Command{Sit: &Seat{In: true, Main: 9}}),
		"look":    command(Command{Sit: &Seat{Look: true}}),
		"nudge":   command(Command{Nudge: &Nudge{To: other, What: NudgeMute}}),
		"caption": command(Command{Nudge: &Nudge{What: NudgeCaption, Text: "Wie geht’s 👩‍👧? <b>"}}),
		"visits":  {Hello: &Hello{Protocol: Protocol, Member: member, Portal: Visitor, Visits: true, Resume: map[RoomID]Resume{"visit/v": {Epoch: "e"}, "door/g": {Epoch: "e"}, "desk/p": {Epoch: "e"}}}},
		"relay":   command(Command{Relay: &Relay{}}),
		"goodbye": command(Command{Goodbye: &Goodbye{}}),
	}
}

// fromHouse is one good message of every kind.
func fromHouse() map[string]FromHouse {
	person := PersonView{ID: "p1", Name: "Mira Solano"}
	m := Member{ID: member, Person: person, Portal: Therapist, State: Here, Since: 1}
	share := Share{ID: "s1", Therapist: person, From: other, To: member, Signals: []access.Signal{access.ECG}, Since: 1}
	change := func(c Change) FromHouse { c.Room, c.N = room, 4; return FromHouse{Change: &c} }
	return map[string]FromHouse{
		"welcome": {Welcome: &Welcome{Member: member, Person: person, Rooms: []RoomID{room, "site/s"}, Now: 1, Build: "b"}},
		"refused": {Refused: &Refused{Code: CodeVersion, Final: true}},
		"pong":    {Pong: &Pong{T0: -5, Now: 1}},
		"enter":   {Enter: &Snapshot{Room: room, Epoch: "e", N: 3, Patient: "p", Name: "Wren-23", Members: []Member{m}, Shares: []Share{share}}},
		"guest": change(Change{Member: &Member{ID: member, Person: person, Portal: Visitor, State: Here, Since: 1, Guest: "g1",
			Seat: &Seat{In: true, Hand: true, Thin: true, Quality: 1}}}),
		"paged":   {Signal: &Signalled{Room: "visit/v", N: 9, From: other, Body: json.RawMessage(`"x"`)}},
		"caption": {Nudge: &Nudged{Room: "visit/v", From: "abcdefghijklmnopqrstuvwxyz", What: NudgeCaption, Text: "hola", Made: &Made{Service: "abcdefghijklmnopqrstuvwxyz", Name: "Ears", Language: "es-MX", Speaker: care.Speaker{Host: true}}}},
		"nudged":  {Nudge: &Nudged{Room: "visit/v", From: other, What: NudgeCaption, Text: "hello"}},
		"leave":   {Leave: &Leave{Room: room, Reason: "unassigned"}},
		"member":  change(Change{Member: &m}),
		"left":    change(Change{Left: &Left{Member: member, Reason: "lost"}}),
		"share":   change(Change{Share: &share}),
		"ended":   change(Change{Ended: &Ended{Share: "s1", Reason: "withdrawn"}}),
		"data":    change(Change{Data: &DataNote{What: "labels"}}),
		"reply":   {Reply: &Reply{ID: "c1", Share: "s1", ICE: []ICEServer{{URLs: []string{"turn:h:1"}, Username: "u", Credential: "c"}}}},
		"signal":  {Signal: &Signalled{Room: room, N: 9, Share: "s1", From: other, Body: json.RawMessage(`"x"`)}},
	}
}

func TestEveryMessageSurvivesTheWire(t *testing.T) {
	for name, m := range fromPage() {
		text, err := m.Encode()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, err := DecodePage(text); err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("%s: got %+v, %v from %s", name, got, err, text)
		}
	}
	for name, m := range fromHouse() {
		text, err := m.Encode()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, err := DecodeHouse(text); err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("%s: got %+v, %v from %s", name, got, err, text)
		}
	}
}

func TestJunkFromPagesIsRefused(t *testing.T) {
	hello := func(rest string) string {
		return fmt.Sprintf(`{"hello":{"protocol":1,"build":"b",%s}}`, rest)
	}
	command := func(rest string) string {
		return fmt.Sprintf(`{"command":{"id":"c1","room":%q,%s}}`, room, rest)
	}
	announce := func(sensor string) string { return command(`"announce":{"sensors":[` + sensor + `]}`) }
	for name, text := range map[string]string{
		"nothing":              ``,
		"null":                 `null`,
		"an empty message":     `{}`,
		"a list":               `[]`,
		"two messages":         `{"ping":{"t0":1}}{"ping":{"t0":1}}`,
		"two fields":           `{"ping":{"t0":1},"resync":{"room":"site/a"}}`,
		"a fraction of time":   `{"ping":{"t0":1.5}}`,
		"a time beyond":        `{"ping":{"t0":9007199254740993}}`,
		"no room":              `{"resync":{"room":"patient/"}}`,
		"a room with a way":    `{"resync":{"room":"patient/../site/a"}}`,
		"another room":         `{"resync":{"room":"kitchen/a"}}`,
		"a long room":          `{"resync":{"room":"patient/` + strings.Repeat("a", 65) + `"}}`,
		"a short member":       hello(`"member":"abc","portal":"patient"`),
		"a member with blanks": hello(`"member":"abcdefghijk lmnopqrst","portal":"patient"`),
		"a portal unheard of":  hello(fmt.Sprintf(`"member":%q,"portal":"root"`, member)),
		"a resume nowhere":     hello(fmt.Sprintf(`"member":%q,"portal":"patient","resume":{"x":{"epoch":"e","n":1}}`, member)),
		"a negative number":    hello(fmt.Sprintf(`"member":%q,"portal":"patient","resume":{%q:{"epoch":"e","n":-1}}`, member, room)),
		"a command to nobody":  `{"command":{"id":"c1","relay":{}}}`,
		"a command unnamed":    fmt.Sprintf(`{"command":{"id":"","room":%q,"relay":{}}}`, room),
		"a command of nothing": fmt.Sprintf(`{"command":{"id":"c1","room":%q}}`, room),
		"two commands":         command(`"relay":{},"goodbye":{}`),
		"signals of none":      command(fmt.Sprintf(`"ask":{"from":%q,"signals":[]}`, other)),
		"signals twice":        command(fmt.Sprintf(`"ask":{"from":%q,"signals":["ecg","ecg"]}`, other)),
		"signals unheard of":   command(fmt.Sprintf(`"ask":{"from":%q,"signals":["thoughts"]}`, other)),
		"a body of nothing":    command(`"signal":{"share":"s1"}`),
		"a null body":          command(`"signal":{"share":"s1","body":null}`),
		"a large body":         command(`"signal":{"share":"s1","body":"` + strings.Repeat("x", MaxBody) + `"}`),
		"a signal to nobody":   command(`"signal":{"body":1}`),
		"a signal to two":      command(fmt.Sprintf(`"signal":{"share":"s1","to":%q,"body":1}`, other)),
		"a signal to a short":  command(`"signal":{"to":"abc","body":1}`),
		"a quality beyond":     command(`"sit":{"in":true,"quality":5}`),
		"a seat before time":   command(`"sit":{"in":true,"at":-1}`),
		"a spot on nobody":     command(`"sit":{"in":true,"spotlight":"abc"}`),
		"a nudge unheard of":   command(`"nudge":{"what":"shove"}`),
		"a nudge with words":   command(`"nudge":{"what":"mute","text":"now"}`),
		"a caption of nothing": command(`"nudge":{"what":"caption"}`),
		"a long caption":       command(`"nudge":{"what":"caption","text":"` + strings.Repeat("x", MaxCaption+1) + `"}`),
		"a turned caption":     command(`"nudge":{"what":"caption","text":"a\u202eb"}`),
		"a caption of lines":   command(`"nudge":{"what":"caption","text":"a\nb"}`),
		"a charged battery":    announce(`{"key":"k","signal":"ecg","name":"","state":"idle","battery":101}`),
		"a nameless key":       announce(`{"key":"","signal":"ecg","name":"","state":"idle","battery":1}`),
		"an invisible name":    announce(`{"key":"k","signal":"ecg","name":"a\u202eb","state":"idle","battery":1}`),
		"a long name":          announce(`{"key":"k","signal":"ecg","name":"` + strings.Repeat("n", 81) + `","state":"idle","battery":1}`),
		"a sensor twice":       announce(`{"key":"k","signal":"ecg","state":"idle","battery":1},{"key":"k","signal":"ecg","state":"idle","battery":1}`),
		"many sensors":         announce(strings.TrimSuffix(strings.Repeat(`{},`, MaxSensors+1), ",")),
		"not UTF-8":            "{\"ping\":{\"t0\":1},\"x\":\"\xff\"}",
		"too long":             `{"ping":{"t0":1}}` + strings.Repeat(" ", MaxMessage),
		"deep":                 command(`"signal":{"share":"s1","body":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`),
	} {
		if m, err := DecodePage([]byte(text)); err == nil || !fault.Is(err, fault.Invalid) || fault.Of(err).Code != CodeJunk {
			t.Errorf("%s: got %+v, %v", name, m, err)
		}
	}
}

func TestJunkFromTheHouseIsRefused(t *testing.T) {
	for name, change := range map[string]func(FromHouse){
		"enter":   func(m FromHouse) { m.Enter.Members[0].State = "asleep" },
		"share":   func(m FromHouse) { m.Change.Share.Signals = nil },
		"left":    func(m FromHouse) { m.Change.N = 0 },
		"pong":    func(m FromHouse) { m.Pong.Now = 0 },
		"ended":   func(m FromHouse) { m.Change.Data = &DataNote{What: "x"} },
		"reply":   func(m FromHouse) { m.Reply.ICE[0].URLs = nil },
		"welcome": func(m FromHouse) { m.Welcome.Person.Name = strings.Repeat("n", 81) },
		"refused": func(m FromHouse) { m.Refused.Wait = -1 },
		"data":    func(m FromHouse) { m.Change.Data.What = "" },
		"guest":   func(m FromHouse) { m.Change.Member.Seat.Quality = 9 },
		"paged":   func(m FromHouse) { m.Signal.From = "" },
		"caption": func(m FromHouse) { m.Nudge.Made.Guest = "g" },
		"nudged":  func(m FromHouse) { m.Nudge.What = "" },
	} {
		m := fromHouse()[name]
		change(m)
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := DecodeHouse(text); err == nil {
			t.Errorf("%s: took %+v", name, got)
		}
		if _, err := m.Encode(); err == nil {
			t.Errorf("%s: would be written", name)
		}
	}
}

// TestAnotherProtocolIsToldFromJunk lets a page of tomorrow say a hello we cannot read but for its version.
func TestAnotherProtocolIsToldFromJunk(t *testing.T) {
	m, err := DecodePage([]byte(`{"hello":{"protocol":2,"portal":"hologram"}}`))
	if err != nil || m.Hello.Protocol != 2 {
		t.Errorf("got %+v, %v", m, err)
	}
}

func TestCodesHaveKinds(t *testing.T) {
	for _, code := range Codes() {
		if f := Fault(code); f.Code != code || f.Kind == fault.Internal {
			t.Errorf("%s is %v", code, f)
		}
	}
	if err := (Reply{ID: "x"}).Err(); err != nil {
		t.Error(err)
	}
	if !fault.Is(Reply{Code: "unheard.of"}.Err(), fault.Internal) {
		t.Error("a code unheard of is not our trouble")
	}
}

func FuzzDecodePage(f *testing.F) {
	for _, m := range fromPage() {
		text, err := m.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"ping":{"t0":1},"resync":{"room":"site/a"}}`))
	f.Add([]byte(`{"hello":{"protocol":2}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := DecodePage(text)
		if err != nil {
			return
		}
		again, err := m.Encode()
		if err != nil {
			t.Fatalf("%s was read and cannot be written: %v", text, err)
		}
		if n, err := DecodePage(again); err != nil || !same(m, n) {
			t.Fatalf("%s became %s: %v", text, again, err)
		}
	})
}

func FuzzDecodeHouse(f *testing.F) {
	for _, m := range fromHouse() {
		text, err := m.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := DecodeHouse(text)
		if err != nil {
			return
		}
		again, err := m.Encode()
		if err != nil {
			t.Fatalf("%s was read and cannot be written: %v", text, err)
		}
		if n, err := DecodeHouse(again); err != nil || !same(m, n) {
			t.Fatalf("%s became %s: %v", text, again, err)
		}
		// Whatever the house may say, and in whatever order, a page stays on its feet.
		p := NewPage(PageOptions{Member: member, Portal: Therapist, Random: func() float64 { return 0 }})
		do := p.Start(epochStart)
		p.Opened(epochStart, do.Open)
		p.Message(epochStart, do.Open, text)
		welcome, _ := fromHouse()["welcome"].Encode()
		p.Message(epochStart, do.Open, welcome)
		enter, _ := fromHouse()["enter"].Encode()
		p.Message(epochStart, do.Open, enter)
		p.Message(epochStart, do.Open, text)
		p.Message(epochStart, do.Open, text)
	})
}

// same compares as the wire sees it: bodies lose their blanks.
func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
