package web

import (
	"fmt"
	"strconv"
	"strings"

	"rsc.io/qr"

	"hearth/backend/porch"
)

// quiet is the empty margin a QR code needs to be found, in squares (ISO/IEC 18004 section 5.3.8).
const quiet = 4

// pictureOf draws text as a QR code: one way around the dark squares of every row. It goes into the page itself, so that
// nothing that is asked for by its address ever holds the text.
func pictureOf(text string) (porch.Picture, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return porch.Picture{}, fmt.Errorf("draw a QR code: %w", err)
	}
	var way strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&way, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return porch.Picture{Path: way.String(), Size: strconv.Itoa(code.Size + 2*quiet)}, nil
}
