package visit

import (
	"context"

	"hearth/shared/care"
	"hearth/shared/live"
)

// Caption shows everybody in a visit a line that a service made, and staff, by the first, that it does. First says that it was.
// Faults: those of live.CaptionOf and of the store's Captioning.
func (b *Book) Caption(ctx context.Context, by care.Reader, id care.VisitID, text string, m live.Made) (v care.Planned, first bool, err error) {
	n, err := live.CaptionOf(id, text, m)
	if err != nil {
		return v, false, err
	}
	if v, first, err = b.Store.Captioning(ctx, by, id, m.Speaker); err != nil {
		return v, false, err
	}
	ctx = context.WithoutCancel(ctx)
	if first {
		b.c.Rooms.Changed(ctx, live.VisitRoom(id), live.DataNote{What: NoteVisit, ID: string(id)})
	}
	b.c.Rooms.Caption(ctx, n)
	return v, first, nil
}

// StopCaptions ends a service's captions in a visit, or lets them go on.
func (b *Book) StopCaptions(ctx context.Context, by care.Reader, id care.VisitID, service care.ServiceID, stopped bool) (care.Planned, error) {
	return b.told(ctx, false)(b.Store.StopCaptions(ctx, by, id, service, stopped))
}
