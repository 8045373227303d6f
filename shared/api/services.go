package api

import (
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Operations about services: other programs that act as themselves.
var (
	ListServices = Operation{"list-services", "GET", Base + "/services", access.ManageServices}
	// PreviewService reads a manifest and says what it asks for; nothing is stored.
	PreviewService  = Operation{"preview-service", "POST", Base + "/services/preview", access.ManageServices}
	CreateService   = Operation{"create-service", "POST", Base + "/services", access.ManageServices}
	PutService      = Operation{"put-service", "PUT", Base + "/services/{service}", access.ManageServices}
	PatchService    = Operation{"patch-service", "PATCH", Base + "/services/{service}", access.ManageServices}
	DeleteService   = Operation{"delete-service", "DELETE", Base + "/services/{service}", access.ManageServices}
	RestoreService  = Operation{"restore-service", "POST", Base + "/services/{service}/restore", access.ManageServices}
	NewServiceProof = Operation{"new-service-secret", "POST", Base + "/services/{service}/secret", access.ManageServices}
	// NewWebhookSecret makes another secret webhooks are signed with; the old one signs along for a day.
	NewWebhookSecret = Operation{"new-webhook-secret", "POST", Base + "/services/{service}/webhook-secret", access.ManageServices}
	TestWebhook      = Operation{"test-webhook", "POST", Base + "/services/{service}/webhook-test", access.ManageServices}
	ListDeliveries   = Operation{"list-deliveries", "GET", Base + "/services/{service}/deliveries", access.ManageServices}
	SendAgain        = Operation{"send-again", "POST", Base + "/services/{service}/deliveries/{delivery}/again", access.ManageServices}

	// ListServicePages are the pages services show in one's own portals.
	ListServicePages = Operation{"list-service-pages", "GET", Base + "/me/service-pages", access.ReadOwnAccount}
)

var serviceOperations = []Operation{ListServices, PreviewService, CreateService, PutService, PatchService, DeleteService, RestoreService, NewServiceProof,
	NewWebhookSecret, TestWebhook, ListDeliveries, SendAgain, ListServicePages}

// ManifestBody is a manifest for a place; both empty: the whole house.
type ManifestBody struct {
	Site     care.SiteID    `json:"site,omitempty" maxLength:"26"`
	Project  care.ProjectID `json:"project,omitempty" maxLength:"26"`
	Manifest string         `json:"manifest" maxLength:"32768" doc:"The JSON document, as text."`
	// Agreed is the digest of a preview: whoever sends it agrees to all that was shown there, and to nothing else.
	Agreed  string `json:"agreed,omitempty" maxLength:"64"`
	Version int64  `json:"version,omitempty" doc:"Of the service whose manifest is replaced."`
}

// ServicePreview is what a manifest asks for.
type ServicePreview struct {
	Manifest care.Manifest `json:"manifest"`
	Digest   string        `json:"digest"` // of what it asks for at this place
	// Known is the digest that was agreed to when there is a service of that name at the place; the same digest: nothing
	// new is asked for.
	Known string `json:"known,omitempty"`
}

// Service is another program as an administrator sees it.
type Service struct {
	ID       care.ServiceID `json:"id"` // its client id too
	Site     care.SiteID    `json:"site,omitempty"`
	Project  care.ProjectID `json:"project,omitempty"`
	Manifest care.Manifest  `json:"manifest"`
	Agreed   string         `json:"agreed"`
	Disabled bool           `json:"disabled"`
	Quiet    bool           `json:"quiet"` // its webhook said it is gone
	Version  int64          `json:"version"`
	Created  time.Time      `json:"created"`
	Deleted  *time.Time     `json:"deleted,omitempty"`
}

// ServiceMade is a service with what it was given just now, which is never shown again.
type ServiceMade struct {
	Service       Service `json:"service"`
	ClientSecret  string  `json:"clientSecret,omitempty"`
	WebhookSecret string  `json:"webhookSecret,omitempty"`
}

// PatchServiceBody switches a service off, which ends all it was given, or on.
type PatchServiceBody struct {
	Version  int64 `json:"version"`
	Disabled bool  `json:"disabled"`
}

// Delivery is one thing a service is told.
type Delivery struct {
	ID       care.DeliveryID    `json:"id"`
	Event    access.Event       `json:"event"`
	State    care.DeliveryState `json:"state"`
	Attempts int                `json:"attempts"`
	Made     time.Time          `json:"made"`
	Due      *time.Time         `json:"due,omitempty"`
	Settled  *time.Time         `json:"settled,omitempty"`
	Status   int                `json:"status,omitempty"`
	Failure  string             `json:"failure,omitempty"` // words under "service.failure."+code
}

// ShownPage is a page a service shows in a portal of whoever asks.
type ShownPage struct {
	Service care.ServiceID    `json:"service"`
	Name    string            `json:"name"`
	Portal  care.Portal       `json:"portal"`
	Title   map[string]string `json:"title"`
	Address string            `json:"address"`
}

// Webhook is what is sent: ids in Data, never names.
type Webhook struct {
	Type      access.Event      `json:"type"`
	Timestamp time.Time         `json:"timestamp"`
	Data      map[string]string `json:"data"`
}
