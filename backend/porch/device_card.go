package porch

// DeviceCard is a code that devices register with, on paper.
type DeviceCard struct {
	Setting
	Project string
	Code    string
	Address string // of the house
	Picture Picture
	Left    int    // devices it is good for
	Day     string // until when
	Back    string
}
