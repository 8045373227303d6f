package api

import (
	"hearth/shared/access"
	"hearth/shared/care"
)

// HospitalPage is where signing in with a hospital's account begins: + id; the hospital sends people back to
// id + "/callback".
const HospitalPage = "/sign-in/hospital/"

// Operations about hospitals' sign-ins.
var (
	ListHospitals  = Operation{"list-hospitals", "GET", Base + "/hospitals", access.ManageSite}
	CreateHospital = Operation{"create-hospital", "POST", Base + "/hospitals", access.ManageSite}
	PutHospital    = Operation{"put-hospital", "PUT", Base + "/hospitals/{hospital}", access.ManageSite}
	DeleteHospital = Operation{"delete-hospital", "DELETE", Base + "/hospitals/{hospital}", access.ManageSite}
	TestHospital   = Operation{"test-hospital", "POST", Base + "/hospitals/{hospital}/test", access.ManageSite}
)

var hospitalOperations = []Operation{ListHospitals, CreateHospital, PutHospital, DeleteHospital, TestHospital}

// Hospital is how people of one hospital sign in with the account they have there (OpenID Connect).
type Hospital struct {
	ID       string         `json:"id"`
	Site     care.SiteID    `json:"site"`
	Name     string         `json:"name"`     // on the button
	Issuer   string         `json:"issuer"`   // of the provider, exactly
	Client   string         `json:"client"`   // our id there
	Secret   bool           `json:"secret"`   // one is kept
	Scopes   []string       `json:"scopes"`   // asked for besides openid and profile
	Claim    string         `json:"claim"`    // where groups or roles stand
	Rules    []HospitalRule `json:"rules"`    // what a group is worth
	Callback string         `json:"callback"` // the address the provider has to allow
	Disabled bool           `json:"disabled"`
	Version  int64          `json:"version"`
}

// HospitalRule gives a role to whoever the provider says is in a group.
type HospitalRule struct {
	Value string `json:"value" maxLength:"200"`
	Grant
}

// PutHospitalBody makes or changes a hospital's sign-in. Secret nil leaves the one there; Version must be the one last
// read, 0 for a new one.
type PutHospitalBody struct {
	Site     care.SiteID    `json:"site" maxLength:"26"`
	Name     string         `json:"name" maxLength:"80"`
	Issuer   string         `json:"issuer" maxLength:"300"`
	Client   string         `json:"client" maxLength:"200"`
	Secret   *string        `json:"secret,omitempty" maxLength:"500"`
	Scopes   []string       `json:"scopes,omitempty" maxItems:"10"`
	Claim    string         `json:"claim" maxLength:"100"`
	Rules    []HospitalRule `json:"rules" maxItems:"64"`
	Disabled bool           `json:"disabled,omitempty"`
	Version  int64          `json:"version,omitempty"`
}

// Tested says whether something outside answers as it should; Code and Words say what is wrong.
type Tested struct {
	Good  bool   `json:"good"`
	Code  string `json:"code,omitempty"`
	Words string `json:"words,omitempty"`
}
