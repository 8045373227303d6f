// Package api holds the paths, shapes and needed rights of Hearth's HTTP interface, so that a page and a handler cannot
// disagree. It never makes or answers a request.
package api

import (
	"slices"

	"hearth/shared/access"
)

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

// Operations lists every operation, in the order of the documentation page. Handlers register exactly these, and a test
// finds any that is missing or has none. Each subject has its operations, their bodies and answers in a file of its own.
func Operations() []Operation {
	return slices.Concat(accountOperations, proofOperations, placeOperations, peopleOperations, careOperations, patientOperations, recordOperations, rightsOperations,
		sittingOperations, hospitalOperations, deviceOperations, loanOperations, clientOperations, houseOperations, trailOperations, protectOperations, enrolOperations, therapistOperations,
		importOperations, connectionOperations, serviceOperations, settingsOperations, pageOperations, visitOperations, doorOperations, messageOperations)
}

// Pages of the house that are not the interface. The portals run in WebAssembly; the porch works before and without.
const (
	HomePage       = "/"                      // sends each to the own portal, or to SignInPage
	SignInPage     = "/sign-in"               // GET shows, POST signs in
	SignOutPage    = "/sign-out"              // POST only
	PasswordPage   = "/password"              // a handed-out password is changed here first; + "?as=" slot
	AccountPage    = "/account"               // how and where somebody signs in; + "?as=" slot
	SecondPage     = "/second"                // after a right password: a code, a recovery code or a passkey
	ProtectPage    = AccountPage + "/protect" // a second step must be set up first
	CodesPage      = AccountPage + "/codes"   // sets up an app that makes codes; + "/recovery" makes new recovery codes
	ProvePage      = AccountPage + "/prove"   // proves anew who asks, before what is dangerous
	PasskeyPage    = AccountPage + "/passkey" // makes a passkey; + "?as=" slot
	EnrolPage      = "/enrol"                 // a code that was handed over is entered here
	SetUpPage      = "/set-up"                // the first administrator, with the one-time code
	ConsentPage    = "/oauth/consent"         // + "?request=": whether another program may know who somebody is
	OfflinePage    = "/offline"               // what the service worker shows when the server is away
	DocsPage       = "/api/docs"              // the interface for people
	DemoPage       = "/demo/"                 // + token: "Continue as …", only in the demo
	AggregatorPage = "/aggregator"            // the patient's tablet
	PatientPage    = "/patient"               // the patient's phone
	TherapistPage  = "/therapist"             // own patients; + "/live/{patient}" the live page
	AdminPage      = "/admin"                 // people, care, installation
	LivePage       = "/therapist/live/"
	AgendaPage     = "/agenda" // a therapist's visits are planned here; + "/" + id is one of them
	CheckPart      = "/check"  // after PatientPage, TherapistPage and AdminPage: whether the network lets Hearth through
)

// OpenAPI is the interface's own description, version 3.1.
const OpenAPI = Base + "/openapi.json"

// Words is where a language's catalogue is fetched: + "en.json"; the shell page says the hashed address.
const Words = "/assets/words/"
