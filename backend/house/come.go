package house

import (
	"context"

	"hearth/shared/care"
)

// MintLink makes one more link for somebody who is invited to a visit, see door.Book.MintLink.
func (h *House) MintLink(ctx context.Context, guest care.GuestID) (address string, err error) {
	return h.door.MintLink(ctx, guest)
}

// anew has a guest sent their link once more.
func (h *House) anew(ctx context.Context, visit care.VisitID, guest care.GuestID) error {
	_, err := h.post.SendLinkAgain(ctx, byItself(""), visit, guest, false)
	return err
}
