package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"hearth/backend/house"
	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
)

// unoffered keeps a browser from offering passkeys beside saved names: its device would say yes at once.
const unoffered = `if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false`

// examine holds a page to what every page of the porch is held to, and keeps pictures of it.
func examine(w *stage.Window, name string) {
	w.Size(1280, 800, false)
	w.Accessible()
	w.Pictures(name)
	w.Narrow(320)
}

// Somebody of the staff makes a passkey from the menu of their portal, signs out, and signs in with it.
func TestPasskeyOfStaff(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	w := stage.Browse(t, "mira")
	w.Before(unoffered)
	w.Expect("Failed to load resource: the server responded with a status of 4")
	keys := w.Keys(true)
	w.ComeIn(house.Links().Therapist, api.TherapistPage)
	w.Until("!!document.querySelector('details.account')")
	w.Click("details.account summary")
	w.Click("#own-account")
	w.UntilAt(api.AccountPage)
	w.UntilText("#passkeys-none", "You have no passkey yet.")
	examine(w, "account-empty")

	makes(t, w, keys)
	w.Goto(house.URL() + api.TherapistPage)
	w.SignOut()
	w.UntilAt(api.SignInPage)
	w.UntilText("#passkey button", "Sign in with a passkey")
	examine(w, "sign-in-passkey")
	keys.Verify(false)
	w.Click("#passkey button")
	w.UntilText("#passkey [data-said]", "Nothing has happened")
	keys.Verify(true)
	w.Click("#passkey button")
	w.UntilAt(api.TherapistPage)
	w.Until("document.querySelector('details.account')?.textContent.includes('Mira Solano')")

	w.Goto(house.URL() + api.AccountPage)
	w.UntilText(".passkeys", "last used")
	w.Goto("about:blank")
}

// makes makes a passkey on the page of the account, with a finger that is not known at first; a second one of the same
// device is refused.
func makes(t *testing.T, w *stage.Window, keys *stage.Keys) {
	t.Helper()
	w.Click("#passkey-add")
	w.UntilAt(api.PasskeyPage)
	w.UntilText("h1", "A new passkey")
	examine(w, "passkey-new")
	keys.Verify(false) // a finger that is not known
	w.Click("#make button")
	w.UntilText("#make [data-said]", "Nothing has happened. You can try again.")
	if n := keys.Count(); n != 0 {
		t.Errorf("%d passkeys were made by a finger that is not known", n)
	}
	keys.Verify(true)
	w.Fill("#name", "Phone of Mira")
	w.Click("#make button")
	w.UntilText("#done", "The passkey is made.")
	w.UntilText(".passkeys", "Phone of Mira")
	w.UntilText(".passkeys", "Also on your other devices")
	w.Click(".passkeys summary")
	examine(w, "account-passkeys")

	w.Click("#passkey-add") // the same device once more
	w.UntilAt(api.PasskeyPage)
	w.Click("#make button")
	w.UntilText("#make [data-said]", "This device has a passkey for this account already.")
}

// A browser offers the passkey beside the saved names; taking it is all there is to do.
func TestPasskeyIsOffered(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	w := stage.Browse(t, "wren")
	w.Keys(false)
	w.ComeIn(house.Links().Patient, api.PasskeyPage)
	w.Click("#make button")
	w.UntilText(".passkeys", "Only on one device")
	w.Goto(house.URL() + api.PatientPage)
	stage.Eval[bool](w, "window.before = true")
	w.SignOut()
	// The device of a test takes the offer as soon as it is made: the page of signing in may be seen for a moment only.
	w.Until("!window.before && location.pathname == '" + api.PatientPage + "' && !!document.querySelector('details.account')?.textContent.includes('Wren-23')")
	w.Goto(house.URL() + api.AccountPage)
	w.UntilText(".passkeys", "last used") // by nothing else could they have come in
	w.Goto("about:blank")
}

