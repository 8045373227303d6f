package access

// OfPatient lists the actions that concern one patient, in the order pages explain them.
func OfPatient() []Action {
	return []Action{ReadPatients, WritePatients, ReadContacts, WriteContacts, ManageCare, ReadSittings, WriteSittings, ReadLimits, WriteLimits,
		ReceiveSignals, SendSignals, ReadSharing, StopSharing, ReadDevices, WriteDevices, ReadConsents, WriteConsents, ExportPatient,
		ErasePatient, ReadAudit, ReadRights, ReadVisits, WriteVisits, AdmitGuests, AttendVisit, ReadVisitNotes, WriteVisitNotes}
}
