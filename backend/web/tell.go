package web

import (
	"context"

	"hearth/shared/live"
)

// tell lets the pages in a room know that something stored has changed. It is true even when whoever changed it has
// gone away meanwhile, so the end of their request does not stop it; the same holds for everything withdrawn.
func (s *Server) tell(ctx context.Context, room live.RoomID, note live.DataNote) {
	s.Rooms.Changed(context.WithoutCancel(ctx), room, note)
}
