package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

type putLabel struct {
	Sitting care.SittingID `path:"sitting"`
	Label   care.LabelID   `path:"label"`
	Body    api.Label
}

func (s *Server) labelOperations(a huma.API) {
	handle(s, a, api.ListLabels, "The labels of a sitting, undone ones included", s.listLabels)
	handle(s, a, api.PutLabel, "Set, change or undo a label; sent twice it stays one", s.putLabel)
}

func (s *Server) listLabels(ctx context.Context, who *asking, in *OfSitting) (*answer[api.List[api.Label]], error) {
	if _, err := s.sittingFor(ctx, who, in.Sitting); err != nil {
		return nil, err
	}
	labels, err := s.Store.ListLabels(ctx, who.Reader(), in.Sitting)
	if err != nil {
		return nil, err
	}
	var items []api.Label
	for _, l := range labels {
		items = append(items, labelOf(l))
	}
	return listed(items, ""), nil
}

func (s *Server) putLabel(ctx context.Context, who *asking, in *putLabel) (*versioned[api.Label], error) {
	sitting, err := s.sittingFor(ctx, who, in.Sitting)
	if err != nil {
		return nil, err
	}
	b := in.Body
	if b.ID != in.Label {
		return nil, fault.New(fault.Invalid, "label.id", nil)
	}
	version, err := who.version(b.Version)
	if err != nil {
		return nil, err
	}
	l := care.Label{ID: b.ID, Sitting: in.Sitting, At: b.At, Kind: b.Kind, Word: b.Word, Company: b.Company, Text: b.Text,
		Rating: b.Rating, Visit: b.Visit, Into: b.Into, Removed: b.Removed, By: who.Person.ID, Version: version}
	if err := l.Validate(); err != nil {
		return nil, err
	}
	if l, err = s.Store.PutLabel(ctx, who.Reader(), l); err != nil {
		return nil, err
	}
	s.sittingChanged(ctx, sitting, "labels")
	return &versioned[api.Label]{etag(l.Version), labelOf(l)}, nil
}

func labelOf(l care.Label) api.Label {
	return api.Label{ID: l.ID, At: l.At, Kind: l.Kind, Word: l.Word, Company: l.Company, Text: l.Text, Rating: l.Rating, Visit: l.Visit, Into: l.Into,
		Removed: l.Removed, Version: l.Version}
}
