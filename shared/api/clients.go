package api

import (
	"encoding/json"
	"time"

	"hearth/shared/access"
)

// Operations about other programs: those people sign in to through this house, and those that use it by themselves.
var (
	ListClients  = Operation{"list-clients", "GET", Base + "/clients", access.ManageServices}
	CreateClient = Operation{"create-client", "POST", Base + "/clients", access.ManageServices}
	PatchClient  = Operation{"patch-client", "PATCH", Base + "/clients/{client}", access.ManageServices}
	// NewClientSecret makes another secret; the old one is worth nothing from then on.
	NewClientSecret = Operation{"new-client-secret", "POST", Base + "/clients/{client}/secret", access.ManageServices}

	// ListAgreements is about oneself: which programs may know what.
	ListAgreements = Operation{"list-agreements", "GET", Base + "/me/programs", access.ReadOwnAccount}
	// DeleteAgreement takes one back, with everything the program was given for it.
	DeleteAgreement = Operation{"delete-agreement", "DELETE", Base + "/me/programs/{client}", access.WriteOwnAccount}
)

var clientOperations = []Operation{ListClients, CreateClient, PatchClient, NewClientSecret, ListAgreements, DeleteAgreement}

// Client is another program.
type Client struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Method    string          `json:"method" enum:"none,client_secret_basic,private_key_jwt"`
	Keys      json.RawMessage `json:"keys,omitempty"` // JSON Web Key Set of private_key_jwt, public keys alone
	Redirects []string        `json:"redirects"`      // compared letter by letter
	Logouts   []string        `json:"logouts"`
	Scopes    []string        `json:"scopes"` // openid, profile, roles, offline_access; others are a service's own rights
	Audiences []string        `json:"audiences"`
	Roles     []access.Role   `json:"roles"`   // who may sign in to it
	Service   bool            `json:"service"` // it may act as itself
	Disabled  bool            `json:"disabled"`
	Version   int64           `json:"version"`
	Created   time.Time       `json:"created"`
}

// CreateClientBody makes a client. Where it has a secret, it is made up and returned once.
type CreateClientBody struct {
	Name      string          `json:"name" maxLength:"80"`
	Method    string          `json:"method" enum:"none,client_secret_basic,private_key_jwt"`
	Keys      json.RawMessage `json:"keys,omitempty"`
	Redirects []string        `json:"redirects,omitempty" maxItems:"20"`
	Logouts   []string        `json:"logouts,omitempty" maxItems:"20"`
	Scopes    []string        `json:"scopes" maxItems:"20"`
	Audiences []string        `json:"audiences,omitempty" maxItems:"20"`
	Roles     []access.Role   `json:"roles,omitempty" maxItems:"6"`
	Service   bool            `json:"service,omitempty"`
}

// PatchClientBody changes a client; nil leaves as it is. Version must be the one last read.
type PatchClientBody struct {
	Version   int64            `json:"version"`
	Name      *string          `json:"name,omitempty" maxLength:"80"`
	Keys      *json.RawMessage `json:"keys,omitempty"`
	Redirects *[]string        `json:"redirects,omitempty" maxItems:"20"`
	Logouts   *[]string        `json:"logouts,omitempty" maxItems:"20"`
	Scopes    *[]string        `json:"scopes,omitempty" maxItems:"20"`
	Roles     *[]access.Role   `json:"roles,omitempty" maxItems:"6"`
	Disabled  *bool            `json:"disabled,omitempty"` // ends everything it was given
}

// NewClientSecretBody names the version last read.
type NewClientSecretBody struct {
	Version int64 `json:"version"`
}

// ClientSecret is a client with its secret, which is never shown again.
type ClientSecret struct {
	Client Client `json:"client"`
	Secret string `json:"secret,omitempty"`
}

// Agreement is what somebody agreed that a program may know.
type Agreement struct {
	Client string    `json:"client"`
	Name   string    `json:"name"`
	Scopes []string  `json:"scopes"`
	Given  time.Time `json:"given"`
}
