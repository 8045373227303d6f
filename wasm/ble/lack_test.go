package ble

import "testing"

func TestLack(t *testing.T) {
	const (
		chrome  = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
		android = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36"
		windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
		firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
		safari  = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15"
		iphone  = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile/15E148 Safari/604.1"
	)
	for _, tt := range []struct {
		of   agent
		want Lack
	}{
		{agent{bluetooth: true, secure: true, text: chrome}, Nothing},
		{agent{secure: true, text: chrome}, Linux},
		{agent{text: chrome}, Insecure},
		{agent{text: android}, Insecure},
		{agent{secure: true, brave: true, text: windows}, Brave},
		{agent{secure: true, text: firefox}, Other},
		{agent{secure: true, text: safari}, Other},
		{agent{secure: true, text: safari, touches: 5}, Apple},
		{agent{text: iphone}, Apple}, // https would not help
		{agent{}, Insecure},
	} {
		if got := tt.of.lack(); got != tt.want {
			t.Errorf("%+v lacks it for %q, want %q", tt.of, got, tt.want)
		}
	}
}
