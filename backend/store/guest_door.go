package store

import (
	"context"
	"encoding/base64"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/door"
	"hearth/backend/identity"
	"hearth/backend/post"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// PutGuestLink keeps the hash of a new link of somebody who is invited; older ones go on working.
func (s *Store) PutGuestLink(ctx context.Context, hash identity.Hash, guest care.GuestID) error {
	if !care.ValidID(guest) {
		return errNotFound
	}
	done, err := s.db.NewRaw(`INSERT INTO guest_links (hash, guest, made, revoked)
		SELECT ?, i.id, ?, 0 FROM guests AS i WHERE i.id = ? AND i.state <> 'uninvited' AND i.invited_as <> 'staff'`, hashText(hash), micro(s.now()), guest).Exec(ctx)
	return failed("keep a link", present(done, err))
}

// shut is true in SQL for a guest i of a visit v whom nothing opens at the moment, and who is sent nothing: the patient was
// deleted, or they are the patient and disabled.
const shut = `EXISTS (SELECT 1 FROM patients AS p JOIN people AS w ON w.id = p.person WHERE p.id = v.patient AND (p.deleted > 0 OR (w.disabled AND i.invited_as = 'patient')))`

// GuestOfLink finds whose a link is, taken back or not.
func (s *Store) GuestOfLink(ctx context.Context, hash identity.Hash) (guest care.GuestID, revoked bool, err error) {
	err = s.db.NewRaw(`SELECT l.guest, l.revoked > 0 OR `+shut+` FROM guest_links AS l JOIN guests AS i ON i.id = l.guest
		JOIN visits AS v ON v.id = i.visit WHERE l.hash = ?`, hashText(hash)).Scan(ctx, &guest, &revoked)
	return guest, revoked, failed("find a link", err)
}

// shutOut ends what a guest came in by, and what waits to; with links nothing they were sent opens anything any more.
func (s *Store) shutOut(ctx context.Context, tx bun.Tx, guest care.GuestID, links bool) error {
	for _, table := range []string{"guest_sessions", "guest_codes", "guest_devices"} {
		if _, err := tx.NewRaw("DELETE FROM ? WHERE guest = ?", bun.Ident(table), guest).Exec(ctx); err != nil {
			return err
		}
	}
	if !links {
		return nil
	}
	return s.revokeLinks(ctx, tx, guest)
}

func (s *Store) revokeLinks(ctx context.Context, tx bun.Tx, guest care.GuestID) error {
	_, err := tx.NewRaw("UPDATE guest_links SET revoked = ? WHERE guest = ? AND revoked = 0", micro(s.now()), guest).Exec(ctx)
	return err
}

// Doorway is what the porch knows of an invitation. Whoever asks was given a link, or a session.
func (s *Store) Doorway(ctx context.Context, guest care.GuestID) (care.Doorway, error) {
	var row guestRow
	if err := s.db.NewSelect().Model(&row).Where("i.id = ?", guest).Scan(ctx); err != nil {
		return care.Doorway{}, failed("find an invitation", err)
	}
	v, err := s.planned(ctx, s.db, every, row.Visit)
	if err != nil {
		return care.Doorway{}, failed("find an invitation", err)
	}
	g, err := row.invitation()
	if err != nil {
		return care.Doorway{}, failed("find an invitation", err)
	}
	d := care.Doorway{Attendance: care.Attendance{Visit: v.Visit, Guest: g, HostName: v.HostName}}
	err = s.db.NewRaw("SELECT j.name, j.site, x.name FROM projects AS j JOIN sites AS x ON x.id = j.site WHERE j.id = ? AND j.deleted = 0", v.Project).
		Scan(ctx, &d.Place, &d.Site, &d.Clinic)
	if err == nil {
		d.Settings, err = visitingOf(ctx, s.db, v.Project)
	}
	if err == nil {
		d.Terms, err = visitTerms(ctx, s.db, d.Settings)
	}
	if err == nil && g.As == care.AsPatient {
		err = s.db.NewRaw("SELECT COALESCE((SELECT w.theme FROM patients AS p JOIN people AS w ON w.id = p.person WHERE p.id = ?), '')", v.Patient).Scan(ctx, &d.Theme)
	}
	return d, failed("find an invitation", err)
}

// PutGuestCode keeps the hash of a code that lets in a second device, instead of one before.
func (s *Store) PutGuestCode(ctx context.Context, guest care.GuestID, hash string, expires time.Time) error {
	_, err := s.db.NewRaw(`INSERT INTO guest_codes (guest, hash, expires) VALUES (?, ?, ?)
		ON CONFLICT (guest) DO UPDATE SET hash = EXCLUDED.hash, expires = EXCLUDED.expires`, guest, hash, micro(expires)).Exec(ctx)
	return failed("keep a code", err)
}

// UseGuestCode takes a code, which is worth nothing from then on; fault.NotFound when it is not the one, or too old.
func (s *Store) UseGuestCode(ctx context.Context, guest care.GuestID, hash string) error {
	done, err := s.db.NewRaw("DELETE FROM guest_codes WHERE guest = ? AND hash = ? AND expires > ?", guest, hash, micro(s.now())).Exec(ctx)
	return failed("use a code", present(done, err))
}

// mostAsking is how many devices of one guest may wait for a yes; the oldest makes room.
const mostAsking = 3

// AskGuestDevice writes down that another device of a guest asks to be let in.
func (s *Store) AskGuestDevice(ctx context.Context, guest care.GuestID, hash identity.Hash, agent identity.Agent) error {
	return s.within(ctx, "ask for a device", func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("INSERT INTO guest_devices (id, hash, guest, made, browser, system, allowed) VALUES (?, ?, ?, ?, ?, ?, ?)",
			care.NewID[string](), hashText(hash), guest, micro(s.now()), agent.Browser, agent.System, false).Exec(ctx); err != nil {
			return err
		}
		if _, err := tx.NewRaw(`DELETE FROM guest_devices WHERE guest = ? AND id NOT IN
			(SELECT id FROM guest_devices WHERE guest = ? ORDER BY made DESC, id LIMIT ?)`, guest, guest, mostAsking).Exec(ctx); err != nil {
			return err
		}
		return s.callStaff(ctx, tx, post.DeviceJob, guest)
	})
}

