package care

import (
	"encoding/json"
	"time"

	"hearth/shared/access"
)

// ServiceID names a service, DeliveryID a webhook on its way to one.
type (
	ServiceID  string
	DeliveryID string
)

// Portal is a place where services may show a page of their own.
type Portal string

// The portals with a slot.
const (
	TherapistPortal Portal = "therapist"
	AdminPortal     Portal = "admin"
)

// Portals lists the portals with a slot.
func Portals() []Portal { return []Portal{TherapistPortal, AdminPortal} }

// Roles are whose the portal is.
func (p Portal) Roles() []access.Role {
	switch p {
	case TherapistPortal:
		return []access.Role{access.Therapist}
	case AdminPortal:
		return []access.Role{access.Administrator, access.Clerk, access.Auditor, access.Researcher}
	}
	return nil
}

// Manifest is what a service says about itself, and all it asks for.
type Manifest struct {
	Name        string                `json:"name"`
	Description map[string]string     `json:"description,omitempty"` // by language
	Scopes      []access.ServiceScope `json:"scopes,omitempty"`      // what it wants to read as itself
	Redirects   []string              `json:"redirects,omitempty"`   // where people it has sign in are sent back to
	Roles       []access.Role         `json:"roles,omitempty"`       // who may sign in to it
	Events      []access.Event        `json:"events,omitempty"`      // what it wants to be told
	Webhook     string                `json:"webhook,omitempty"`     // where
	Pages       []ServicePage         `json:"pages,omitempty"`       // it offers, one a portal
	Keys        json.RawMessage       `json:"keys,omitempty"`        // JSON Web Key Set, public keys alone; none: it gets a secret
}

// ServicePage is a page a service shows inside a portal.
type ServicePage struct {
	Portal  Portal            `json:"portal"`
	Title   map[string]string `json:"title"` // by language
	Address string            `json:"address"`
}

// Service is another program that belongs to a place and was granted what its manifest asks for.
type Service struct {
	ID       ServiceID
	Place    Place // what it sees lies in there
	Manifest Manifest
	Agreed   string // digest of what was granted
	Disabled bool
	Quiet    bool // its webhook said that it is gone: nothing is sent until an administrator switches it on again
	Version  int64
	Created  time.Time
	Deleted  time.Time
}

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryWaiting   DeliveryState = "waiting"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryGivenUp   DeliveryState = "given-up"
)

// Delivery is one thing a service is told.
type Delivery struct {
	ID       DeliveryID // the same however often it is sent
	Service  ServiceID
	Event    access.Event
	State    DeliveryState
	Attempts int       // that failed or came through
	Made     time.Time // when it happened
	Due      time.Time // of the next attempt, while it waits
	Settled  time.Time // when it came through or was given up
	Status   int       // of the last answer; 0: there was none
	Failure  string    // code of what went wrong last
}

// ShownPage is a page of a service as somebody sees it in their portal.
type ShownPage struct {
	Service ServiceID
	Name    string // of the service
	Page    ServicePage
}
