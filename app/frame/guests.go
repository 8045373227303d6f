package frame

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// GuestPart is where a portal shows pages of services: after the portal's own address, before the service's id.
const GuestPart = "/service/"

// GuestAt is the address of a service's page inside its portal.
func GuestAt(p api.ShownPage) string {
	return map[care.Portal]string{care.TherapistPortal: api.TherapistPage, care.AdminPortal: api.AdminPage}[p.Portal] + GuestPart + string(p.Service)
}

// staffPortal is the portal of staff a path belongs to, or "".
func staffPortal(path string) string {
	if path == api.AgendaPage || strings.HasPrefix(path, api.AgendaPage+"/") {
		return api.TherapistPage
	}
	for _, portal := range []string{api.TherapistPage, api.AdminPage} {
		if path == portal || strings.HasPrefix(path, portal+"/") {
			return portal
		}
	}
	return ""
}

// loadGuests asks which pages services show in this portal. Without an answer there are none: the portal is whole without.
func (e *Env) loadGuests(ctx app.Context) {
	if staffPortal(app.Window().URL().Path) == "" {
		return
	}
	ctx.Async(func() {
		list, err := e.API.ListServicePages(ctx)
		if err == nil && len(list.Items) > 0 {
			ctx.Dispatch(func(app.Context) { e.guests = list.Items })
		}
	})
}

// guestPlaces are the entries of the side for pages of services.
func (e *Env) guestPlaces() (list []Place) {
	path := strings.TrimSuffix(app.Window().URL().Path, "/")
	portal := staffPortal(path)
	for _, p := range e.guests {
		if at := GuestAt(p); portal != "" && strings.HasPrefix(at, portal+"/") {
			list = append(list, Place{Word: words.Spoken(p.Title), Icon: "share", Href: at, Here: path == at})
		}
	}
	return list
}