// An administrator makes a code and its card; the patient comes in on a phone by the address of its picture.
func TestEnrolOnAPhone(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	desk, phone := stage.Browse(t, "desk"), stage.Browse(t, "phone")
	var people api.List[api.Person]
	house.Caller(t, house.Links().Administrator).Get(api.ListPeople.Path, &people)
	wren := ""
	for _, p := range people.Items {
		if p.Name == "Wren-23" {
			wren = string(p.Patient)
		}
	}
	desk.ComeIn(house.Links().Administrator, api.AdminPage)
	desk.Goto(house.URL() + api.AdminPage + "/patients/" + wren)
	desk.Click("#code")
	desk.Until("!!document.querySelector('#enrol-code')")
	code := desk.Text("#enrol-code")
	if address := desk.Text("#enrol-address"); address != house.URL()+api.EnrolPage || len(code) != 11 {
		t.Fatalf("a code %q for %q", code, address)
	}
	desk.Accessible()
	desk.Pictures("admin-code")
	desk.Click("#card")
	desk.UntilText("#card-code", code)
	desk.UntilText("#card-person", "Wren-23")
	examine(desk, "enrol-card")
	stage.Call(desk, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	desk.Theme("dark")
	desk.Picture("enrol-card-print")
	stage.Call(desk, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
	if at := stage.Eval[string](desk, "location.href"); strings.Contains(at, code) {
		t.Errorf("the code stands in the address %s", at)
	}

	phone.Before(unoffered)
	phone.Expect("Failed to load resource: the server responded with a status of 4")
	phone.Keys(false)
	phone.Size(390, 844, true)
	phone.Goto(house.URL() + api.EnrolPage + "#00000-00000")
	phone.Until("document.querySelector('#code').value === '00000-00000' && location.hash === ''")
	phone.Click("#enrol button")
	phone.UntilText("#code-trouble", "This code does not work.")
	phone.Goto(house.URL() + api.EnrolPage + "#" + code)
	phone.Until("document.querySelector('#code').value === '" + code + "' && location.hash === ''")
	examine(phone, "enrol-code")
	phone.Size(390, 844, true)
	phone.Click("#enrol button")
	phone.UntilText("#whose", "Hello, Wren-23")
	examine(phone, "enrol-key")
	phone.Click("details.otherwise summary")
	phone.UntilText("details.otherwise", "Your sign-in name is wren-23.")
	examine(phone, "enrol-password")
	phone.Size(390, 844, true)
	phone.Click("#make button")
	phone.UntilAt(api.PatientPage)
	phone.Until("document.querySelector('details.account')?.textContent.includes('Wren-23')")
	phone.Goto("about:blank")
	desk.Goto("about:blank")
}

// Who must have a second step makes a passkey for it; afterwards the password alone leads nowhere and the passkey in.
func TestPasskeyAsSecondStep(t *testing.T) {
	t.Parallel()
	home := stage.OpenWith(t, func(c *house.Config) { c.Second = true })
	password := handOut(t, home, "kim", access.Therapist)
	w := stage.Browse(t, "kim")
	w.Before(unoffered)
	w.Keys(false)
	w.Goto(home.URL() + api.SignInPage)
	w.Fill("#login", "kim")
	w.Fill("#password", password)
	w.Click("#sign-in button[type=submit]")
	w.UntilAt(api.PasswordPage)
	w.Fill("#old", password)
	w.Fill("#fresh", "four words in a row")
	w.Fill("#again", "four words in a row")
	w.Click("form button[type=submit]")
	w.UntilAt(api.ProtectPage)
	examine(w, "protect-passkey")
	w.Click("#protect-passkey")
	w.UntilAt(api.PasskeyPage)
	w.Click("#make button")
	w.UntilAt(api.TherapistPage)
	w.SignOut()
	w.UntilAt(api.SignInPage)
	w.Fill("#login", "kim")
	w.Fill("#password", "four words in a row")
	w.Click("#sign-in button[type=submit]")
	w.UntilAt(api.SecondPage)
	w.Goto(home.URL() + api.SignInPage)
	w.Click("#passkey button")
	w.UntilAt(api.TherapistPage)
	w.Goto("about:blank")
}