// GuestDevice says whether a device that asked was let in; fault.NotFound when it never asked.
func (s *Store) GuestDevice(ctx context.Context, guest care.GuestID, hash identity.Hash) (allowed bool, err error) {
	err = s.db.NewRaw("SELECT allowed FROM guest_devices WHERE guest = ? AND hash = ?", guest, hashText(hash)).Scan(ctx, &allowed)
	return allowed, failed("find a device", err)
}

// UseGuestDevice takes the yes for a device; fault.NotFound when there is none.
func (s *Store) UseGuestDevice(ctx context.Context, guest care.GuestID, hash identity.Hash) error {
	done, err := s.db.NewRaw("DELETE FROM guest_devices WHERE guest = ? AND hash = ? AND allowed", guest, hashText(hash)).Exec(ctx)
	return failed("let in a device", present(done, err))
}

// ListGuestDevices lists the devices that ask to be let in to visits whose guests by may let in, the longest waiting first.
func (s *Store) ListGuestDevices(ctx context.Context, by care.Reader) ([]care.AskingDevice, error) {
	reach, args := visited(by, access.AdmitGuests)
	var rows []struct {
		ID          string
		Visit       care.VisitID
		Guest       care.GuestID
		Name        string
		InvitedAs   care.Invited
		Relation    care.Relation
		PatientName string
		Browser     string
		System      string
		Made        int64
		DropIn      bool
		Mine        bool
	}
	err := s.db.NewRaw(`SELECT d.id, i.visit, d.guest, i.name, i.invited_as, i.relation, d.browser, d.system, d.made, v.drop_in, `+mineOfVisit+`, `+patientOfVisit+` FROM guest_devices AS d
		JOIN guests AS i ON i.id = d.guest JOIN visits AS v ON v.id = i.visit
		WHERE NOT d.allowed AND d.made > ? AND v.state IN ('booked', 'open') AND (`+reach+`) ORDER BY d.made, d.id LIMIT 100`,
		append([]any{by.Person, by.Person, micro(s.now().Add(-asksFor))}, args...)...).Scan(ctx, &rows)
	list := make([]care.AskingDevice, len(rows))
	for i, r := range rows {
		list[i] = care.AskingDevice{ID: r.ID, Visit: r.Visit, Guest: r.Guest, Name: r.Name, As: r.InvitedAs, Relation: r.Relation, PatientName: r.PatientName, Browser: r.Browser, System: r.System, Since: instant(r.Made),
			DropIn: r.DropIn, Mine: r.Mine}
	}
	return list, failed("list devices that ask", err)
}

// patientOfVisit is the pseudonym of the patient a visit v is about.
const patientOfVisit = `COALESCE((SELECT w.name FROM patients AS p JOIN people AS w ON w.id = p.person WHERE p.id = v.patient), '') AS patient_name`

// mineOfVisit is whether the person named twice hosts a visit v, or is invited to it.
const mineOfVisit = "(v.host = ? OR v.id IN (" + asStaff + ")) AS mine"

// asksFor is how long a device that asks is shown.
const asksFor = time.Hour

