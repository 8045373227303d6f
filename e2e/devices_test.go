package e2e

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

// registers lets a device ask to be let in.
func registers(t *testing.T, house *stage.House, code, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	part := func(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
	body, _ := json.Marshal(api.RegisterDeviceBody{Code: code, Kind: "tablet", Model: "T1", Name: name, Serial: "SN-9",
		Key: map[string]any{"kty": "EC", "crv": "P-256", "x": part(point[1:33]), "y": part(point[33:])}})
	res, err := http.Post(house.URL()+api.DeviceRegister, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Fatalf("the device is answered %d", res.StatusCode)
	}
}

// An administrator lets a tablet in that registered itself, packs it into a kit, lends the kit, takes it back, and deletes
// and undoes.
func TestDevicesInThePortal(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	w := stage.Browse(t, "administrator")
	w.ComeIn(house.Links().Administrator, "")
	w.UntilAt(api.AdminPage)
	portalPage(w, house, "/devices", "#device-new")
	w.Until("document.querySelector('main').textContent.includes('There are no devices yet')")
	look(t, w, "devices-none", narrowest)
	w.Size(1280, 800, false)

	w.Click("#code")
	w.Fill("#code-uses", "3")
	w.Click("#code-do")
	w.Until("!!document.querySelector('#device-code')")
	w.Accessible("light", "dark")
	w.Pictures("devices-code")
	w.Size(1280, 800, false)
	code := w.Text("#device-code")
	w.Click("#code-done")
	w.Until("document.activeElement?.id === 'code'")
	registers(t, house, code, "Tablet 9")

	w.Click("#device-new")
	w.Fill("#device-name", "Kit A")
	w.Until("!!document.querySelector('#device-type option:nth-child(2)')")
	w.Choose("#device-type", stage.Eval[string](w, "[...document.querySelectorAll('#device-type option')].find(o => o.textContent === 'Kit').value"))
	w.Click("#device-save")
	w.Until("document.querySelectorAll('#devices [data-device]').length === 2")
	w.Until("document.querySelector('#devices [data-device]').dataset.state === 'waiting'") // first, though K comes before T
	w.Click("[data-name='Tablet 9'] [id^=enable-]")
	w.UntilData("[data-name='Tablet 9']", "state", "enabled")
	w.Click("[data-name='Tablet 9'] [id^=open-]")
	w.Click("#edit")
	w.Until("!!document.querySelector('#device-within option:nth-child(2)')")
	w.Choose("#device-within", stage.Eval[string](w, "[...document.querySelectorAll('#device-within option')].find(o => o.textContent === 'Kit A').value"))
	w.Accessible("light", "dark")
	w.Pictures("devices-edit")
	w.Size(1280, 800, false)
	w.Click("#device-save")
	w.Until("!document.querySelector('dialog') && document.querySelector(\"[data-name='Tablet 9']\").textContent.includes('Kit A')")

	w.Click("[data-name='Kit A'] [id^=lend-]")
	w.Until("document.querySelectorAll('#lend-patient option').length > 1")
	w.Fill("#lend-search", "wren")
	w.Until("document.querySelectorAll('#lend-patient option').length === 1")
	w.Accessible("light", "dark")
	w.Click("#lend-do")
	w.UntilData("[data-name='Tablet 9']", "patient", "Wren-23")
	w.UntilData("[data-name='Kit A']", "patient", "Wren-23")
	look(t, w, "devices", narrowest)
	w.Size(1280, 800, false)
	w.Click("[data-name='Kit A'] [id^=open-]")
	w.Until("document.querySelector('#history')?.dataset.loans === '1' && document.querySelector('#contents')?.textContent.includes('Tablet 9')")
	w.Accessible("light", "dark")
	w.Pictures("devices-kit")
	w.Narrow(narrowest)
	w.Size(1280, 800, false)
	w.Click("#return")
	w.Until("!document.querySelector(\"[data-name='Tablet 9']\")?.dataset.patient")
	w.Click("[data-name='Kit A'] [id^=open-]")
	w.Click("#delete")
	w.Click("#delete-do")
	w.Click("#undo")
	w.UntilData("[data-name='Kit A']", "state", "disabled")

	w.Click("#types")
	w.Until("!!document.querySelector('#types [data-type]')")
	look(t, w, "device-types", narrowest)
	w.Size(1280, 800, false)
	w.Click("#type-new")
	w.Fill("#type-en", "Ring")
	w.Fill("#type-de", "Fingerring")
	w.Accessible("light", "dark")
	w.Click("#type-save")
	w.Until("!!document.querySelector(\"[data-name='Ring']\")")
}
