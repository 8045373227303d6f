package canvas

// Colour names a token of the stylesheet. Charts never know its value, so a theme changes without them.
type Colour uint8

// The colours charts use.
const (
	Grid       Colour = iota
	GridStrong        // every fifth line
	Axis              // numbers and words of the axes
	Gap               // the column of a stretch without signal
	Cursor
	ECG
	Peak // beat marks
	Series1
	Series2
	Series3
	Series4
	Series5
	Series6 // movement, not valid
	Soft1
	Soft2
	Soft3
	Soft4
	Soft5
	Background
	Text
	FlagFill
	FlagEdge
	FlagText
	colourCount
)

var tokens = [colourCount]string{
	Grid: "--chart-grid", GridStrong: "--chart-grid-2", Axis: "--chart-axis", Gap: "--chart-gap", Cursor: "--chart-cursor",
	ECG: "--chart-ecg", Peak: "--chart-peak",
	Series1: "--chart-1", Series2: "--chart-2", Series3: "--chart-3", Series4: "--chart-4", Series5: "--chart-5", Series6: "--chart-6",
	Soft1: "--chart-1-soft", Soft2: "--chart-2-soft", Soft3: "--chart-3-soft", Soft4: "--chart-4-soft", Soft5: "--chart-5-soft",
	Background: "--chart-bg", Text: "--text", FlagFill: "--accent-soft", FlagEdge: "--accent-line", FlagText: "--accent-text",
}

// Token is the custom property of the stylesheet that holds the colour.
func (c Colour) Token() string {
	if c >= colourCount {
		return ""
	}
	return tokens[c]
}
