package password

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// row is a line of the table the script is held to as well.
type row struct {
	Password string   `json:"password"`
	Own      []string `json:"own"`
	Verdict  Verdict  `json:"verdict"`
	Worth    int      `json:"worth,omitempty"` // 0: any
}

func table(t testing.TB) (rows []row) {
	t.Helper()
	b, err := os.ReadFile("testdata/table.json")
	if err == nil {
		err = json.Unmarshal(b, &rows)
	}
	if err != nil || len(rows) < 20 {
		t.Fatalf("the table has %d rows: %v", len(rows), err)
	}
	return rows
}

func TestJudge(t *testing.T) {
	for _, r := range table(t) {
		if got := Judge(r.Password, r.Own...); got != r.Verdict {
			t.Errorf("%q of %v: %q, worth %d then %d; want %q", r.Password, r.Own, got, Worth(r.Password), Worth(r.Password, r.Own...), r.Verdict)
		}
		if got := Worth(r.Password, r.Own...); r.Worth != 0 && got != r.Worth {
			t.Errorf("%q is worth %d, want %d", r.Password, got, r.Worth)
		}
	}
	for _, bad := range []string{strings.Repeat("kx7 ", 33), "broken \xff\xfe text", "three wise\x00herons"} {
		if got := Judge(bad); got != Long {
			t.Errorf("%.20q: %q, want long", bad, got)
		}
	}
}

// text draws what people type, and what they do not.
func text() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringN(0, 40, 160), rapid.StringMatching(`[a-zA-Z0-9!@$ .-]{0,40}`),
		rapid.Map(rapid.SliceOfN(rapid.SampledFrom(strings.Fields(Words+" "+Walks+" 2026 abcd 4321 aaa x Q 7 - ä İ Σ ß")), 0, 6), func(parts []string) string { return strings.Join(parts, "") }))
}

// What everybody knows adds little, and more of anything never makes a password worth much less.
func TestWorthHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, own := text().Draw(t, "a"), text().Draw(t, "b"), text().Draw(t, "own")
		alone, with := Worth(a), Worth(a, own)
		if n := len([]rune(a)); alone > n || alone < 0 || (n > 0 && alone == 0 && len(strings.TrimFunc(a, func(r rune) bool { return !letter(lower(string(r))[0]) })) > 0) {
			t.Fatalf("%q of %d characters is worth %d", a, n, alone)
		}
		if with > alone {
			t.Fatalf("%q is worth %d, and %d to somebody called %q", a, alone, with, own)
		}
		if again := Worth(a + a + a + a); again > Worth(a+a)+3 {
			t.Fatalf("%q again and again is worth %d, twice %d", a, again, Worth(a+a))
		}
		if both := Worth(a + b); both > alone+Worth(b)+len([]rune(a)) {
			t.Fatalf("%q and %q together are worth %d", a, b, both)
		}
	})
}

func FuzzJudge(f *testing.F) {
	for _, s := range []string{"", "three wise herons", "\xff", "aaaaaaaaaaaaa", "İİİİİİİİİİİİİ", strings.Repeat("q", 200)} {
		f.Add(s, "Mira")
	}
	f.Fuzz(func(t *testing.T, s, own string) {
		if len(s)+len(own) > 1000 {
			return
		}
		v := Judge(s, own)
		if n := len([]rune(s)); v == Good && (n < Shortest || n > Longest || Worth(s, own) < Needed) {
			t.Errorf("%q is good", s)
		}
	})
}

// TestTheScript holds the script beside the field to the table and to a thousand more.
func TestTheScript(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node here to run the script; the browser tests hold it to the same table")
	}
	rows := table(t)
	draw := text()
	for i := range 1000 {
		rows = append(rows, row{Password: draw.Example(i), Own: []string{draw.Example(5000 + i/3)}})
	}
	for i, r := range rows {
		rows[i].Verdict, rows[i].Worth = Judge(r.Password, r.Own...), Worth(r.Password, r.Own...)
	}
	sent, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	const program = `
		const fs = require("fs");
		globalThis.document = { currentScript: { dataset: { rule: process.argv[1] } }, querySelectorAll: () => [] };
		new Function(fs.readFileSync("../../assets/js/password.js", "utf8"))();
		const rows = JSON.parse(fs.readFileSync(0, "utf8"));
		process.stdout.write(JSON.stringify(rows.map((r) => [hearthPassword.judge(r.password, r.own), hearthPassword.worth(r.password, r.own)])));`
	run := exec.Command(node, "-e", program, Rule())
	run.Stdin = strings.NewReader(string(sent))
	run.Stderr = os.Stderr
	out, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got [][2]any
	if err := json.Unmarshal(out, &got); err != nil || len(got) != len(rows) {
		t.Fatalf("%d answers to %d rows: %v", len(got), len(rows), err)
	}
	for i, r := range rows {
		if verdict, worth := got[i][0].(string), int(got[i][1].(float64)); verdict != string(r.Verdict) || worth != r.Worth {
			t.Errorf("%q of %q: the script says %q, worth %d; want %q, %d", r.Password, r.Own, verdict, worth, r.Verdict, r.Worth)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	for b.Loop() {
		Judge("solano and seven geese", "mira", "Mira Solano-Berg")
	}
}
