package web

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/audit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// TrailStore is the memory of who read or changed what.
type TrailStore interface {
	AppendAudit(ctx context.Context, e audit.Entry) error
	ListTrail(ctx context.Context, by care.Reader, f audit.Filter, page care.Page) ([]audit.Seen, string, error)
	CountTrail(ctx context.Context, by care.Reader, f audit.Filter, most int) (int, error)
	TrailEnds(ctx context.Context) (base, tail audit.Anchor, err error)
}

type (
	trailPage struct {
		Filter
		Cursor string `query:"cursor" maxLength:"20"`
		Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	}
	trailFile struct {
		Filter
		Format string `query:"format" enum:"csv,jsonl" default:"csv"`
	}
	// Filter narrows the trail.
	Filter = api.TrailFilter
)

// mostExported is how many entries one file may have; more are asked for in several time spans.
const mostExported = 500_000

func (s *Server) trailOperations(a huma.API) {
	handle(s, a, api.ListTrail, "Who read or changed what, the newest first", s.listTrail)
	handle(s, a, api.TrailEnd, "Number and hash of the newest entry, to hold the trail against later", s.trailEnd)
	handle(s, a, api.TrailFile, "The same as a file, CSV or JSON lines", s.trailFile)
}

func (s *Server) listTrail(ctx context.Context, who *asking, in *trailPage) (*answer[api.List[api.TrailEntry]], error) {
	list, next, err := s.Store.ListTrail(ctx, who.Reader(), filterOf(in.Filter), care.Page{After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	who.about(in.Patient)
	return listed(each(list, trailEntryOf), next), nil
}

func (s *Server) trailEnd(ctx context.Context, _ *asking, _ *nothing) (*answer[api.Anchor], error) {
	_, tail, err := s.Store.TrailEnds(ctx)
	if err != nil {
		return nil, err
	}
	return reply(api.Anchor{Anchor: tail.String()}), nil
}

func (s *Server) trailFile(ctx context.Context, who *asking, in *trailFile) (*download, error) {
	f := filterOf(in.Filter)
	n, err := s.Store.CountTrail(ctx, who.Reader(), f, mostExported+1)
	if err != nil {
		return nil, err
	}
	if n > mostExported {
		return nil, fault.New(fault.TooLarge, "trail.too-many", nil).With("most", strconv.Itoa(mostExported))
	}
	who.about(in.Patient)
	who.count(n)
	write, kind := trailCSV, "text/csv; charset=utf-8"
	if in.Format == "jsonl" {
		write, kind = trailJSON, "application/jsonl"
	}
	name := "trail-" + s.Now().UTC().Format(time.DateOnly) + "." + in.Format
	return s.save(who, name, kind, func(ctx context.Context, w io.Writer) error {
		return write(w, func(each func(api.TrailEntry) error) error { return s.eachTrail(ctx, who.Reader(), f, each) })
	}), nil
}

// eachTrail goes through everything a filter lets through, a page at a time.
func (s *Server) eachTrail(ctx context.Context, by care.Reader, f audit.Filter, do func(api.TrailEntry) error) error {
	cursor := ""
	for written := 0; written <= mostExported; {
		list, next, err := s.Store.ListTrail(ctx, by, f, care.Page{After: cursor, Limit: 500})
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := do(trailEntryOf(e)); err != nil {
				return err
			}
		}
		if written, cursor = written+len(list), next; cursor == "" {
			return nil
		}
	}
	return fault.New(fault.TooLarge, "trail.too-many", nil)
}

func trailCSV(out io.Writer, all func(func(api.TrailEntry) error) error) error {
	w := csv.NewWriter(out)
	w.UseCRLF = true
	w.Write([]string{"number", "at", "person", "person_name", "action", "patient", "patient_name", "object", "network", "site", "project", "count", "hash"})
	err := all(func(e api.TrailEntry) error {
		row := []string{strconv.FormatInt(e.Number, 10), e.At.Format(time.RFC3339Nano), string(e.Person), e.PersonName, e.Action, string(e.Patient),
			e.PatientName, e.Object, e.Network, string(e.Site), string(e.Project), strconv.Itoa(e.Count), e.Hash}
		for i := range row {
			row[i] = cell(row[i])
		}
		return w.Write(row)
	})
	w.Flush()
	if err != nil {
		return err
	}
	return w.Error()
}

func trailJSON(out io.Writer, all func(func(api.TrailEntry) error) error) error {
	w := json.NewEncoder(out)
	return all(func(e api.TrailEntry) error { return w.Encode(e) })
}

func filterOf(f api.TrailFilter) audit.Filter {
	return audit.Filter{Person: f.Person, Patient: f.Patient, Action: f.Action, Place: care.Place{Site: f.Site, Project: f.Project},
		From: f.From, Until: f.Until, Refused: f.Refused}
}

func trailEntryOf(e audit.Seen) api.TrailEntry {
	return api.TrailEntry{Number: e.Number, At: e.At, Person: e.Person, PersonName: e.PersonName, Action: e.Action, Patient: e.Patient,
		PatientName: e.PatientName, Object: e.Object, Network: e.From, Site: e.Place.Site, Project: e.Place.Project, Count: e.Count, Hash: e.Hash.String()}
}
