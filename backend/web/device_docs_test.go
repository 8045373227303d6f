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
