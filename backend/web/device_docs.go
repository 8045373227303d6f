package web

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
)

// describeDevices writes the doors of devices into the description of the interface. They are no operations: nobody has
// signed in there, and what a device shows is looked at by the door itself.
func (s *Server) describeDevices(a huma.API) {
	describeDoor[api.RegisterDeviceBody, api.DeviceSelf](s, a, huma.Operation{
		OperationID: "device-register", Method: http.MethodPost, Path: api.DeviceRegister, DefaultStatus: http.StatusCreated,
		Summary: "A device asks to be let in, with a code of its project and the public half of a key it made",
		Description: "The device waits until staff enable it. The key is a JSON Web Key on P-256 (RFC 7517). Asking again with the same key, as after a lost answer, " +
			"is the same device.",
		Errors: []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusTooManyRequests},
	})
	describeDoor[api.ProofBody, api.DeviceTicketAnswer](s, a, huma.Operation{
		OperationID: "device-ticket", Method: http.MethodPost, Path: api.DeviceTicket, DefaultStatus: http.StatusOK,
		Summary: "A device proves its key and is given a ticket for the next minutes",
		Description: "The proof is a JWS of the device (ES256; RFC 7523 section 3): issuer and subject are its id, the audience is the house's address, it lives five minutes " +
			"at most and its id counts once. 409 `device.waiting` while nobody has enabled the device, `device.disabled` when it is switched off; both only for the right key.",
		Errors: []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusConflict, http.StatusTooManyRequests},
	})
	describeDoor[nothing, api.DeviceSelf](s, a, huma.Operation{
		OperationID: "device-me", Method: http.MethodGet, Path: api.DeviceMe, DefaultStatus: http.StatusOK,
		Summary:     "What the house knows of a device that shows its ticket",
		Description: "A ticket is worth nothing from the moment its device is switched off, hidden or moved to another project, and enabling it again brings none back.",
		Errors:      []int{http.StatusUnauthorized},
		Security:    []map[string][]string{{"device": {}}},
	})
	a.OpenAPI().Components.SecuritySchemes["device"] = &huma.SecurityScheme{Type: "http", Scheme: "bearer",
		Description: "The ticket of a device, from " + api.DeviceTicket + ". It opens nothing but the doors of devices."}
}

// describeDoor adds one door, with the shapes of what is sent (B; nothing for none) and answered (A).
func describeDoor[B, A any](s *Server, a huma.API, op huma.Operation) {
	shapes := a.OpenAPI().Components.Schemas
	shape := func(t reflect.Type) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{"application/json": {Schema: shapes.Schema(t, true, t.Name())}}
	}
	body := "–"
	if t := reflect.TypeFor[B](); t != reflect.TypeFor[nothing]() {
		op.RequestBody = &huma.RequestBody{Required: true, Content: shape(t)}
		body = t.Name()
	}
	op.Responses = map[string]*huma.Response{}
	for _, status := range append([]int{op.DefaultStatus}, op.Errors...) {
		r := &huma.Response{Description: http.StatusText(status)}
		if status == op.DefaultStatus {
			r.Content = shape(reflect.TypeFor[A]())
		} else {
			r.Content = map[string]*huma.MediaType{"application/problem+json": {Schema: shapes.Schema(reflect.TypeFor[problem](), true, "Problem")}}
		}
		op.Responses[strconv.Itoa(status)] = r
	}
	if op.Security == nil {
		op.Security = []map[string][]string{} // none, whatever the others need
	}
	a.OpenAPI().AddOperation(&op)
	s.docs = append(s.docs, operationDoc{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Right: "–", Body: body, Answer: reflect.TypeFor[A]().Name()})
}
