package dossier

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ErrBroken is an archive that is not as its manifest says.
var ErrBroken = errors.New("the archive is not as its manifest says")

// Check reads an archive and holds every file against the manifest.
func Check(r io.ReaderAt, size int64) (m Manifest, err error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return m, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if len(z.File) == 0 || z.File[len(z.File)-1].Name != "manifest.json" {
		return m, fmt.Errorf("%w: there is no manifest", ErrBroken)
	}
	manifest, err := z.File[len(z.File)-1].Open()
	if err != nil {
		return m, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	defer manifest.Close()
	if err := json.NewDecoder(io.LimitReader(manifest, 1<<20)).Decode(&m); err != nil || m.Format != Format {
		return m, fmt.Errorf("%w: the manifest is %q: %v", ErrBroken, m.Format, err)
	}
	if len(m.Files) != len(z.File)-1 {
		return m, fmt.Errorf("%w: %d files, %d said", ErrBroken, len(z.File)-1, len(m.Files))
	}
	for i, f := range m.Files {
		if err := check(z.File[i], f); err != nil {
			return m, err
		}
	}
	return m, nil
}

func check(z *zip.File, f File) error {
	in, err := z.Open()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	defer in.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(in, f.Bytes+1))
	if err != nil || z.Name != f.Name || n != f.Bytes || hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return fmt.Errorf("%w: %s (%v)", ErrBroken, z.Name, err)
	}
	return nil
}
