package web

import (
	"bytes"
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/records"
	"hearth/shared/api"
	"hearth/shared/care"
)

type (
	previewImport struct {
		OfProject
		Body api.ImportBody
	}
	commitImport struct {
		OfProject
		Body api.CommitImportBody
	}
)

// bodies says which operations take more than maxBody.
var bodies = map[string]int64{api.PreviewImport.ID: api.MaxImport, api.CommitImport.ID: api.MaxImport}

func (s *Server) importOperations(a huma.API) {
	handle(s, a, api.PreviewImport, "What a list of patients would make, and what is wrong with it; writes nothing", s.previewImport)
	handle(s, a, api.CommitImport, "Make the patients of a previewed list, all or none", s.commitImport)
	handle(s, a, api.ExportRecords, "The records that fit a query as a list", s.exportRecords)
}

func (s *Server) previewImport(ctx context.Context, who *asking, in *previewImport) (*answer[api.ImportPreview], error) {
	p, err := s.Records.Preview(ctx, who.Reader(), in.Project, bytes.NewReader(in.Body.File))
	if err != nil {
		return nil, err
	}
	who.count(len(p.Rows))
	lang := s.language(who.request, who.Person.Language)
	return reply(api.ImportPreview{
		Rows: len(p.Rows), Columns: append([]string{}, p.Columns...), Separator: string(p.Separator), More: p.More, Digest: p.Digest,
		List: each(p.Rows, func(r records.Row) api.ImportRow {
			return api.ImportRow{Line: r.Line, Pseudonym: r.New.Name, Name: r.Contact.Name, LinkOnly: r.New.LinkOnly,
				Therapists: len(r.New.Therapist), Relatives: len(r.Contact.Relatives)}
		}),
		Problems: each(p.Troubles, func(t records.Trouble) api.ImportProblem {
			return api.ImportProblem{Line: t.Line, Column: t.Column, Code: t.Fault.Code, Words: s.sayFault(t.Fault, lang)}
		}),
	}), nil
}

func (s *Server) commitImport(ctx context.Context, who *asking, in *commitImport) (*answer[api.Imported], error) {
	made, rows, err := s.Records.Commit(ctx, who.Reader(), in.Project, bytes.NewReader(in.Body.File), in.Body.Digest, in.Body.ID)
	if err != nil {
		return nil, err
	}
	who.count(len(made))
	out := api.Imported{Made: make([]api.ImportedRow, len(made))}
	for i, r := range made {
		out.Made[i] = api.ImportedRow{Line: rows[i].Line, ID: r.ID, Person: r.Person, Name: r.Name, Login: r.Login}
	}
	s.placesChanged(ctx, who)(string(in.Project))
	return reply(out), nil
}

func (s *Server) exportRecords(ctx context.Context, who *asking, in *body[api.RecordQuery]) (*answer[api.Export], error) {
	groups, err := s.Store.ListGroups(ctx, who.Reader())
	if err != nil {
		return nil, err
	}
	names := map[care.GroupID]string{}
	for _, g := range groups {
		names[g.ID] = g.Name
	}
	q := in.Body
	var file bytes.Buffer
	n, err := s.Records.Export(ctx, who.Reader(), care.RecordFilter{Site: q.Site, Project: q.Project, Group: q.Group, Therapist: q.Therapist,
		State: q.State, Text: q.Text}, names, &file)
	if err != nil {
		return nil, err
	}
	who.count(n)
	return reply(api.Export{Name: "patients-" + s.Now().UTC().Format(time.DateOnly) + ".csv", Type: "text/csv; charset=utf-8", File: file.Bytes()}), nil
}
