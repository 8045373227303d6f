package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"hearth/backend/passkey/passkeytest"
	"hearth/shared/api"
	"hearth/shared/care"
)

// send sends a form for the account of the visitor.
func (v *visitor) send(path string, fields ...string) (*http.Response, string) {
	v.t.Helper()
	return v.post(path, append([]string{"as", v.slot}, fields...)...)
}

// mustPost sends a form that leads on, and says where to.
func (v *visitor) mustPost(path string, fields ...string) string {
	v.t.Helper()
	res, body := v.send(path, fields...)
	if res.StatusCode != http.StatusSeeOther {
		v.t.Fatalf("POST %s: %d %s", path, res.StatusCode, body)
	}
	return res.Header.Get("Location")
}

// mustOptions asks for what to ask a device for.
func (v *visitor) mustOptions(path string) []byte {
	v.t.Helper()
	res, body := v.send(path + "/options")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/json" || res.Header.Get("Cache-Control") != "no-store" {
		v.t.Fatalf("options of %s: %d %v %s", path, res.StatusCode, res.Header, body)
	}
	return []byte(body)
}

// mustMakePasskey makes a passkey for the visitor's account.
func (v *visitor) mustMakePasskey(device *passkeytest.Device, name string) {
	v.t.Helper()
	answer, err := device.Create(v.mustOptions(api.PasskeyPage))
	if err != nil {
		v.t.Fatal(err)
	}
	if to := v.mustPost(api.PasskeyPage+"/made", "name", name, "credential", string(answer)); !strings.Contains(to, "done=passkey-added") {
		v.t.Fatalf("after making a passkey: %s", to)
	}
}

// enterByPasskey signs the visitor in.
func (v *visitor) enterByPasskey(device *passkeytest.Device) (*http.Response, string) {
	v.t.Helper()
	answer, err := device.Get(v.mustOptions(api.SignInPage + "/passkey"))
	if err != nil {
		v.t.Fatal(err)
	}
	res, body := v.send(api.SignInPage+"/passkey", "credential", string(answer))
	if _, as, ok := strings.Cut(res.Header.Get("Location"), "#as="); ok {
		v.slot = as
	}
	return res, body
}

var passkeyID = regexp.MustCompile(`data-passkey-id="([a-z2-7]{26})"`)

func TestPasskeyFromMakingToRemoving(t *testing.T) {
	c := mustClinic(t)
	device := passkeytest.New(c.URL())
	device.Flags |= passkeytest.BackupEligible | passkeytest.BackupState
	if to := c.mira.mustPost(api.PasskeyPage); to != api.PasskeyPage+"?as="+c.mira.slot {
		t.Errorf("a fresh sign-in is led to %s", to)
	}
	c.mira.mustMakePasskey(device, `My "phone" <3`)
	_, body := c.mira.ask("GET", api.AccountPage+"?as="+c.mira.slot+"&done=passkey-added", "")
	if !strings.Contains(body, `My &#34;phone&#34; &lt;3`) || !strings.Contains(body, "Also on your other devices") || !strings.Contains(body, "not used yet") {
		t.Errorf("the account says\n%s", body)
	}
	phone := stranger(t, c.House)
	if res, body := phone.enterByPasskey(device); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), api.TherapistPage+"#as=") {
		t.Fatalf("sign in: %d %s %s", res.StatusCode, res.Header.Get("Location"), body)
	}
	if me := mustDo[api.Me](phone, "GET", api.GetMe.Path, nil); me.Name != "Mira Solano" {
		t.Errorf("signed in as %s", me.Name)
	}
	id := passkeyID.FindStringSubmatch(body)
	if id == nil {
		t.Fatal("the page names no passkey")
	}
	if res, _ := c.wren.send(api.PasskeyPage+"/rename", "id", id[1], "name", "mine now"); res.StatusCode != http.StatusNotFound {
		t.Errorf("another's passkey renamed: %d", res.StatusCode)
	}
	if res, _ := c.wren.send(api.PasskeyPage+"/remove", "id", id[1]); res.StatusCode != http.StatusNotFound {
		t.Errorf("another's passkey removed: %d", res.StatusCode)
	}
	c.mira.mustPost(api.PasskeyPage+"/rename", "id", id[1], "name", "Phone")
	// The people of a demo have no password: the last passkey is the last way in.
	if res, body := c.mira.send(api.PasskeyPage+"/remove", "id", id[1]); res.StatusCode != http.StatusConflict || !strings.Contains(body, "only way to sign in") {
		t.Errorf("the last way in removed: %d %s", res.StatusCode, body)
	}
	c.mira.mustMakePasskey(passkeytest.New(c.URL()), "Key")
	if to := c.mira.mustPost(api.PasskeyPage+"/remove", "id", id[1]); !strings.Contains(to, "done=passkey-removed") {
		t.Errorf("removed, and led to %s", to)
	}
	if res, body := stranger(t, c.House).enterByPasskey(device); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "not known here") {
		t.Errorf("sign in with a removed one: %d %s", res.StatusCode, body)
	}
}

