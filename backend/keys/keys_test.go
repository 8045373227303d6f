package keys_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hearth/backend/keys"
)

// memory is a store in memory, as strict about "in one step" as a database.
type memory struct {
	mu   sync.Mutex
	rows []keys.Key
	gone error // what it answers instead
}

func (m *memory) Keys(context.Context) ([]keys.Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.rows), m.gone
}

func (m *memory) ChangeKeys(_ context.Context, change func([]keys.Key) ([]keys.Key, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.gone != nil {
		return m.gone
	}
	changed, err := change(slices.Clone(m.rows))
	if err != nil {
		return err
	}
	for _, k := range changed {
		if i := slices.IndexFunc(m.rows, func(old keys.Key) bool { return old.ID == k.ID }); i >= 0 {
			m.rows[i] = k
		} else {
			m.rows = append(m.rows, k)
		}
	}
	return nil
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func newClock() *clock { return &clock{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)} }

func mustRing(t *testing.T, m *memory, c keys.Config) *keys.Ring {
	t.Helper()
	r, err := keys.Open(t.Context(), m, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(r.Close(), r.Close()); err != nil {
			t.Error(err)
		}
	})
	return r
}

func mustSeal(t *testing.T, r *keys.Ring, purpose, plain, about string) []byte {
	t.Helper()
	b, err := r.Seal(t.Context(), purpose, []byte(plain), []byte(about))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wantOpen(t *testing.T, r *keys.Ring, purpose string, sealed []byte, about, want string) {
	t.Helper()
	if got, err := r.Open(t.Context(), purpose, sealed, []byte(about)); err != nil || string(got) != want {
		t.Errorf("opened %q, %v; want %q", got, err, want)
	}
}

// What is sealed opens for the same purpose and context only, in a house opened again too, and in nothing else.
func TestSealAndOpen(t *testing.T) {
	m, dir := &memory{}, t.TempDir()
	r := mustRing(t, m, keys.Config{Dir: dir})
	sealed := mustSeal(t, r, "otp", "a secret", "row 1")
	if again := mustSeal(t, r, "otp", "a secret", "row 1"); bytes.Equal(sealed, again) || len(sealed) != len("a secret")+67 {
		t.Error("the same secret looks the same twice, or has another length than promised")
	}
	wantOpen(t, r, "otp", sealed, "row 1", "a secret")
	wantOpen(t, mustRing(t, m, keys.Config{Dir: dir}), "otp", sealed, "row 1", "a secret")
	mustSeal(t, r, "webhook", "x", "")
	for what, try := range map[string]struct{ purpose, about string }{"purpose": {"webhook", "row 1"}, "context": {"otp", "row 2"}} {
		if _, err := r.Open(t.Context(), try.purpose, sealed, []byte(try.about)); !errors.Is(err, keys.ErrBroken) {
			t.Errorf("another %s: %v, want a refusal", what, err)
		}
	}
	for i := range sealed {
		bad := slices.Clone(sealed)
		bad[i] ^= 1
		if _, err := r.Open(t.Context(), "otp", bad, []byte("row 1")); !errors.Is(err, keys.ErrBroken) {
			t.Fatalf("byte %d changed: %v, want a refusal", i, err)
		}
		if _, err := r.Open(t.Context(), "otp", sealed[:i], []byte("row 1")); !errors.Is(err, keys.ErrBroken) {
			t.Fatalf("%d bytes of it: %v, want a refusal", i, err)
		}
	}
	for _, k := range m.rows {
		if bytes.Contains(k.Sealed, []byte("a secret")) {
			t.Error("a key holds a secret")
		}
	}
}

// A row of the table put in another's place opens nothing: the seal is bound to what the row says.
func TestRowsCannotBeExchanged(t *testing.T) {
	m, dir := &memory{}, t.TempDir()
	r := mustRing(t, m, keys.Config{Dir: dir})
	mustSeal(t, r, "otp", "x", "")
	for i := range m.rows {
		if m.rows[i].Purpose == "otp" {
			m.rows[i].Purpose = "webhook"
		}
	}
	if _, err := keys.Open(t.Context(), m, keys.Config{Dir: dir}); !errors.Is(err, keys.ErrBroken) {
		t.Errorf("a row under another purpose: %v, want a refusal", err)
	}
}

// The folder's key is made once, for this account alone, and the log says where, not what.
func TestFolderKeepsMaster(t *testing.T) {
	var log bytes.Buffer
	m, dir := &memory{}, t.TempDir()
	for range 2 {
		mustRing(t, m, keys.Config{Dir: dir, Log: slog.New(slog.NewTextHandler(&log, nil))})
	}
	path := filepath.Join(dir, keys.MasterFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has the mode %v, %v; want 0600", info.Mode(), err)
	}
	if n := strings.Count(log.String(), path); n != 1 || strings.Contains(log.String(), strings.TrimSpace(string(text))) {
		t.Errorf("the log names the file %d times, want once, and never what it holds: %s", n, &log)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A master key that is missing, another or nonsense is refused with its own words, and nothing is changed.
func TestWrongMasterChangesNothing(t *testing.T) {
	m, dir := &memory{}, t.TempDir()
	sealed := mustSeal(t, mustRing(t, m, keys.Config{Dir: dir}), "otp", "x", "")
	path, before := filepath.Join(dir, keys.MasterFile), fmt.Sprint(m.rows)
	right, err := keys.ReadMaster(path)
	if err != nil {
		t.Fatal(err)
	}
	other := keys.NewMaster()
	empty := t.TempDir()
	junk := t.TempDir()
	if err := os.WriteFile(filepath.Join(junk, keys.MasterFile), []byte("hello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		config keys.Config
		want   error
	}{
		"no folder and none set": {keys.Config{}, keys.ErrMasterNeeded},
		"a folder without it":    {keys.Config{Dir: empty}, keys.ErrMasterMissing},
		"a folder with nonsense": {keys.Config{Dir: junk}, keys.ErrMasterForm},
		"another one set":        {keys.Config{Master: &other, Dir: dir}, keys.ErrMasterWrong},
	} {
		if _, err := keys.Open(t.Context(), m, c.config); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
	if left, _ := os.ReadDir(empty); len(left) != 0 || fmt.Sprint(m.rows) != before {
		t.Errorf("a refusal left %v behind, or changed the keys", left)
	}
	wantOpen(t, mustRing(t, m, keys.Config{Master: &right}), "otp", sealed, "", "x")
}

// Two houses that begin at once on one database and one folder agree; with two master keys one of them is refused.
func TestTwoBeginAtOnce(t *testing.T) {
	m, dir := &memory{}, t.TempDir()
	var wait sync.WaitGroup
	rings := make([]*keys.Ring, 8)
	for i := range rings {
		wait.Go(func() {
			var err error
			if rings[i], err = keys.Open(context.Background(), m, keys.Config{Dir: dir}); err != nil {
				t.Error(err)
				return
			}
			if _, err := rings[i].Seal(context.Background(), "otp", nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if t.Failed() {
		return
	}
	for _, r := range rings {
		wantOpen(t, r, "otp", mustSeal(t, rings[0], "otp", "x", ""), "", "x")
	}
	if len(m.rows) != 2 {
		t.Errorf("%d keys were made, want the check and one", len(m.rows))
	}
}

// Rotation is followed by a running house, and what was sealed before opens after.
func TestRotate(t *testing.T) {
	m, dir, now := &memory{}, t.TempDir(), newClock()
	running := mustRing(t, m, keys.Config{Dir: dir, Now: now.Now})
	before := mustSeal(t, running, "otp", "old", "")
	command := mustRing(t, m, keys.Config{Dir: dir, Now: now.Now})
	if err := command.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := mustSeal(t, command, "otp", "new", "")
	if bytes.Equal(before[1:27], after[1:27]) {
		t.Error("sealed with the same key after a rotation")
	}
	wantOpen(t, running, "otp", after, "", "new")
	wantOpen(t, running, "otp", before, "", "old")
	now.now = now.now.Add(time.Minute)
	if later := mustSeal(t, running, "otp", "x", ""); !bytes.Equal(later[1:27], after[1:27]) {
		t.Error("the running house has not followed within a minute")
	}
}

// A store that is away does not keep a house from the keys it has.
func TestStoreAway(t *testing.T) {
	m, now := &memory{}, newClock()
	r := mustRing(t, m, keys.Config{Dir: t.TempDir(), Now: now.Now})
	sealed := mustSeal(t, r, "otp", "x", "")
	m.gone = errors.New("away")
	now.now = now.now.Add(time.Hour)
	wantOpen(t, r, "otp", sealed, "", "x")
	wantOpen(t, r, "otp", mustSeal(t, r, "otp", "y", ""), "", "y")
	if _, err := r.Seal(t.Context(), "other", nil, nil); !errors.Is(err, m.gone) {
		t.Errorf("a key that has to be made: %v, want what the store said", err)
	}
}

// The follower is known before it signs, the forerunner as long as what it signed is worth something.
func TestSigningKeysFollowEachOther(t *testing.T) {
	m, now := &memory{}, newClock()
	r := mustRing(t, m, keys.Config{Dir: t.TempDir(), Now: now.Now})
	first, published := mustSign(t, r)
	if _, ok := first.Key.Public().(*ecdsa.PublicKey); !ok || len(published) != 2 {
		t.Fatalf("%T signs and %d are published, want ECDSA and two", first.Key, len(published))
	}
	now.now = now.now.Add(keys.Period - time.Second)
	if same, _ := mustSign(t, r); same.ID != first.ID {
		t.Error("followed too early")
	}
	now.now = now.now.Add(time.Second)
	second, later := mustSign(t, r)
	if second.ID == first.ID || !slices.Contains(published, second.ID) {
		t.Error("the new key was not published before it signed")
	}
	if !slices.Contains(later, first.ID) || len(later) != 3 {
		t.Errorf("published are %v, want the old, the current and the next", later)
	}
	now.now = now.now.Add(keys.Linger + time.Second)
	if same, last := mustSign(t, r); slices.Contains(last, first.ID) || same.ID != second.ID || len(last) != 2 {
		t.Error("the old key stayed after all it signed had ended")
	}
	for _, k := range m.rows {
		if k.ID == first.ID && (k.State != keys.Gone || len(k.Sealed) > 0) {
			t.Errorf("the old key is %s with %d bytes, want it gone", k.State, len(k.Sealed))
		}
	}
}

func mustSign(t *testing.T, r *keys.Ring) (keys.Signer, []keys.ID) {
	t.Helper()
	s, err := r.Signer(t.Context(), "ticket", keys.ES256)
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.Published(t.Context(), "ticket", keys.ES256)
	if err != nil {
		t.Fatal(err)
	}
	var ids []keys.ID
	for _, k := range all {
		ids = append(ids, k.ID)
	}
	if !slices.Contains(ids, s.ID) {
		t.Error("the key that signs is not published")
	}
	return s, ids
}

func TestRSA(t *testing.T) {
	r := mustRing(t, &memory{}, keys.Config{Dir: t.TempDir()})
	s, err := r.Signer(t.Context(), "id-token", keys.RS256)
	if err != nil {
		t.Fatal(err)
	}
	if k, ok := s.Key.(*rsa.PrivateKey); !ok || k.N.BitLen() != 2048 {
		t.Errorf("%T signs, want RSA of 2048 bits", s.Key)
	}
}
