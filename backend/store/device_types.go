package store

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/uptrace/bun"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// firstTypes are the words a house begins with: a type for every kind it knows, and the straps it can read.
var firstTypes = []struct {
	kind  care.DeviceKind
	names map[words.Language]string
	below []string // names of subtypes, the same in every language
}{
	{care.Kit, map[words.Language]string{"en": "Kit", "de": "Koffer", "fr": "Mallette", "es": "Maletín"}, nil},
	{care.Tablet, map[words.Language]string{"en": "Tablet", "de": "Tablet", "fr": "Tablette", "es": "Tableta"}, nil},
	{care.ChestStrap, map[words.Language]string{"en": "Chest strap", "de": "Brustgurt", "fr": "Ceinture thoracique", "es": "Banda de pecho"},
		[]string{"Movesense", "Polar H10", "Heart Rate Service"}},
	{care.Wrist, map[words.Language]string{"en": "Wrist sensor", "de": "Handgelenksensor", "fr": "Capteur de poignet", "es": "Sensor de muñeca"}, nil},
	{care.EyeTracker, map[words.Language]string{"en": "Eye tracker", "de": "Blickmesser", "fr": "Oculomètre", "es": "Rastreador ocular"}, nil},
	{care.Robot, map[words.Language]string{"en": "Robot", "de": "Roboter", "fr": "Robot", "es": "Robot"}, nil},
	{care.Bridge, map[words.Language]string{"en": "Bridge for wired sensors", "de": "Brücke für kabelgebundene Sensoren", "fr": "Passerelle pour capteurs filaires", "es": "Puente para sensores con cable"}, nil},
}

