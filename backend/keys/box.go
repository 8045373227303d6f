package keys

import (
	"crypto/rand"
	"encoding/binary"

	"golang.org/x/crypto/chacha20poly1305"
)

// form is the first byte of everything sealed: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) with a random nonce of 192
// bits, so that no number of sealings under one key repeats one.
const form = 1

// seal makes "nonce, ciphertext". What is said under about is not hidden but must be the same when it is opened.
func seal(key *[size]byte, plain []byte, about ...string) ([]byte, error) {
	box, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize(), box.NonceSize()+len(plain)+box.Overhead())
	rand.Read(nonce)
	return box.Seal(nonce, nonce, plain, told(about)), nil
}

// open undoes seal.
func open(key *[size]byte, sealed []byte, about ...string) ([]byte, error) {
	box, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		return nil, err
	}
	if len(sealed) < box.NonceSize()+box.Overhead() {
		return nil, ErrBroken
	}
	plain, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], told(about))
	if err != nil {
		return nil, ErrBroken.Because(err)
	}
	return plain, nil
}

// told joins texts so that no two lists of texts give the same bytes.
func told(texts []string) (b []byte) {
	for _, t := range append([]string{"hearth"}, texts...) {
		b = binary.BigEndian.AppendUint64(b, uint64(len(t)))
		b = append(b, t...)
	}
	return b
}
