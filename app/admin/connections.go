package admin

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// parting asks before somebody is signed out everywhere.
const parting dialogKind = "part"

// part signs somebody out everywhere.
func (p *People) part(app.Context) {
	d := p.dialog
	if d == nil || d.busy {
		return
	}
	d.busy, d.fault = true, nil
	p.run(func(ctx context.Context) func(app.Context) {
		now, err := p.Env.API.EndConnections(ctx, d.person.ID)
		return func(ctx app.Context) { p.changed(ctx, d, now, "admin.parted", err) }
	})
}
