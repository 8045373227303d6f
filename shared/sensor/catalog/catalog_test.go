package catalog

import "testing"

func TestKeysAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range Drivers() {
		key := d.Describe().Key
		if key == "" || seen[key] {
			t.Errorf("key %q is empty or used twice", key)
		}
		seen[key] = true
		if got, ok := Driver(key); !ok || got.Describe().Key != key {
			t.Errorf("%q is listed and not found", key)
		}
	}
	if _, ok := Driver("no such sensor"); ok {
		t.Error("a driver nobody wrote is found")
	}
}
