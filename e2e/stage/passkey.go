package stage

import (
	"github.com/chromedp/cdproto/webauthn"
)

// Keys is a passkey device inside a window's browser.
type Keys struct {
	w  *Window
	id webauthn.AuthenticatorID
}

// Keys gives the window a device that makes passkeys without asking anybody. A synced one may copy them to others.
func (w *Window) Keys(synced bool) *Keys {
	w.t.Helper()
	Call(w, webauthn.Enable, webauthn.EnableParams{})
	added := Call(w, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		DefaultBackupEligibility: synced, DefaultBackupState: synced,
	}})
	return &Keys{w, added.AuthenticatorID}
}

// Verify says whether the device recognises its owner from now on.
func (k *Keys) Verify(yes bool) {
	k.w.t.Helper()
	Call(k.w, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: k.id, IsUserVerified: yes})
}

// Count is how many passkeys the device has.
func (k *Keys) Count() int {
	k.w.t.Helper()
	return len(Call(k.w, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: k.id}).Credentials)
}
