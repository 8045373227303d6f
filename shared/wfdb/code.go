package wfdb

// Code is what an annotation says is there.
type Code uint8

// The codes that are no beats and still matter to who counts beats.
const (
	Flutter      Code = 31 // a wave of ventricular flutter: no beat
	FlutterBegin Code = 32 // from here on nobody can tell beats apart,
	FlutterEnd   Code = 33 // to here
)

// symbols are the codes' usual signs, from 0 on; a blank where there is none.
const symbols = " NLRaVFJASEj/Q~ | sT*D\"=pB^t+u?![]en@xf()r"

// Symbol is the code's usual sign, such as "N" for a normal beat; "" where it has none.
func (c Code) Symbol() string {
	if int(c) >= len(symbols) || symbols[c] == ' ' {
		return ""
	}
	return symbols[c : c+1]
}

// Beat reports whether the annotation is that of a heartbeat.
func (c Code) Beat() bool {
	switch c {
	case 25, 30, 34, 35, 38, 41: // B ? e n f r
		return true
	}
	return c >= 1 && c <= 13 // N L R a V F J A S E j / Q
}
