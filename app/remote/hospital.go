package remote

import (
	"context"

	"hearth/shared/api"
)

// ListHospitals returns the hospitals whose accounts open the house.
func (a *API) ListHospitals(ctx context.Context) (api.List[api.Hospital], error) {
	return call[api.List[api.Hospital]](ctx, a, api.ListHospitals, nil, nil)
}

// CreateHospital lets people sign in with their hospital's account.
func (a *API) CreateHospital(ctx context.Context, body api.PutHospitalBody) (api.Hospital, error) {
	return call[api.Hospital](ctx, a, api.CreateHospital, nil, body)
}

// PutHospital changes that.
func (a *API) PutHospital(ctx context.Context, id string, body api.PutHospitalBody) (api.Hospital, error) {
	return call[api.Hospital](ctx, a, api.PutHospital, params{"hospital": id}, body)
}

// DeleteHospital removes it for good, at the version last read.
func (a *API) DeleteHospital(ctx context.Context, id string, version int64) error {
	_, err := call[none](ctx, a, api.DeleteHospital, params{"hospital": id}, api.VersionBody{Version: version})
	return err
}

// TestHospital asks the hospital's provider whether it is there.
func (a *API) TestHospital(ctx context.Context, id string) (api.Tested, error) {
	return call[api.Tested](ctx, a, api.TestHospital, params{"hospital": id}, nil)
}
