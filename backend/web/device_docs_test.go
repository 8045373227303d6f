package web_test

import (
	"encoding/json"
	"strings"
	"testing"

	"hearth/shared/api"
)

// The doors of devices are described with their shapes, and as open to whoever has no session.
func TestDoorsOfDevicesAreDescribed(t *testing.T) {
	out := stranger(t, mustOpen(t))
	_, text := out.ask("GET", api.OpenAPI, "")
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string                `json:"operationId"`
			Security    []map[string][]string `json:"security"`
			RequestBody struct {
				Content map[string]struct {
					Schema map[string]any `json:"schema"`
				} `json:"content"`
			} `json:"requestBody"`
			Responses map[string]any `json:"responses"`
		} `json:"paths"`
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct{ method, id, body, answer string }{
		api.DeviceRegister: {"post", "device-register", "RegisterDeviceBody", "201"},
		api.DeviceTicket:   {"post", "device-ticket", "ProofBody", "200"},
		api.DeviceMe:       {"get", "device-me", "", "200"},
	} {
		op := doc.Paths[path][want.method]
		shape, _ := op.RequestBody.Content["application/json"].Schema["$ref"].(string)
		if op.OperationID != want.id || !strings.HasSuffix(shape, want.body) || op.Responses[want.answer] == nil || op.Responses["401"] == nil && want.body != "RegisterDeviceBody" {
			t.Errorf("%s: %+v", path, op)
		}
		if want.body != "" && doc.Components.Schemas[want.body] == nil {
			t.Errorf("%s: the shape %s is nowhere", path, want.body)
		}
		for _, s := range op.Security {
			if s["session"] != nil || s["bearer"] != nil {
				t.Errorf("%s asks for a session", path)
			}
		}
	}
	if _, page := out.ask("GET", api.DocsPage, ""); !strings.Contains(page, api.DeviceTicket) {
		t.Error("the readable page does not name the doors")
	}
}

// A code is drawn for whoever made it, as long as it works, and for nobody else.
func TestACodeForDevicesIsDrawn(t *testing.T) {
	c := mustClinic(t)
	g := newGadget(t, c)
	code := g.mustRegister(c, 2)
	res, card := c.admin.post(api.DeviceCardPage, "as", c.admin.slot, "code", strings.ToLower(code))
	if res.StatusCode != 200 || !strings.Contains(card, code) || !strings.Contains(card, "Good for 1 more device") || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the card: %d %s", res.StatusCode, card)
	}
	for what, v := range map[string]*visitor{"a therapist": c.mira, "a patient": c.wren} {
		if res, _ := v.post(api.DeviceCardPage, "as", v.slot, "code", code); res.StatusCode != 404 {
			t.Errorf("%s sees it: %d", what, res.StatusCode)
		}
	}
	for _, wrong := range []string{"", "AAAA-BBBB-CCCC-DDDD", strings.Repeat("A", 500)} {
		if res, _ := c.admin.post(api.DeviceCardPage, "as", c.admin.slot, "code", wrong); res.StatusCode != 404 {
			t.Errorf("%q: %d", wrong, res.StatusCode)
		}
	}
	newGadget(t, c).registerWith(code)
	if res, _ := c.admin.post(api.DeviceCardPage, "as", c.admin.slot, "code", code); res.StatusCode != 404 {
		t.Errorf("used up: %d", res.StatusCode)
	}
}

// registerWith uses a code.
func (g *gadget) registerWith(code string) {
	g.t.Helper()
	if res, body := g.post(api.DeviceRegister, g.registration(code)); res.StatusCode != 201 {
		g.t.Fatalf("registered: %d %s", res.StatusCode, body)
	}
}
