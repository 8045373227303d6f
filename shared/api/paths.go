// Package api holds the paths, shapes and needed rights of Hearth's HTTP interface, so that a page and a handler cannot
// disagree. It never makes or answers a request.
package api

import "hearth/shared/access"

// Base is the prefix of the interface.
const Base = "/api/v1"

// LiveSocket is where a page's WebSocket lives. The account slot travels as the query "as".
const LiveSocket = Base + "/live"

// AsHeader names the account slot a request is made for. One browser may hold several signed-in accounts, one cookie
// each; a page remembers in its tab which one it was opened for. The header chooses among cookies the browser sends
// anyway; it never grants anything.
const AsHeader = "Hearth-As"

// Operation is one door of the interface: what it is called, where it is, and the right it needs. An empty Needs is
// open to strangers and must be in the list the access test knows.
type Operation struct {
	ID     string
	Method string
	Path   string
	Needs  access.Action
}

// The operations. Handlers register exactly these, and a test finds any that is missing or has none.
var (
	GetMe          = Operation{"get-me", "GET", Base + "/me", access.ReadOwnAccount}
	PatchMe        = Operation{"patch-me", "PATCH", Base + "/me", access.WriteOwnAccount}
	ChangePassword = Operation{"change-password", "POST", Base + "/me/password", access.WriteOwnAccount}

	ListPeople    = Operation{"list-people", "GET", Base + "/people", access.ManagePeople}
	CreatePerson  = Operation{"create-person", "POST", Base + "/people", access.ManagePeople}
	PatchPerson   = Operation{"patch-person", "PATCH", Base + "/people/{person}", access.ManagePeople}
	ResetPassword = Operation{"reset-password", "POST", Base + "/people/{person}/password", access.ManagePeople}

	ListCare        = Operation{"list-care", "GET", Base + "/care", access.ManageCare}
	PutCare         = Operation{"put-care", "PUT", Base + "/care/{patient}/{therapist}", access.ManageCare}
	DeleteCare      = Operation{"delete-care", "DELETE", Base + "/care/{patient}/{therapist}", access.ManageCare}
	GetInstallation = Operation{"get-installation", "GET", Base + "/installation", access.ReadInstallation}
	TestRelay       = Operation{"test-relay", "POST", Base + "/installation/relay", access.ReadInstallation}

	ListPatients = Operation{"list-patients", "GET", Base + "/patients", access.ReadPatients}
	GetPatient   = Operation{"get-patient", "GET", Base + "/patients/{patient}", access.ReadPatients}
	GetLimits    = Operation{"get-limits", "GET", Base + "/patients/{patient}/limits", access.ReadLimits}
	PutLimits    = Operation{"put-limits", "PUT", Base + "/patients/{patient}/limits", access.WriteLimits}

	// OpenSitting returns the patient's open sitting, or begins one: asking twice is harmless.
	OpenSitting    = Operation{"open-sitting", "POST", Base + "/patients/{patient}/sittings", access.WriteSittings}
	ListSittings   = Operation{"list-sittings", "GET", Base + "/patients/{patient}/sittings", access.ReadSittings}
	EndSitting     = Operation{"end-sitting", "POST", Base + "/sittings/{sitting}/end", access.WriteSittings}
	ListLabels     = Operation{"list-labels", "GET", Base + "/sittings/{sitting}/labels", access.ReadSittings}
	PutLabel       = Operation{"put-label", "PUT", Base + "/sittings/{sitting}/labels/{label}", access.WriteSittings}
	GetBaseline    = Operation{"get-baseline", "GET", Base + "/sittings/{sitting}/baseline", access.ReadSittings}
	PutBaseline    = Operation{"put-baseline", "PUT", Base + "/sittings/{sitting}/baseline", access.WriteSittings}
	DeleteBaseline = Operation{"delete-baseline", "DELETE", Base + "/sittings/{sitting}/baseline", access.WriteSittings}

	GetVocabulary = Operation{"get-vocabulary", "GET", Base + "/projects/{project}/vocabulary", access.ReadVocabulary}
	PutVocabulary = Operation{"put-vocabulary", "PUT", Base + "/projects/{project}/vocabulary", access.WriteVocabulary}

	GetSharing = Operation{"get-sharing", "GET", Base + "/sharing", access.ReadSharing}
)

// Operations lists every operation, in the order of the documentation page.
func Operations() []Operation {
	return []Operation{
		GetMe, PatchMe, ChangePassword,
		ListPeople, CreatePerson, PatchPerson, ResetPassword,
		ListCare, PutCare, DeleteCare, GetInstallation, TestRelay,
		ListPatients, GetPatient, GetLimits, PutLimits,
		OpenSitting, ListSittings, EndSitting, ListLabels, PutLabel, GetBaseline, PutBaseline, DeleteBaseline,
		GetVocabulary, PutVocabulary, GetSharing,
	}
}

// Pages of the house that are not the interface. The portals run in WebAssembly; the porch works before and without.
const (
	HomePage       = "/"           // sends each to the own portal, or to SignInPage
	SignInPage     = "/sign-in"    // GET shows, POST signs in
	SignOutPage    = "/sign-out"   // POST only
	PasswordPage   = "/password"   // a handed-out password is changed here first; + "?as=" slot
	AccountPage    = "/account"    // how and where somebody signs in; + "?as=" slot
	SecondPage     = "/second"     // after a right password: a code, a recovery code or a passkey
	ProtectPage    = "/protect"    // a second step must be set up first
	CodesPage      = "/codes"      // sets up an app that makes codes; + "/recovery" makes new recovery codes
	ProvePage      = "/prove"      // proves anew who asks, before what is dangerous
	SetUpPage      = "/set-up"     // the first administrator, with the one-time code
	OfflinePage    = "/offline"    // what the service worker shows when the server is away
	DocsPage       = "/api/docs"   // the interface for people
	DemoPage       = "/demo/"      // + token: "Continue as …", only in the demo
	AggregatorPage = "/aggregator" // the patient's tablet
	PatientPage    = "/patient"    // the patient's phone
	TherapistPage  = "/therapist"  // own patients; + "/live/{patient}" the live page
	AdminPage      = "/admin"      // people, care, installation
	LivePage       = "/therapist/live/"
	CheckPart      = "/check" // after PatientPage, TherapistPage and AdminPage: whether the network lets Hearth through
)

// OpenAPI is the interface's own description, version 3.1.
const OpenAPI = Base + "/openapi.json"

// Words is where a language's catalogue is fetched: + "en.json"; the shell page says the hashed address.
const Words = "/assets/words/"
