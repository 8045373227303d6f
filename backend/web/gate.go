package web

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"hearth/backend/audit"
	"hearth/backend/identity"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// asking is one settled request of the interface: who asks, and what the audit trail will say of it.
type asking struct {
	identity.Who
	server  *Server
	request *http.Request
	writer  http.ResponseWriter // for cookies
	entry   audit.Entry

	quiet bool // no line in the trail: it has one already, or nothing was learnt

	unhurried context.Context // of the request, without the bound in time: for downloads
}

// about tells the trail whose data a request turned out to be about.
func (a *asking) about(patient care.PatientID) { a.entry.Patient = patient }

// at tells the trail where it belongs, when neither the patient nor the object says so.
func (a *asking) at(place care.Place) { a.entry.Place = place }

// count tells the trail how many things it was; of a list it knows by itself.
func (a *asking) count(n int) { a.entry.Count = n }

// object tells the trail what it was done to.
func (a *asking) object(id string) { a.entry.Object = id }

// version is the version a change was made from: If-Match when it was sent, else the body's.
func (a *asking) version(body int64) (int64, error) {
	tag := a.request.Header.Get("If-Match")
	if tag == "" || tag == "*" {
		return body, nil
	}
	n, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	if err != nil || tag != etag(n) {
		return 0, fault.New(fault.Conflict, "request.ahead", err)
	}
	return n, nil
}

// etag is a version as a header says it (RFC 9110 section 8.8.3).
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

type askingKey struct{}

// changing are the operations that are served before a handed-out password is changed or a second step is set up.
var changing = []string{api.GetMe.ID, api.ChangePassword.ID}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

// longPatience is how long an import or export of thousands, or a page of many cards, may take, on the smallest machine too.
const longPatience = 5 * time.Minute

// patienceWith is how long an operation may take, its answer included.
func patienceWith(w http.ResponseWriter, op api.Operation) time.Duration {
	if !slices.Contains([]api.Operation{api.PreviewImport, api.CommitImport, api.ExportRecords}, op) {
		return patience
	}
	return longer(w)
}

// longer gives a connection the time of what is long.
func longer(w http.ResponseWriter) time.Duration {
	c, end := http.NewResponseController(w), time.Now().Add(longPatience+patience) // the connection knows only real time
	c.SetReadDeadline(end)                                                         // a list of thousands may come over a slow line
	c.SetWriteDeadline(end)
	return longPatience
}

// gate is the one place that authorises. In this order: who asks (401), how often (429), whether any of their roles may
// do this at all (404, like everything one may not see), whether the ids have the shape of ids (404),
// whether they proved themselves lately where it matters (403, whatever the ids name). Which rows they
// reach is the store's part. Only then are path, headers and body read.
func (s *Server) gate(op api.Operation) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(c)
		within := patienceWith(w, op)
		ctx, cancel := context.WithTimeout(r.Context(), within)
		defer cancel()
		who, err := s.who(w, r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		a := &asking{Who: who, server: s, request: r.WithContext(ctx), writer: w, unhurried: r.Context(), entry: audit.Entry{
			Person: who.Person.ID, Action: op.ID, From: audit.Network(s.Address(r)),
			Patient: patientOf(r), Object: objectOf(r, op),
		}}
		if err := s.may(ctx, w, r, op, who); err != nil {
			s.refused(ctx, a, err)
			s.fail(w, r, err)
			return
		}
		next(huma.WithContext(c, context.WithValue(ctx, askingKey{}, a)))
	}
}

func (s *Server) may(ctx context.Context, w http.ResponseWriter, r *http.Request, op api.Operation, who identity.Who) error {
	if wait, ok := s.byPerson.allow(string(who.Person.ID), s.Now()); !ok {
		s.slow(w, wait)
		return fault.New(fault.TooMany, "request.too-many", nil)
	}
	if !who.May(op.Needs) {
		return fault.New(fault.NotFound, "request.not-found", nil)
	}
	if f := must(who); f != nil && (who.Away || !slices.Contains(changing, op.ID)) {
		return f
	}
	for _, m := range inPath.FindAllStringSubmatch(op.Path, -1) {
		if !care.ValidID(r.PathValue(m[1])) {
			return fault.New(fault.NotFound, "request.not-found", nil)
		}
	}
	if op.Fresh() {
		return s.Identity.Fresh(ctx, who)
	}
	return nil
}

