package house

import (
	"context"
	"slices"
	"strings"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Users lists the staff.
func (o *Office) Users(ctx context.Context) (all []care.Person, err error) {
	for page := (care.Page{}); ; {
		list, next, _, err := o.store.ListPeople(ctx, o.by, care.PeopleFilter{Kind: care.OnlyStaff}, page)
		if err != nil {
			return nil, err
		}
		if all = append(all, list...); next == "" {
			return all, nil
		}
		page.After = next
	}
}

// User finds one of the staff by the sign-in name.
func (o *Office) User(ctx context.Context, login string) (care.Person, error) {
	a, err := o.store.AccountByLogin(ctx, strings.ToLower(login))
	if fault.Is(err, fault.NotFound) || err == nil && a.Patient != "" {
		return care.Person{}, fault.New(fault.NotFound, "office.nothing", err).With("called", login)
	}
	return a.Person, err
}

// CreateUser makes one of the staff with a role at a place, without a password: "hearth user enrol" lets them in. Who is
// there under the same name gets the role.
func (o *Office) CreateUser(ctx context.Context, login, name string, role access.Role, site, project string) (p care.Person, made bool, err error) {
	at, err := o.place(ctx, site, project)
	if err != nil {
		return p, false, err
	}
	if !slices.Contains(access.Staff(), role) {
		return p, false, fault.New(fault.Invalid, "roles.invalid", nil)
	}
	p, err = o.User(ctx, login)
	switch {
	case err == nil && p.Name != strings.TrimSpace(name):
		return p, false, fault.New(fault.Conflict, "login.taken", nil)
	case err == nil:
		return o.give(ctx, p, care.Grant{Role: role, Place: at})
	case !fault.Is(err, fault.NotFound):
		return p, false, err
	}
	p, err = o.store.CreatePerson(ctx, o.by, care.NewPerson{Name: name, Login: login, Roles: []access.Role{role}, At: &at})
	if err != nil {
		return p, false, err
	}
	return p, true, o.note(ctx, "create-user", "", string(p.ID))
}

func (o *Office) give(ctx context.Context, p care.Person, g care.Grant) (care.Person, bool, error) {
	if slices.Contains(p.Grants, g) {
		return p, false, nil
	}
	p, err := o.store.GiveGrant(ctx, o.by, p.ID, g)
	if err != nil {
		return p, false, err
	}
	return p, true, o.note(ctx, "give-role", "", string(p.ID))
}

// GrantUser gives one of the staff a role at a place, or takes it.
func (o *Office) GrantUser(ctx context.Context, login string, role access.Role, site, project string, give bool) (p care.Person, changed bool, err error) {
	at, err := o.place(ctx, site, project)
	if err != nil {
		return p, false, err
	}
	if p, err = o.User(ctx, login); err != nil {
		return p, false, err
	}
	g := care.Grant{Role: role, Place: at}
	if give {
		return o.give(ctx, p, g)
	}
	if !slices.Contains(p.Grants, g) {
		return p, false, nil
	}
	if p, _, err = o.store.TakeGrant(ctx, o.by, p.ID, g); err != nil {
		return p, false, err
	}
	return p, true, o.note(ctx, "take-role", "", string(p.ID))
}

// DisableUser disables one of the staff, or enables them.
func (o *Office) DisableUser(ctx context.Context, login string, disable bool) (p care.Person, changed bool, err error) {
	p, err = o.User(ctx, login)
	if err != nil || p.Disabled == disable {
		return p, false, err
	}
	if p, err = o.store.PatchPerson(ctx, o.by, p.ID, care.PersonPatch{Version: p.Version, Disabled: &disable}); err != nil {
		return p, false, err
	}
	return p, true, o.note(ctx, able("user", disable), "", string(p.ID))
}

func able(what string, disable bool) string {
	if disable {
		return "disable-" + what
	}
	return "enable-" + what
}

// Patients lists the patients of a project, "" for all; of a state.
func (o *Office) Patients(ctx context.Context, site, project string, state care.RecordState) (all []care.Record, err error) {
	at, err := o.place(ctx, site, project)
	if err != nil {
		return nil, err
	}
	for page := (care.Page{Limit: 200}); ; {
		list, next, _, err := o.store.ListRecords(ctx, o.by, care.RecordFilter{Site: at.Site, Project: at.Project, State: state}, page)
		if err != nil {
			return nil, err
		}
		if all = append(all, list...); next == "" {
			return all, nil
		}
		page.After = next
	}
}

// Patient finds a patient by the pseudonym or id, deleted ones too.
func (o *Office) Patient(ctx context.Context, called string) (care.Record, error) {
	for _, state := range []care.RecordState{care.RecordThere, care.RecordDeleted} {
		list, _, _, err := o.store.ListRecords(ctx, o.by, care.RecordFilter{State: state, Text: called}, care.Page{Limit: 200})
		if err != nil {
			return care.Record{}, err
		}
		for _, r := range list {
			if care.PseudonymKey(r.Name) == care.PseudonymKey(called) {
				return r, nil
			}
		}
	}
	if r, err := o.store.Record(ctx, o.by, care.PatientID(called)); err == nil {
		return r, nil
	}
	return care.Record{}, fault.New(fault.NotFound, "office.nothing", nil).With("called", called)
}

// CreatePatient makes a patient in a project, unless one with the pseudonym is there, in the same project.
func (o *Office) CreatePatient(ctx context.Context, n care.NewRecord, site, project, group string) (r care.Record, made bool, err error) {
	p, err := o.Project(ctx, site, project)
	if err != nil {
		return r, false, err
	}
	n.ID, n.Project = care.NewID[care.PatientID](), p.ID
	if group != "" {
		g, err := o.group(ctx, site, string(p.ID), group)
		if err != nil {
			return r, false, err
		}
		n.Group = g.ID
	}
	if n.Name != "" {
		r, err = o.Patient(ctx, n.Name)
		if err == nil && (r.Project != n.Project || r.LinkOnly != n.LinkOnly || r.Group != n.Group || !r.Deleted.IsZero()) {
			return r, false, fault.New(fault.Conflict, "pseudonym.taken", nil)
		}
		if !fault.Is(err, fault.NotFound) {
			return r, false, err
		}
	}
	if r, err = o.book.Create(ctx, o.by, n, nil); err != nil {
		return r, false, err
	}
	return r, true, o.note(ctx, "create-patient", r.ID, "")
}

// DisablePatient disables a patient, or enables them.
func (o *Office) DisablePatient(ctx context.Context, called string, disable bool) (r care.Record, changed bool, err error) {
	r, err = o.Patient(ctx, called)
	if err != nil || r.Disabled == disable {
		return r, false, err
	}
	if r, err = o.store.PatchRecord(ctx, o.by, r.ID, care.RecordPatch{Version: r.Version, Disabled: &disable}); err != nil {
		return r, false, err
	}
	return r, true, o.note(ctx, able("patient", disable), r.ID, "")
}

// HidePatient deletes a patient so that it can be undone, or undoes it.
func (o *Office) HidePatient(ctx context.Context, called string, hide bool) (r care.Record, changed bool, err error) {
	r, err = o.Patient(ctx, called)
	if err != nil || r.Deleted.IsZero() != hide {
		return r, false, err
	}
	act, name := o.store.RestoreRecord, "restore-patient"
	if hide {
		act, name = o.store.DeleteRecord, "delete-patient"
	}
	if r, err = act(ctx, o.by, r.ID, r.Version); err != nil {
		return r, false, err
	}
	return r, true, o.note(ctx, name, r.ID, "")
}
