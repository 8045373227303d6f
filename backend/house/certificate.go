package house

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// The demo's own certificate and key, inside the data folder.
const (
	certificateFile = "demo-certificate.pem"
	keyFile         = "demo-key.pem"
)

// certificateLife stays under the 398 days browsers accept.
const certificateLife = 390 * 24 * time.Hour

// OwnCertificate returns the certificate this machine made for itself, kept in dir so that a browser that trusted it
// once goes on doing so. It makes a new one when there is none, when it ends soon, or when the machine has moved to
// addresses it does not name.
func OwnCertificate(dir string) (*tls.Config, error) {
	if err := writable(Config{Dir: dir}); err != nil {
		return nil, err
	}
	names := Config{LAN: true}.names()
	certificate, key := filepath.Join(dir, certificateFile), filepath.Join(dir, keyFile)
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil || !fits(pair, names, time.Now()) {
		if err := makeCertificate(certificate, key, names, time.Now()); err != nil {
			return nil, fmt.Errorf("make a certificate: %w", err)
		}
		if pair, err = tls.LoadX509KeyPair(certificate, key); err != nil {
			return nil, fmt.Errorf("read the certificate: %w", err)
		}
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}, nil
}

// fits reports whether a kept certificate still does.
func fits(pair tls.Certificate, names []string, now time.Time) bool {
	c, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil || now.Before(c.NotBefore) || now.Add(7*24*time.Hour).After(c.NotAfter) {
		return false
	}
	for _, n := range names {
		if c.VerifyHostname(n) != nil {
			return false
		}
	}
	return true
}

func makeCertificate(certificate, key string, names []string, now time.Time) error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "Hearth demo"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certificateLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600); err != nil {
		return err
	}
	return os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}