// What a browser is asked for before anybody is known is the same for everybody but for the challenge.
func TestOptionsNameNobody(t *testing.T) {
	c := mustClinic(t)
	c.mira.mustMakePasskey(passkeytest.New(c.URL()), "Key")
	challenge := regexp.MustCompile(`"challenge":"[^"]+"`)
	before := challenge.ReplaceAllString(string(stranger(t, c.House).mustOptions(api.SignInPage+"/passkey")), "")
	if after := challenge.ReplaceAllString(string(c.mira.mustOptions(api.SignInPage+"/passkey")), ""); after != before || strings.Contains(after, "allowCredentials\":[{") {
		t.Errorf("%s\n%s", before, after)
	}
}

func TestPasskeyFormsAreGuarded(t *testing.T) {
	c := mustClinic(t)
	out := stranger(t, c.House)
	for _, path := range []string{api.PasskeyPage, api.PasskeyPage + "/options", api.PasskeyPage + "/made", api.PasskeyPage + "/rename", api.PasskeyPage + "/remove",
		api.ProvePage + "/passkey", api.ProvePage + "/passkey/options", api.EnrolPage + "/card"} {
		if res, _ := out.send(path); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), api.SignInPage) {
			t.Errorf("a stranger at %s: %d to %s", path, res.StatusCode, res.Header.Get("Location"))
		}
		if res, _ := c.mira.ask("POST", path, "a=b", "Content-Type", "application/x-www-form-urlencoded", "Origin", "https://evil.example"); res.StatusCode != http.StatusForbidden {
			t.Errorf("another site at %s: %d", path, res.StatusCode)
		}
	}
	for what, answer := range map[string]string{"nothing": "", "junk": "{", "bytes": "\xff\x00", "too much": strings.Repeat("x", 20<<10), "empty": `{"id":"","rawId":"","response":{},"type":"public-key"}`} {
		if res, body := out.send(api.SignInPage+"/passkey", "credential", answer); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s as a passkey: %d %s", what, res.StatusCode, body)
		}
		if res, body := c.mira.send(api.PasskeyPage+"/made", "name", "x", "credential", answer); res.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s as a new passkey: %d %s", what, res.StatusCode, body)
		}
	}
	if res, body := out.send(api.EnrolPage + "/options"); res.StatusCode != http.StatusGone || !json.Valid([]byte(body)) {
		t.Errorf("options without a code: %d %s", res.StatusCode, body)
	}
}

// At another name of this machine passkeys cannot work, and the page says where they do.
func TestPasskeysBelongToOneName(t *testing.T) {
	c := mustClinic(t)
	for host, want := range map[string]bool{"localhost": true, "127.0.0.1": false} {
		_, body := stranger(t, c.House).ask("GET", api.SignInPage, "", "Host", host)
		if got := strings.Contains(body, `data-passkey="get"`); got != want {
			t.Errorf("%s offers passkeys: %v, want %v", host, got, want)
		}
		if got := strings.Contains(body, "Passkeys work only at "+c.URL()); got == want {
			t.Errorf("%s says where they work: %v", host, got)
		}
	}
}

func (c clinic) mustCode(person string) api.Enrolment {
	return mustDo[api.Enrolment](c.admin, "POST", strings.Replace(api.IssueEnrolment.Path, "{person}", string(c.people[person].ID), 1), nil)
}

