package web

import (
	"context"
	"net/http"

	"hearth/backend/identity"
	"hearth/backend/porch"
)

func (s *Server) fillSecondStep(context.Context, *http.Request, identity.Who, *porch.Account) error {
	return nil
}
