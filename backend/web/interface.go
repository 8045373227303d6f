package web

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"hearth/backend/porch"
	"hearth/shared/api"
)

// Shapes of requests that only name something are called Of…: huma fills an embedded one only when its name is exported.

// Shapes of answers. A versioned one carries its version as ETag too.
type (
	answer[T any]    struct{ Body T }
	versioned[T any] struct {
		ETag string `header:"ETag"`
		Body T
	}
	nothing struct{}

	// body is a change with nothing but a body.
	body[T any] struct{ Body T }
)

// many is how many things an answer holds, for the audit trail: those of a list.
func (a *answer[T]) many() int {
	if l, ok := any(a.Body).(interface{ Len() int }); ok {
		return l.Len()
	}
	return 0
}

func reply[T any](v T) *answer[T] { return &answer[T]{v} }

func listed[T any](items []T, next string) *answer[api.List[T]] {
	if items == nil {
		items = []T{}
	}
	return &answer[api.List[T]]{api.List[T]{Items: items, Next: next}}
}

// operationDoc is an operation as the readable page shows it.
type operationDoc = porch.Operation

// huma keeps the makers of its errors in package variables. Ours are the same for every server, so setting them once
// at start is all that happens to them.
func init() {
	huma.NewErrorWithContext = func(c huma.Context, status int, _ string, errs ...error) huma.StatusError {
		f := details(ofHuma(status), errs)
		if c == nil {
			return &problem{}
		}
		if a, ok := c.Context().Value(askingKey{}).(*asking); ok {
			return a.server.problemOf(f, a.server.language(a.request, a.Person.Language), "")
		}
		return &problem{api.Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: f.Code, Detail: f.Code}}
	}
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return huma.NewErrorWithContext(nil, status, msg, errs...)
	}
}

// operations lays out the interface on mux.
func (s *Server) operations(mux *http.ServeMux) {
	a := huma.NewAPI(huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "Hearth", Version: "1", Description: "Everything a page can ask of a house. Errors are " +
				"problem details (RFC 9457) whose code is stable; what somebody may not see does not exist for them."},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{"session": {
					Type: "apiKey", In: "cookie", Name: "hearth-{slot}",
					Description: "The cookie of a signed-in account. Where a browser holds several, the header " + api.AsHeader + " names the slot.",
				}, "bearer": {Type: "http", Scheme: "bearer", Description: "The token of a program. Cookies that come with it are not looked at."}},
			},
		},
		Formats:       map[string]huma.Format{"application/json": strictJSON, "json": strictJSON},
		DefaultFormat: "application/json",
	}, humago.NewAdapter(mux, ""))

	s.accountOperations(a)
	s.proofOperations(a)
	s.placeOperations(a)
	s.hospitalOperations(a)
	s.deviceOperations(a)
	s.serviceOperations(a)
	s.loanOperations(a)
	s.peopleOperations(a)
	s.careOperations(a)
	s.patientOperations(a)
	s.recordOperations(a)
	s.rightsOperations(a)
	s.importOperations(a)
	s.sittingOperations(a)
	s.labelOperations(a)
	s.baselineOperations(a)
	s.vocabularyOperations(a)
	s.houseOperations(a)
	s.trailOperations(a)
	s.consentOperations(a)
	s.protectOperations(a)
	s.enrolOperations(a)
	s.clientOperations(a)
	s.therapistOperations(a)
	s.connectionOperations(a)
	s.describeDevices(a)
	s.settingsOperations(a)
	s.pageOperations(a)
	s.visitOperations(a)
	s.doorOperations(a)
	s.messageOperations(a)
	s.documentation(mux, a)
}

// describe notes an operation for the readable page.
func describe[I, O any](op api.Operation, summary string) operationDoc {
	return operationDoc{ID: op.ID, Method: op.Method, Path: op.Path, Summary: summary, Right: string(op.Needs),
		Body: shapeOf[I](), Answer: shapeOf[O]()}
}

// shapeOf names the type of a field called Body, without its package.
func shapeOf[T any]() string {
	f, ok := reflect.TypeFor[T]().FieldByName("Body")
	switch {
	case !ok:
		return "–"
	case f.Type.Kind() == reflect.Func:
		return "a file"
	}
	name := strings.NewReplacer("hearth/shared/", "", "api.", "", "care.", "").Replace(f.Type.String())
	return strings.NewReplacer("[", " of ", "]", "").Replace(name)
}
