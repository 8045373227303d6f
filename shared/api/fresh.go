package api

import (
	"slices"

	"hearth/shared/access"
)

// Operations about proving who one is, and about where somebody is signed in.
var (
	// Prove makes the session's proof fresh.
	Prove = Operation{"prove", "POST", Base + "/me/prove", access.WriteOwnAccount}
	// BeginProof says what to ask the device for, ProvePasskey takes its answer.
	BeginProof   = Operation{"begin-proof", "POST", Base + "/me/prove/passkey/options", access.WriteOwnAccount}
	ProvePasskey = Operation{"prove-passkey", "POST", Base + "/me/prove/passkey", access.WriteOwnAccount}
	// PutSignIn changes what the house asks of those who sign in.
	PutSignIn = Operation{"put-sign-in", "PUT", Base + "/installation/sign-in", access.ManageSignIn}
	// EndConnections signs a person out everywhere.
	EndConnections = Operation{"end-connections", "POST", Base + "/people/{person}/sign-out", access.ManagePeople}
)

var proofOperations = []Operation{Prove, BeginProof, ProvePasskey, PutSignIn, EndConnections}

// ProveBody proves who asks, by the password and, where codes are set up, a code.
type ProveBody struct {
	Password string `json:"password" maxLength:"200"`
	Code     string `json:"code,omitempty" maxLength:"40"`
}

// SignInRule is what the house asks of those who sign in.
type SignInRule struct {
	SecondStep bool `json:"secondStep"` // staff who sign in by password need a second step
}

// Question is what to ask a device for, in the browser's own words (WebAuthn section 5.1.10), and Answer what it said
// (section 5.1.8), both JSON in a text.
type (
	Question struct {
		Options string `json:"options"`
	}
	Answer struct {
		Credential string `json:"credential" maxLength:"16384"`
	}
)

// fresh are the operations that need a proof of who asks that is no older than five minutes: what a stranger at an open
// screen must not do. Without one the answer is 403 "step-up.needed", whose argument "ways" says how to prove it: of
// "passkey", "password" and "code", the last only together with the second.
func fresh() []Operation {
	return []Operation{CreateClient, PatchClient, NewClientSecret, PutSignIn, CreateHospital, PutHospital, DeleteHospital, ResetPassword, GiveRole, TakeRole, ExportRecords,
		PatientFile, PlanExport, AskErasure, PutRetention, CreateService, PutService, PatchService, NewServiceProof, NewWebhookSecret,
		PutSiteSettings, PutHouseSettings}
}

// Fresh reports whether the operation needs a proof that is fresh.
func (o Operation) Fresh() bool {
	return slices.ContainsFunc(fresh(), func(f Operation) bool { return f.ID == o.ID })
}
