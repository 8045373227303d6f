package bluez

import (
	"maps"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

// Names of D-Bus and BlueZ.
const (
	propertiesIface = "org.freedesktop.DBus.Properties"
	managerIface    = "org.freedesktop.DBus.ObjectManager"
	adapterIface    = "org.bluez.Adapter1"
	deviceIface     = "org.bluez.Device1"
	serviceIface    = "org.bluez.GattService1"
	valueIface      = "org.bluez.GattCharacteristic1"
	descriptorIface = "org.bluez.GattDescriptor1"
	adapterPath     = dbus.ObjectPath("/org/bluez/hci0")
)

// properties are those of one interface.
type properties map[string]dbus.Variant

func props(pairs ...any) properties {
	p := properties{}
	for i := 0; i+1 < len(pairs); i += 2 {
		p[pairs[i].(string)] = dbus.MakeVariant(pairs[i+1])
	}
	return p
}

// show puts an object with one interface on the bus, with methods of its own, and tells everybody. a.mu is held.
func (a *Air) show(path dbus.ObjectPath, iface string, p properties, methods map[string]any) {
	if a.objects[path] == nil {
		a.objects[path] = map[string]properties{}
		a.export(path, propertiesIface, map[string]any{
			"Get": func(iface, name string) (dbus.Variant, *dbus.Error) {
				a.mu.Lock()
				defer a.mu.Unlock()
				if v, ok := a.objects[path][iface][name]; ok {
					return v, nil
				}
				return dbus.Variant{}, refuse("DoesNotExist", "no such property")
			},
			"GetAll": func(iface string) (properties, *dbus.Error) {
				a.mu.Lock()
				defer a.mu.Unlock()
				return maps.Clone(a.objects[path][iface]), nil
			},
			"Set": func(iface, name string, v dbus.Variant) *dbus.Error {
				a.mu.Lock()
				defer a.mu.Unlock()
				a.set(path, iface, name, v.Value())
				return nil
			},
		})
	}
	a.objects[path][iface] = p
	a.export(path, iface, methods)
	a.emit("/", managerIface+".InterfacesAdded", path, map[string]properties{iface: maps.Clone(p)})
}

// hide takes an object and all below it off the bus, the deepest first. a.mu is held.
func (a *Air) hide(path dbus.ObjectPath) {
	paths := slices.Sorted(maps.Keys(a.objects))
	slices.Reverse(paths)
	for _, p := range paths {
		if p != path && !strings.HasPrefix(string(p), string(path)+"/") {
			continue
		}
		ifaces := slices.Sorted(maps.Keys(a.objects[p]))
		delete(a.objects, p)
		delete(a.deeds, p)
		for _, iface := range append(ifaces, propertiesIface) {
			a.conn.ExportMethodTable(nil, p, iface)
		}
		a.emit("/", managerIface+".InterfacesRemoved", p, ifaces)
	}
}

// set changes a property and tells everybody. a.mu is held.
func (a *Air) set(path dbus.ObjectPath, iface, name string, value any) {
	p := a.objects[path][iface]
	if p == nil {
		return
	}
	p[name] = dbus.MakeVariant(value)
	a.emit(path, propertiesIface+".PropertiesChanged", iface, properties{name: p[name]}, []string{})
}

func (a *Air) export(path dbus.ObjectPath, iface string, methods map[string]any) {
	if err := a.conn.ExportMethodTable(methods, path, iface); err != nil {
		a.t.Errorf("put %s at %s on the bus: %v", iface, path, err)
	}
}

// emit sends a signal; one after another while a.mu is held, so their order is that of the calls.
func (a *Air) emit(path dbus.ObjectPath, signal string, values ...any) {
	if err := a.conn.Emit(path, signal, values...); err != nil && !a.over() {
		a.t.Errorf("say %s at %s: %v", signal, path, err)
	}
}

// managed answers the object manager.
func (a *Air) managed() (map[dbus.ObjectPath]map[string]properties, *dbus.Error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := map[dbus.ObjectPath]map[string]properties{}
	for path, ifaces := range a.objects {
		all[path] = map[string]properties{}
		for iface, p := range ifaces {
			all[path][iface] = maps.Clone(p)
		}
	}
	return all, nil
}

// refuse is an answer as BlueZ gives it.
func refuse(name, why string) *dbus.Error {
	return dbus.NewError("org.bluez.Error."+name, []any{why})
}
