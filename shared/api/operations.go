package api

import "hearth/shared/access"

// Operations about one's own account.
var (
	GetMe          = Operation{"get-me", "GET", Base + "/me", access.ReadOwnAccount}
	PatchMe        = Operation{"patch-me", "PATCH", Base + "/me", access.WriteOwnAccount}
	ChangePassword = Operation{"change-password", "POST", Base + "/me/password", access.WriteOwnAccount}
)

var accountOperations = []Operation{GetMe, PatchMe, ChangePassword}

// Operations about people who sign in.
var (
	ListPeople    = Operation{"list-people", "GET", Base + "/people", access.ManagePeople}
	CreatePerson  = Operation{"create-person", "POST", Base + "/people", access.ManagePeople}
	PatchPerson   = Operation{"patch-person", "PATCH", Base + "/people/{person}", access.ManagePeople}
	ResetPassword = Operation{"reset-password", "POST", Base + "/people/{person}/password", access.ManagePeople}
)

var peopleOperations = []Operation{ListPeople, CreatePerson, PatchPerson, ResetPassword}

// Operations about who cares for whom.
var (
	ListCare   = Operation{"list-care", "GET", Base + "/care", access.ManageCare}
	PutCare    = Operation{"put-care", "PUT", Base + "/care/{patient}/{therapist}", access.ManageCare}
	DeleteCare = Operation{"delete-care", "DELETE", Base + "/care/{patient}/{therapist}", access.ManageCare}
	GetSharing = Operation{"get-sharing", "GET", Base + "/sharing", access.ReadSharing}
)

var careOperations = []Operation{ListCare, PutCare, DeleteCare, GetSharing}

// Operations about patients as their therapists see them.
var (
	ListPatients = Operation{"list-patients", "GET", Base + "/patients", access.ReadPatients}
	GetPatient   = Operation{"get-patient", "GET", Base + "/patients/{patient}", access.ReadPatients}
	GetLimits    = Operation{"get-limits", "GET", Base + "/patients/{patient}/limits", access.ReadLimits}
	PutLimits    = Operation{"put-limits", "PUT", Base + "/patients/{patient}/limits", access.WriteLimits}
)

var patientOperations = []Operation{ListPatients, GetPatient, GetLimits, PutLimits}

// Operations about what happens in a sitting.
var (
	// OpenSitting returns the patient's open sitting, or begins one: asking twice is harmless.
	OpenSitting    = Operation{"open-sitting", "POST", Base + "/patients/{patient}/sittings", access.WriteSittings}
	ListSittings   = Operation{"list-sittings", "GET", Base + "/patients/{patient}/sittings", access.ReadSittings}
	EndSitting     = Operation{"end-sitting", "POST", Base + "/sittings/{sitting}/end", access.WriteSittings}
	ListLabels     = Operation{"list-labels", "GET", Base + "/sittings/{sitting}/labels", access.ReadSittings}
	PutLabel       = Operation{"put-label", "PUT", Base + "/sittings/{sitting}/labels/{label}", access.WriteSittings}
	GetBaseline    = Operation{"get-baseline", "GET", Base + "/sittings/{sitting}/baseline", access.ReadSittings}
	PutBaseline    = Operation{"put-baseline", "PUT", Base + "/sittings/{sitting}/baseline", access.WriteSittings}
	DeleteBaseline = Operation{"delete-baseline", "DELETE", Base + "/sittings/{sitting}/baseline", access.WriteSittings}
	GetVocabulary  = Operation{"get-vocabulary", "GET", Base + "/projects/{project}/vocabulary", access.ReadVocabulary}
	PutVocabulary  = Operation{"put-vocabulary", "PUT", Base + "/projects/{project}/vocabulary", access.WriteVocabulary}
)

var sittingOperations = []Operation{OpenSitting, ListSittings, EndSitting, ListLabels, PutLabel, GetBaseline, PutBaseline, DeleteBaseline, GetVocabulary, PutVocabulary}

// Operations about the installation.
var (
	GetInstallation = Operation{"get-installation", "GET", Base + "/installation", access.ReadInstallation}
	TestRelay       = Operation{"test-relay", "POST", Base + "/installation/relay", access.ReadInstallation}
)

var houseOperations = []Operation{GetInstallation, TestRelay}
