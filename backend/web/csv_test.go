package web

import "testing"

func TestCell(t *testing.T) {
	for in, want := range map[string]string{"": "", "Wren-23": "Wren-23", "=1+1": "'=1+1", "+49": "'+49", "-1": "'-1", "@x": "'@x", "\t=1": "'\t=1", "|x": "'|x", "é=": "é="} {
		if got := cell(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