// must is what somebody has to do before anything else is served; nil when nothing.
func must(who identity.Who) error {
	switch {
	case who.Away:
		return fault.New(fault.Conflict, "sign-in.network", nil)
	case who.MustChange:
		return fault.New(fault.Conflict, "request.must-change", nil)
	case who.MustSetUp:
		return fault.New(fault.Conflict, "request.must-set-up", nil)
	}
	return nil
}

// patientOf is the patient an address names.
func patientOf(r *http.Request) care.PatientID {
	if id := care.PatientID(r.PathValue("patient")); care.ValidID(id) {
		return id
	}
	return ""
}

// objectOf is the innermost thing an address names, besides the patient.
func objectOf(r *http.Request, op api.Operation) (object string) {
	for _, m := range inPath.FindAllStringSubmatch(op.Path, -1) {
		if id := r.PathValue(m[1]); m[1] != "patient" && care.ValidID(id) {
			object = id
		}
	}
	return object
}

// handle registers an operation: its gate, its bounds, its words for failures and its line in the audit trail.
func handle[I, O any](s *Server, a huma.API, op api.Operation, summary string, answer func(context.Context, *asking, *I) (*O, error)) {
	doc := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Summary: summary, MaxBodyBytes: max(maxBody, bodies[op.ID]),
		Description: "Needs the right `" + string(op.Needs) + "`.", Middlewares: huma.Middlewares{s.gate(op)},
		Errors:   []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests},
		Security: []map[string][]string{{"session": {}}, {"bearer": {}}},
	}
	huma.Register(a, doc, func(ctx context.Context, in *I) (*O, error) {
		who := ctx.Value(askingKey{}).(*asking)
		out, err := answer(ctx, who, in)
		if err == nil {
			if m, ok := any(out).(interface{ many() int }); ok && who.entry.Count == 0 {
				who.entry.Count = m.many()
			}
			err = s.remember(ctx, who, op)
		} else {
			s.refused(ctx, who, err)
		}
		if err != nil {
			return nil, s.refusal(who, err)
		}
		return out, nil
	})
	s.docs = append(s.docs, describe[I, O](op, summary))
}

// refusal dresses a handler's error. A version that was sent as a header and is old has a status of its own (RFC 9110
// section 13.1.1).
func (s *Server) refusal(who *asking, err error) *problem {
	f := seen(err)
	if f.Code == "changed-elsewhere" && who.request.Header.Get("If-Match") != "" {
		f = fault.New(fault.Conflict, "request.ahead", f)
	}
	id := s.logFailure(who.request, f)
	p := s.problemOf(f, s.language(who.request, who.Person.Language), id)
	p.Now = nowOf(err)
	return p
}

// refused leaves a line about somebody who reached for what is not theirs, be it there or not.
func (s *Server) refused(ctx context.Context, who *asking, err error) {
	if !fault.Is(err, fault.NotFound) {
		return
	}
	e := who.entry
	e.Action += ".refused"
	if err := s.append(ctx, e); err != nil {
		s.lost(e, err)
	}
}

// remember writes the audit trail. A reading that cannot be written down is not answered; a change that is already
// made is, and the gap is in the log.
func (s *Server) remember(ctx context.Context, who *asking, op api.Operation) error {
	if op == api.GetMe || who.quiet {
		return nil
	}
	err := s.append(ctx, who.entry)
	if err != nil && op.Method != http.MethodGet {
		s.lost(who.entry, err)
		return nil
	}
	return err
}

// append writes an entry even when whoever caused it has gone away meanwhile, or used up their time.
func (s *Server) append(ctx context.Context, e audit.Entry) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	return s.Store.AppendAudit(ctx, e)
}

func (s *Server) lost(e audit.Entry, err error) {
	s.Log.Error("audit entry lost", "action", e.Action, "person", e.Person, "object", e.Object, "error", err)
}
