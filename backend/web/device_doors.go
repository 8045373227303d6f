package web

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"hearth/backend/audit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// mostOfDevice bounds what a device may say at its doors.
const mostOfDevice = 8 << 10

// deviceDoors are for devices that have no session. What they may ask is little, and every knock is counted.
func (s *Server) deviceDoors(mux *http.ServeMux) {
	mux.HandleFunc("POST "+api.DeviceRegister, timed(s.registerDevice))
	mux.HandleFunc("POST "+api.DeviceTicket, timed(s.ticketDevice))
	mux.HandleFunc("GET "+api.DeviceMe, timed(s.deviceMe))
	mux.HandleFunc("POST "+api.DeviceCardPage, timed(s.deviceCard))
}

// said reads one JSON object a device sent. When it cannot, it has answered.
func (s *Server) said(w http.ResponseWriter, r *http.Request, into any) bool {
	err := s.knock(w, r, s.deviceDoor)
	if err == nil {
		j := json.NewDecoder(http.MaxBytesReader(w, r.Body, mostOfDevice))
		j.DisallowUnknownFields()
		var big *http.MaxBytesError
		if err = j.Decode(into); err == nil {
			_, err = j.Token()
		}
		switch {
		case errors.Is(err, io.EOF):
			return true
		case !errors.As(err, &big):
			err = fault.New(fault.Invalid, "request.junk", err)
		}
	}
	s.fail(w, r, err)
	return false
}

func (s *Server) registerDevice(w http.ResponseWriter, r *http.Request) {
	var b api.RegisterDeviceBody
	if !s.said(w, r, &b) {
		return
	}
	key, err := json.Marshal(b.Key)
	if err == nil {
		var d care.Device
		d, err = s.Devices.Register(r.Context(), b.Code, care.Device{Kind: b.Kind, Model: b.Model, Name: b.Name, Serial: b.Serial}, key)
		if err == nil {
			err = s.append(r.Context(), audit.Entry{Action: "device.register", Object: string(d.ID), From: audit.Network(s.Address(r))})
		}
		if err == nil {
			s.tellDevice(w, http.StatusCreated, api.DeviceSelf{ID: d.ID, Name: d.Name, State: d.State})
			return
		}
	}
	s.fail(w, r, err)
}

func (s *Server) ticketDevice(w http.ResponseWriter, r *http.Request) {
	var b api.ProofBody
	if !s.said(w, r, &b) {
		return
	}
	token, life, err := s.Devices.Ticket(r.Context(), b.Proof)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.tellDevice(w, http.StatusOK, api.DeviceTicketAnswer{Ticket: token, Seconds: int(life.Seconds())})
}

func (s *Server) deviceMe(w http.ResponseWriter, r *http.Request) {
	token, _ := bearer(r)
	d, err := s.Devices.Bearer(r.Context(), token)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.tellDevice(w, http.StatusOK, api.DeviceSelf{ID: d.ID, Name: d.Name, State: d.State})
}

func (s *Server) tellDevice(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}