func seedTypes(ctx context.Context, tx bun.Tx) error {
	put := func(t care.DeviceType) (care.DeviceTypeID, error) {
		row, err := typeToRow(t)
		if err == nil {
			row.ID, row.Version = care.NewID[care.DeviceTypeID](), 1
			_, err = tx.NewInsert().Model(&row).Exec(ctx)
		}
		return row.ID, err
	}
	for _, f := range firstTypes {
		id, err := put(care.DeviceType{Kind: f.kind, Names: f.names})
		for _, name := range f.below {
			if err == nil {
				_, err = put(care.DeviceType{Kind: f.kind, Parent: id, Names: map[words.Language]string{words.English: name}})
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type deviceTypeRow struct {
	bun.BaseModel `bun:"table:device_types,alias:y"`

	ID      care.DeviceTypeID `bun:",pk"`
	Kind    care.DeviceKind
	Parent  care.DeviceTypeID
	Names   string // JSON
	Version int64
	Deleted int64

	Used int `bun:",scanonly"`
}

func typeToRow(t care.DeviceType) (deviceTypeRow, error) {
	names := map[words.Language]string{}
	for l, name := range t.Names {
		if name = strings.TrimSpace(name); name != "" {
			names[l] = name
		}
	}
	text, err := json.Marshal(names)
	return deviceTypeRow{ID: t.ID, Kind: t.Kind, Parent: t.Parent, Names: string(text)}, err
}

func (row deviceTypeRow) deviceType() (care.DeviceType, error) {
	t := care.DeviceType{ID: row.ID, Kind: row.Kind, Parent: row.Parent, Used: row.Used, Version: row.Version, Deleted: instant(row.Deleted)}
	return t, json.Unmarshal([]byte(row.Names), &t.Names)
}

func deviceTypes(ctx context.Context, db bun.IDB, where string, args ...any) ([]care.DeviceType, error) {
	var rows []deviceTypeRow
	err := db.NewSelect().Model(&rows).ColumnExpr("y.*").ColumnExpr("(SELECT COUNT(*) FROM devices AS v WHERE v.type = y.id AND v.deleted = 0) AS used").
		Where(where, args...).OrderExpr("y.kind, y.parent, y.id").Scan(ctx)
	list := make([]care.DeviceType, len(rows))
	for i, row := range rows {
		if err == nil {
			list[i], err = row.deviceType()
		}
	}
	return list, err
}

// ListDeviceTypes lists the types of the house, types before their subtypes, for who sees devices anywhere. Who manages
// them sees hidden ones too.
func (s *Store) ListDeviceTypes(ctx context.Context, by care.Reader) (list []care.DeviceType, err error) {
	manages := placed(ctx, s.db, by, access.ManageDeviceTypes, care.TheHouse) == nil
	list, err = deviceTypes(ctx, s.db, "(y.deleted = 0 OR ?) AND EXISTS (?)", manages, projects(by, access.ReadDevices))
	return list, failed("list types of devices", err)
}

// PutDeviceType makes (version 0) or changes a type, for who manages them. A subtype is of its parent's kind, and has no
// subtypes. Faults: those of Validate, "device-type.parent".
func (s *Store) PutDeviceType(ctx context.Context, by care.Reader, t care.DeviceType) (out care.DeviceType, err error) {
	err = s.within(ctx, "put a type of devices", func(ctx context.Context, tx bun.Tx) error {
		row, err := s.ownType(ctx, tx, by, t.ID, t.Version)
		if err != nil {
			return err
		}
		if err := s.parented(ctx, tx, &t); err != nil {
			return err
		}
		if err := t.Validate(); err != nil {
			return err
		}
		fresh, err := typeToRow(t)
		if err != nil {
			return err
		}
		if err := clean(fresh.Names); err != nil {
			return err
		}
		if t.Version == 0 {
			fresh.Version = 1
			_, err = tx.NewInsert().Model(&fresh).Exec(ctx)
		} else {
			row.Kind, row.Parent, row.Names, row.Version = fresh.Kind, fresh.Parent, fresh.Names, row.Version+1
			_, err = tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
		}
		if err == nil && row.Kind != "" { // what is of it, and below it, is of its kind
			_, err = tx.NewRaw("UPDATE device_types SET kind = ? WHERE parent = ?", t.Kind, t.ID).Exec(ctx)
		}
		if err != nil {
			return err
		}
		out, err = one(deviceTypes(ctx, tx, "y.id = ?", t.ID))
		return err
	})
	return out, err
}

// ownType reads and holds a type for who manages them; an empty row for a new one.
func (s *Store) ownType(ctx context.Context, tx bun.Tx, by care.Reader, id care.DeviceTypeID, version int64) (row deviceTypeRow, err error) {
	if err := placed(ctx, tx, by, access.ManageDeviceTypes, care.TheHouse); err != nil {
		return row, err
	}
	if !care.ValidID(id) {
		return row, errNotFound
	}
	if version == 0 {
		return row, nil
	}
	err = s.locked(tx.NewSelect().Model(&row).Where("y.id = ?", id)).Scan(ctx)
	if err == nil && row.Version != version {
		err = errChanged
	}
	return row, err
}

// parented gives a subtype the kind of its parent, which is there and a type itself.
func (s *Store) parented(ctx context.Context, tx bun.Tx, t *care.DeviceType) error {
	if t.Parent == "" {
		return nil
	}
	var kind care.DeviceKind
	var below int
	err := tx.NewRaw("SELECT kind FROM device_types WHERE id = ? AND parent = '' AND deleted = 0", t.Parent).Scan(ctx, &kind)
	if err == nil {
		err = tx.NewRaw("SELECT COUNT(*) FROM device_types WHERE parent = ?", t.ID).Scan(ctx, &below)
	}
	if fault.Is(failed("", err), fault.NotFound) || err == nil && (below > 0 || t.Parent == t.ID) {
		return fault.New(fault.Invalid, "device-type.parent", nil)
	}
	t.Kind = kind
	return err
}

// BuryDeviceType hides a type, so that no more devices are made of it, or brings it back. What is of it stays so.
func (s *Store) BuryDeviceType(ctx context.Context, by care.Reader, id care.DeviceTypeID, version int64, deleted bool) (out care.DeviceType, err error) {
	err = s.within(ctx, "bury a type of devices", func(ctx context.Context, tx bun.Tx) error {
		if version == 0 {
			return errChanged
		}
		row, err := s.ownType(ctx, tx, by, id, version)
		if err != nil {
			return err
		}
		row.Deleted = 0
		if deleted {
			row.Deleted = micro(s.now())
		}
		row.Version++
		if _, err := tx.NewUpdate().Model(&row).WherePK().Exec(ctx); err != nil {
			return err
		}
		out, err = one(deviceTypes(ctx, tx, "y.id = ?", id))
		return err
	})
	return out, err
}

// typed holds a device to its type: of a type there is, it is of that type's kind.
func (s *Store) typed(ctx context.Context, tx bun.Tx, was care.DeviceTypeID, row *deviceRow) error {
	if row.Type == "" {
		return nil
	}
	err := tx.NewRaw("SELECT kind FROM device_types WHERE id = ? AND (deleted = 0 OR id = ?)", row.Type, was).Scan(ctx, &row.Kind)
	if fault.Is(failed("", err), fault.NotFound) {
		err = fault.New(fault.Invalid, "device.type", nil)
	}
	return err
}
