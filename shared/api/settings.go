package api

import (
	"hearth/shared/access"
	"hearth/shared/care"
)

// Operations about the settings of a site, and of the house. What is dangerous about them, such as who must prove what,
// needs a fresh proof. Each preview says what saving would do, and changes nothing.
var (
	GetSiteSettings      = Operation{"get-site-settings", "GET", Base + "/sites/{site}/settings", access.ManageSite}
	PutSiteSettings      = Operation{"put-site-settings", "PUT", Base + "/sites/{site}/settings", access.ManageSite}
	PreviewSiteSettings  = Operation{"preview-site-settings", "POST", Base + "/sites/{site}/settings/preview", access.ManageSite}
	GetHouseSettings     = Operation{"get-house-settings", "GET", Base + "/installation/settings", access.ManageSignIn}
	PutHouseSettings     = Operation{"put-house-settings", "PUT", Base + "/installation/settings", access.ManageSignIn}
	PreviewHouseSettings = Operation{"preview-house-settings", "POST", Base + "/installation/settings/preview", access.ManageSignIn}
)

// Operations about the label buttons somebody chose for themselves. Who chose none has the project's, with version 0.
var (
	GetOwnVocabulary    = Operation{"get-own-vocabulary", "GET", Base + "/projects/{project}/vocabulary/own", access.ReadVocabulary}
	PutOwnVocabulary    = Operation{"put-own-vocabulary", "PUT", Base + "/projects/{project}/vocabulary/own", access.WriteVocabulary}
	DeleteOwnVocabulary = Operation{"delete-own-vocabulary", "DELETE", Base + "/projects/{project}/vocabulary/own", access.WriteVocabulary}
)

// PreviewRetention says whom other times of keeping would forget at once, and changes nothing.
var PreviewRetention = Operation{"preview-retention", "POST", Base + "/retention/preview", access.ManageProject}

// RetentionPreview counts the deleted patients who would be erased at once.
type RetentionPreview struct {
	Patients int `json:"patients"`
}

var settingsOperations = []Operation{PreviewRetention, GetOwnVocabulary, PutOwnVocabulary, DeleteOwnVocabulary,
	GetSiteSettings, PutSiteSettings, PreviewSiteSettings, GetHouseSettings, PutHouseSettings, PreviewHouseSettings}

// SiteSettings is what was said about a site, or about the house. What is empty or 0 is as in the place around; version 0
// says that nobody said anything yet. About signing in the stricter of house and site holds.
type SiteSettings struct {
	Slug        string      `json:"slug" maxLength:"40"`      // the site's name in addresses of its public pages
	Languages   []string    `json:"languages" maxItems:"4"`   // offered
	Language    string      `json:"language" maxLength:"2"`   // to begin with
	SignIn      []RoleLevel `json:"signIn" maxItems:"6"`      // what a role must prove
	IdleMinutes int         `json:"idleMinutes" minimum:"0"`  // a session of staff ends so long after its last use
	MostHours   int         `json:"mostHours" minimum:"0"`    // and so long after it began
	Addresses   []string    `json:"addresses" maxItems:"100"` // networks from which staff may work; none: from everywhere
	Version     int64       `json:"version"`
}

// RoleLevel is what those who hold a role must prove.
type RoleLevel struct {
	Role  access.Role `json:"role" maxLength:"20"`
	Level care.Level  `json:"level" maxLength:"10"`
}

// RoleLevels lists levels by role, in the order pages show them.
func RoleLevels(levels map[access.Role]care.Level) []RoleLevel {
	list := []RoleLevel{}
	for _, role := range access.Roles() {
		if l := levels[role]; l != care.AnyLevel {
			list = append(list, RoleLevel{role, l})
		}
	}
	return list
}

// SettingsAnswer are settings with what stands around them.
type SettingsAnswer struct {
	SiteSettings
	House    SiteSettings `json:"house"`    // what was said about the house
	Staff    care.Level   `json:"staff"`    // what the house asks of all its staff
	Address  string       `json:"address"`  // where this request came from
	Passkeys bool         `json:"passkeys"` // the house can have passkeys
}

// PutSettingsBody changes settings. Version must be the one last read. A list of networks that leaves out the address it is
// saved from is refused with "settings.shut-out", unless ShutOut says that it is meant so.
type PutSettingsBody struct {
	SiteSettings
	Staff   care.Level `json:"staff,omitempty" maxLength:"10"` // of the house: what is asked of all staff, "password" or "second"; empty leaves it
	ShutOut bool       `json:"shutOut,omitempty"`
}

// SettingsPreview is what saving would do.
type SettingsPreview struct {
	People    int      `json:"people"`    // who can sign in there
	SetUp     int      `json:"setUp"`     // must make a passkey or set a second step up when they next sign in
	Again     int      `json:"again"`     // of those signed in must sign in again, or set something up first
	Addresses []string `json:"addresses"` // the networks as they would be kept
	Inside    bool     `json:"inside"`    // this request came from one of them
}
