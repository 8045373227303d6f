package web_test

import "hearth/shared/api"

// messageBodies are sound bodies for operations about messages.
func messageBodies() map[string]string {
	const keys = `"keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}`
	return map[string]string{api.PutOptOut.ID: `{"channel":"sms","out":true}`, api.PutPush.ID: `{"endpoint":"https://updates.push.services.mozilla.com/wpush/v2/x",` + keys + `}`,
		api.DeletePush.ID: `{"endpoint":"https://updates.push.services.mozilla.com/wpush/v2/x"}`}
}
