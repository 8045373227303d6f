package visit

import (
	"context"
	"strings"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Expected finds who is expected at a visit that is near, or is in one, and is reached by what somebody typed: a number, with
// its country or as people dial it at home, or an e-mail address. It opens the contacts of everybody expected, and takes as
// long as that takes. A contact that cannot be read keeps nobody else from being found.
func (b *Book) Expected(ctx context.Context, typed string) (found []care.Invitation, err error) {
	ids, err := b.Store.ExpectedGuests(ctx)
	if err != nil {
		return nil, err
	}
	same := reaching(typed)
	for _, id := range ids {
		switch r, err := b.Reach(ctx, id); {
		case ctx.Err() != nil:
			return found, ctx.Err()
		case err == nil && same(r.Address):
			found = append(found, r.Guest)
		case err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Gone):
			b.c.Log.Warn("how a guest is reached cannot be read", "guest", id, "error", err)
		}
	}
	return found, nil
}

// leastDialled is how many digits a number has at least that is looked for by its end.
const leastDialled = 7

// reaching reports whether an address is the one somebody typed.
func reaching(typed string) func(care.Address) bool {
	typed = strings.TrimSpace(typed)
	if strings.Contains(typed, "@") {
		return func(a care.Address) bool { return a.Mail != "" && strings.EqualFold(a.Mail, typed) }
	}
	if number, err := care.Mobile(typed); err == nil && number != "" {
		return func(a care.Address) bool { return a.Mobile == number }
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, typed)
	digits = strings.TrimLeft(digits, "0")
	return func(a care.Address) bool { return len(digits) >= leastDialled && strings.HasSuffix(a.Mobile, digits) }
}