// AllowGuestDevice lets in a device that asks, to a visit whose guests by may let in.
func (s *Store) AllowGuestDevice(ctx context.Context, by care.Reader, id string) (guest care.GuestID, err error) {
	if !care.ValidID(id) {
		return "", errNotFound
	}
	reach, args := visited(by, access.AdmitGuests)
	err = s.db.NewRaw(`UPDATE guest_devices SET allowed = ? WHERE id = ? AND guest IN
		(SELECT i.id FROM guests AS i JOIN visits AS v ON v.id = i.visit WHERE `+reach+`) RETURNING guest`, append([]any{true, id}, args...)...).Scan(ctx, &guest)
	return guest, failed("let in a device", err)
}

// PutWhereabouts keeps, sealed, where a guest is and whom to call.
func (s *Store) PutWhereabouts(ctx context.Context, guest care.GuestID, sealed []byte) error {
	_, err := s.db.NewRaw(`INSERT INTO guest_whereabouts (guest, sealed, stored) VALUES (?, ?, ?)
		ON CONFLICT (guest) DO UPDATE SET sealed = EXCLUDED.sealed, stored = EXCLUDED.stored`,
		guest, base64.StdEncoding.EncodeToString(sealed), micro(s.now())).Exec(ctx)
	return failed("keep where somebody is", err)
}

// Whereabouts is, sealed, what a guest said of where they are, for those who may let them in; nothing when they said nothing.
func (s *Store) Whereabouts(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID) (sealed []byte, at time.Time, err error) {
	reach, args := visited(by, access.AdmitGuests)
	var there int
	if err := s.db.NewRaw("SELECT 1 FROM visits AS v JOIN guests AS i ON i.visit = v.id WHERE v.id = ? AND i.id = ? AND ("+reach+")",
		append([]any{visit, guest}, args...)...).Scan(ctx, &there); err != nil {
		return nil, at, failed("read where somebody is", err)
	}
	var text string
	var stored int64
	err = failed("read where somebody is", s.db.NewRaw("SELECT sealed, stored FROM guest_whereabouts WHERE guest = ?", guest).Scan(ctx, &text, &stored))
	if fault.Is(err, fault.NotFound) {
		return nil, at, nil
	}
	if err == nil {
		sealed, err = base64.StdEncoding.DecodeString(text)
	}
	return sealed, instant(stored), failed("read where somebody is", err)
}

// lastWhereabouts goes from the guest to the patient's visits and their guests: whoever opens a link has it asked, and it must
// not read everybody's.
const lastWhereabouts = `SELECT w.guest, w.sealed, w.stored FROM guest_whereabouts AS w WHERE w.guest IN (
		SELECT i.id FROM guests AS i WHERE i.id = ?
		UNION SELECT o.id FROM guests AS i JOIN visits AS v ON v.id = i.visit JOIN visits AS ov ON ov.patient = v.patient
			JOIN guests AS o ON o.visit = ov.id AND o.invited_as = i.invited_as AND o.relative = i.relative
		WHERE i.id = ? AND i.invited_as IN ('patient', 'relative'))
	ORDER BY w.stored DESC, w.guest LIMIT 1`

// LastWhereabouts is, sealed, what a guest said last of where they are: at this visit, or at another of the same patient as the
// same person. Of is whose it was sealed for. fault.NotFound when they never said anything.
func (s *Store) LastWhereabouts(ctx context.Context, guest care.GuestID) (of care.GuestID, sealed []byte, at time.Time, err error) {
	var text string
	var stored int64
	err = s.db.NewRaw(lastWhereabouts, guest, guest).Scan(ctx, &of, &text, &stored)
	if err == nil {
		sealed, err = base64.StdEncoding.DecodeString(text)
	}
	return of, sealed, instant(stored), failed("read where somebody was", err)
}

// WishCallBack writes down that a guest wants to be called, and says whether that is news: wishing twice is wishing once, until
// somebody has called.
func (s *Store) WishCallBack(ctx context.Context, guest care.GuestID) (news bool, err error) {
	err = s.within(ctx, "wish for a call", func(ctx context.Context, tx bun.Tx) error {
		done, err := tx.NewRaw("INSERT INTO call_backs (id, guest, wished, done, author) VALUES (?, ?, ?, 0, '') ON CONFLICT DO NOTHING",
			care.NewID[string](), guest, micro(s.now())).Exec(ctx)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		if news = n > 0; err != nil || !news {
			return err
		}
		return s.callStaff(ctx, tx, post.CallJob, guest)
	})
	return news, err
}

// CallBackWished reports whether a guest waits to be called.
func (s *Store) CallBackWished(ctx context.Context, guest care.GuestID) (bool, error) {
	var n int
	err := s.db.NewRaw("SELECT COUNT(*) FROM call_backs WHERE guest = ? AND done = 0", guest).Scan(ctx, &n)
	return n > 0, failed("look for a wish for a call", err)
}

// mostCallBacks is how many wishes for a call are listed.
const mostCallBacks = 200

