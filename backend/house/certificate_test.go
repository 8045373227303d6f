package house

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestOwnCertificate(t *testing.T) {
	dir := t.TempDir()
	first, err := OwnCertificate(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(first.Certificates[0].Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range (Config{LAN: true}).names() {
		if err := c.VerifyHostname(name); err != nil {
			t.Errorf("not for %s: %v", name, err)
		}
	}
	if life := c.NotAfter.Sub(c.NotBefore); life > 398*24*time.Hour {
		t.Errorf("lives %v, longer than browsers accept", life)
	}
	if info, err := os.Stat(filepath.Join(dir, keyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key is open to others: %v %v", info.Mode(), err)
	}
	second, err := OwnCertificate(dir)
	if err != nil || string(second.Certificates[0].Certificate[0]) != string(first.Certificates[0].Certificate[0]) {
		t.Errorf("asked again it is another one (%v)", err)
	}
	if fits(first.Certificates[0], []string{"localhost"}, time.Now().Add(385*24*time.Hour)) {
		t.Error("a certificate in its last days is kept")
	}
	if fits(first.Certificates[0], []string{"elsewhere.example"}, time.Now()) {
		t.Error("a certificate for other names is kept")
	}
}
