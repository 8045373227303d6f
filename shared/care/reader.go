package care

import "hearth/shared/access"

// Reader is the person on whose behalf something is read or changed. The store turns a Reader and an action into SQL,
// so an answer never holds what its reader may not see.
type Reader struct {
	Person PersonID
	Site   SiteID
	Roles  []access.Role

	// Service is set when another program asks as itself. It has scopes instead of roles, and Person is nobody.
	Service ServiceID
	Scopes  []access.ServiceScope

	// Operator is whoever runs the program's own commands at the machine: an administrator of the whole house who is
	// nobody in it. Only package house makes one.
	Operator bool
}

// Reach returns how far action reaches for r.
func (r Reader) Reach(action access.Action) access.Scope { return access.Reach(r.Roles, action) }

// NewPerson is what it takes to make a person. Hash is the password as backend/identity hashed it; a person without
// one cannot sign in with a password.
type NewPerson struct {
	Name       string
	Login      string
	Roles      []access.Role
	At         *Place // where the roles are held; nil: the maker's own site
	Language   string
	Hash       string
	MustChange bool // the password was handed out and must be changed at first use
}

// PersonPatch changes a person; nil leaves as it is. Version must be the one last read; 0 means: whatever it is now,
// for people who change their own settings.
type PersonPatch struct {
	Version  int64
	Name     *string
	Language *string
	Theme    *string
	Disabled *bool // disabling ends the person's sessions
}

// Care is one therapist's care of one patient, with the names a list shows.
type Care struct {
	Permission
	PatientName   string
	TherapistName string
	PatientPerson PersonID // the account the patient signs in with
}

// Vocabulary is the label buttons of a project, in the order they are shown.
type Vocabulary struct {
	Project ProjectID
	Words   []Word
	Version int64
}

// MaxWords is how many label buttons a project may have.
const MaxWords = 24

// Page asks for a part of a list: Limit items after the cursor After. The zero Page is the first part, as long as the
// store finds reasonable.
type Page struct {
	After string
	Limit int
}