// ListCallBacks lists who of visits by may let guests into wants to be called, the newest wish first, and says how many older ones
// the list does not hold.
func (s *Store) ListCallBacks(ctx context.Context, by care.Reader) (list []care.CallBack, more int, err error) {
	reach, args := visited(by, access.AdmitGuests)
	var rows []struct {
		ID          string
		Visit       care.VisitID
		Guest       care.GuestID
		InvitedAs   care.Invited
		Relation    care.Relation
		Name        string
		Patient     care.PatientID `bun:",nullzero"`
		PatientName string
		Begins      int64
		Wished      int64
		DropIn      bool
		Mine        bool
		Together    int
	}
	err = s.db.NewRaw(`SELECT COUNT(*) OVER () AS together, b.id, i.visit, b.guest, i.invited_as, i.relation, i.name, COALESCE(v.patient, '') AS patient, v.begins, b.wished, v.drop_in, `+mineOfVisit+`, `+patientOfVisit+`
		FROM call_backs AS b JOIN guests AS i ON i.id = b.guest JOIN visits AS v ON v.id = i.visit
		WHERE b.done = 0 AND (`+reach+`) ORDER BY b.wished DESC, b.id LIMIT ?`, append(append([]any{by.Person, by.Person}, args...), mostCallBacks)...).Scan(ctx, &rows)
	list = make([]care.CallBack, len(rows))
	for i, r := range rows {
		more = r.Together - len(rows)
		list[i] = care.CallBack{ID: r.ID, Visit: r.Visit, Guest: r.Guest, As: r.InvitedAs, Relation: r.Relation, Name: r.Name, Patient: r.Patient,
			PatientName: r.PatientName, Start: instant(r.Begins), Wished: instant(r.Wished), DropIn: r.DropIn, Mine: r.Mine}
	}
	return list, more, failed("list who wants to be called", err)
}

// CallBackGuest is who wants to be called and has not been yet, for those who may let them in.
func (s *Store) CallBackGuest(ctx context.Context, by care.Reader, id string) (guest care.GuestID, err error) {
	if !care.ValidID(id) {
		return "", errNotFound
	}
	reach, args := visited(by, access.AdmitGuests)
	err = s.db.NewRaw(`SELECT b.guest FROM call_backs AS b JOIN guests AS i ON i.id = b.guest JOIN visits AS v ON v.id = i.visit
		WHERE b.id = ? AND b.done = 0 AND (`+reach+`)`, append([]any{id}, args...)...).Scan(ctx, &guest)
	return guest, failed("find who wants to be called", err)
}

// DoneCallBack says that somebody was called, or need not be, and who that was.
func (s *Store) DoneCallBack(ctx context.Context, by care.Reader, id string) (guest care.GuestID, err error) {
	if !care.ValidID(id) {
		return "", errNotFound
	}
	reach, args := visited(by, access.AdmitGuests)
	err = s.db.NewRaw(`UPDATE call_backs SET done = ?, author = ? WHERE id = ? AND done = 0 AND guest IN
		(SELECT i.id FROM guests AS i JOIN visits AS v ON v.id = i.visit WHERE `+reach+`) RETURNING guest`, append([]any{micro(s.now()), by.Person, id}, args...)...).Scan(ctx, &guest)
	return guest, failed("end a wish for a call", err)
}

// callsEnd ends the wishes for a call of a guest who is let in, and of the same person with the same host at another visit: they meet
// now. The visit says so. It lists whose wishes they were.
func (s *Store) callsEnd(ctx context.Context, tx bun.Tx, v visitRow, g guestRow, by care.PersonID) (met []care.GuestID, err error) {
	var ids []string
	err = tx.NewRaw(`SELECT b.id FROM call_backs AS b JOIN guests AS i ON i.id = b.guest JOIN visits AS v ON v.id = i.visit WHERE b.done = 0 AND (i.id = ?
		OR v.patient = ? AND v.host = ? AND i.invited_as = ? AND (i.invited_as = 'patient' OR i.invited_as = 'relative' AND i.relative = ? AND i.relative <> ''))
		ORDER BY b.id`, g.ID, v.Patient, v.Host, g.InvitedAs, g.Relative).Scan(ctx, &ids) // in one order: two who let them in at once wait for each other, not both
	for _, id := range ids {
		if err != nil {
			return nil, err
		}
		var of []care.GuestID // none: somebody called them a moment ago
		err = tx.NewRaw("UPDATE call_backs SET done = ?, author = ? WHERE id = ? AND done = 0 RETURNING guest", micro(s.now()), by, id).Scan(ctx, &of)
		met = append(met, of...)
	}
	if err != nil || len(met) == 0 {
		return nil, err
	}
	return met, s.visitEvent(ctx, tx, v.ID, care.VisitEvent{Guest: g.ID, Act: care.CallsEnded, From: string(g.State), To: string(g.State), By: by})
}

var _ door.Store = (*Store)(nil)