func TestEnrolFromCardToSignedIn(t *testing.T) {
	c := mustClinic(t)
	e := c.mustCode("Wren-23")
	if e.Address != c.URL()+"/enrol" || e.Person.Name != "Wren-23" {
		t.Errorf("issued %+v", e)
	}
	res, card := c.admin.send(api.EnrolPage+"/card", "person", string(e.Person.ID), "code", e.Code, "back", api.AdminPage)
	if res.StatusCode != 200 || !strings.Contains(card, e.Code) || !strings.Contains(card, "Wren-23") || !strings.Contains(card, e.Address) || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the card: %d %s", res.StatusCode, card)
	}
	for what, one := range map[string]*visitor{"a therapist": c.mira, "the patient": c.wren} {
		if res, _ := one.send(api.EnrolPage+"/card", "person", string(e.Person.ID), "code", e.Code); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s gets the card: %d", what, res.StatusCode)
		}
	}
	phone, device := stranger(t, c.House), passkeytest.New(c.URL())
	if to := phone.mustPost(api.EnrolPage, "code", strings.ToLower(e.Code)); to != api.EnrolPage {
		t.Errorf("a right code leads to %s", to)
	}
	if res, _ := c.wren.ask("GET", api.GetMe.Path, ""); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("the patient's other phone is still signed in: %d", res.StatusCode)
	}
	if _, body := phone.ask("GET", api.EnrolPage, ""); !strings.Contains(body, "Hello, Wren-23") || strings.Contains(body, e.Code) {
		t.Errorf("the next page:\n%s", body)
	}
	if res, _ := c.admin.send(api.EnrolPage+"/card", "person", string(e.Person.ID), "code", e.Code); res.StatusCode != http.StatusNotFound {
		t.Errorf("a card of a used code: %d", res.StatusCode)
	}
	answer, err := device.Create(phone.mustOptions(api.EnrolPage))
	if err != nil {
		t.Fatal(err)
	}
	to := phone.mustPost(api.EnrolPage+"/passkey", "name", "Tablet", "credential", string(answer))
	if !strings.HasPrefix(to, api.PatientPage+"#as=") {
		t.Fatalf("enrolled, and led to %s", to)
	}
	phone.slot = to[strings.Index(to, "=")+1:]
	if me := mustDo[api.Me](phone, "GET", api.GetMe.Path, nil); me.Name != "Wren-23" {
		t.Errorf("signed in as %s", me.Name)
	}
	if res, _ := stranger(t, c.House).enterByPasskey(device); res.StatusCode != http.StatusSeeOther {
		t.Errorf("sign in with it: %d", res.StatusCode)
	}
	if res, body := stranger(t, c.House).send(api.EnrolPage, "code", e.Code); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "does not work") {
		t.Errorf("the code once more: %d", res.StatusCode)
	}
}

func TestEnrolByPasswordOrNotAtAll(t *testing.T) {
	c := mustClinic(t)
	phone := stranger(t, c.House)
	phone.mustPost(api.EnrolPage, "code", c.mustCode("Wren-23").Code)
	if res, body := phone.send(api.EnrolPage+"/password", "fresh", "short"); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "at least 12") || !strings.Contains(body, "Hello, Wren-23") {
		t.Errorf("a bad password: %d %s", res.StatusCode, body)
	}
	if to := phone.mustPost(api.EnrolPage+"/password", "fresh", "four happy herons"); !strings.HasPrefix(to, api.PatientPage+"#as=") {
		t.Errorf("a password leads to %s", to)
	}
	if res, body := phone.send(api.EnrolPage+"/password", "fresh", "five happy herons"); res.StatusCode != http.StatusGone || !strings.Contains(body, "new code") {
		t.Errorf("once more: %d %s", res.StatusCode, body)
	}
	other := stranger(t, c.House)
	other.mustPost(api.EnrolPage, "code", c.mustCode("Robin-07").Code)
	if res, body := other.send(api.EnrolPage + "/leave"); res.StatusCode != 200 || strings.Contains(body, "Robin") {
		t.Errorf("not me: %d %s", res.StatusCode, body)
	}
	if _, body := other.ask("GET", api.EnrolPage, ""); strings.Contains(body, "Robin") {
		t.Error("the grant is still there")
	}
}

// Codes and what devices answer stand in no log and no address.
func TestCodesAreInNoLog(t *testing.T) {
	var log strings.Builder
	h := mustOpenWith(t, t.TempDir(), io.Writer(&log))
	admin := mustEnter(t, h, h.Links().Administrator)
	var wren care.PersonID
	for _, p := range mustDo[api.List[api.Person]](admin, "GET", api.ListPeople.Path, nil).Items {
		if p.Name == "Wren-23" {
			wren = p.ID
		}
	}
	e := mustDo[api.Enrolment](admin, "POST", strings.Replace(api.IssueEnrolment.Path, "{person}", string(wren), 1), nil)
	phone := stranger(t, h)
	phone.mustPost(api.EnrolPage, "code", e.Code)
	phone.send(api.EnrolPage, "code", "WRONG-C0DES")
	options := string(phone.mustOptions(api.EnrolPage))
	challenge := regexp.MustCompile(`"challenge":"([^"]+)"`).FindStringSubmatch(options)[1]
	for _, secret := range []string{e.Code, strings.ReplaceAll(e.Code, "-", ""), "WRONG", challenge, "Wren"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
