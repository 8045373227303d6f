package admin

import (
	"slices"
	"strings"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Draft is a person about to be made.
type Draft struct {
	Name  string
	Login string
	Roles []access.Role
	At    string // where the roles are held, as tree.spots names places

	own    bool // the sign-in name was written by hand and is not suggested any more
	faults map[string]error
}

// SetName takes the name and suggests a sign-in name until one was written.
func (d *Draft) SetName(name string) {
	d.Name = name
	delete(d.faults, "name")
	if !d.own {
		d.Login = suggest(name)
		delete(d.faults, "login")
	}
}

// SetLogin takes the sign-in name; an emptied one is suggested again.
func (d *Draft) SetLogin(login string) {
	d.Login, d.own = login, login != ""
	delete(d.faults, "login")
}

// SetRole gives or takes a role.
func (d *Draft) SetRole(role access.Role, on bool) {
	delete(d.faults, "roles")
	roles := slices.DeleteFunc(slices.Clone(d.Roles), func(r access.Role) bool {
		return r == role
	})
	if on {
		roles = append(roles, role)
	}
	d.Roles = roles
}

// Body is what the house is asked to make. The house makes up the password.
func (d *Draft) Body() api.CreatePersonBody {
	var roles []access.Role
	for _, r := range access.Staff() {
		if slices.Contains(d.Roles, r) {
			roles = append(roles, r)
		}
	}
	at := spotOf(d.At)
	return api.CreatePersonBody{Name: strings.TrimSpace(d.Name), Login: strings.ToLower(strings.TrimSpace(d.Login)), Roles: roles, Site: at.Site, Project: at.Project}
}

// Check finds what the house would refuse, each beside its field, and reports whether there is nothing.
func (d *Draft) Check() bool {
	b := d.Body()
	d.faults = map[string]error{}
	d.note("name", care.ValidateName(b.Name))
	d.note("login", care.ValidateLogin(b.Login))
	if len(b.Roles) == 0 {
		d.note("roles", fault.New(fault.Invalid, "roles.invalid", nil))
	}
	return len(d.faults) == 0
}

// Refused puts the house's refusal beside the field it is about; what is about none is under "".
func (d *Draft) Refused(err error) {
	field, _, _ := strings.Cut(fault.Of(err).Code, ".")
	if field != "name" && field != "login" && field != "roles" {
		field = ""
	}
	d.faults = map[string]error{}
	d.note(field, err)
}

// Fault is what is wrong with a field, nil for nothing; "" is the whole.
func (d *Draft) Fault(field string) error { return d.faults[field] }

// First is the first field that has a fault, in the order of the dialog, or "".
func (d *Draft) First() string {
	for _, field := range []string{"name", "login", "roles"} {
		if d.faults[field] != nil {
			return field
		}
	}
	return ""
}

func (d *Draft) note(field string, err error) {
	if err != nil {
		d.faults[field] = err
	}
}

// plain writes letters of our languages with those a sign-in name may have.
var plain = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "á", "a", "à", "a", "â", "a", "ã", "a", "å", "a", "æ", "ae",
	"ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i", "î", "i", "ï", "i", "ñ", "n", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ø", "o",
	"œ", "oe", "ú", "u", "ù", "u", "û", "u", "ý", "y", "ÿ", "y")

// suggest makes a sign-in name of a name: "Mira Solano" becomes mira.solano.
func suggest(name string) string {
	login := strings.Join(strings.Fields(plain.Replace(strings.ToLower(name))), ".")
	login = strings.Map(func(r rune) rune {
		if strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789.-_@", r) {
			return r
		}
		return -1
	}, login)
	return login[:min(len(login), 64)]
}
