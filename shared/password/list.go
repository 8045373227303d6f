package password

import (
	"encoding/json"
	"slices"
	"strings"
)

// Walks are rows of keys of the keyboards our readers have, and ways down them.
const Walks = "qwertyuiop asdfghjkl zxcvbnm qwertzuiopü asdfghjklöä yxcvbnm azertyuiop qsdfghjklm wxcvbn asdfghjklñ " +
	"1234567890 1qaz2wsx3edc4rfv5tgb6zhn 1qaz2wsx3edc4rfv5tgb6yhn qazwsxedcrfvtgb qayswxedcrfv !qaz@wsx#edc"

// Words are what people begin with when they are to think of a password, in the languages of the house: words of
// passwords themselves, names, pets, seasons, months, days, play, love, oaths and this house.
const Words = "password passwort passwörter motdepasse contraseña clave kennwort geheim secret secreto passe login admin administrator " +
	"administrador administrateur root user benutzer usuario utilisateur guest gast master default standard test tester testing demo sample " +
	"welcome willkommen bienvenue bienvenido hello hallo bonjour hola letmein changeme change ändern qwert azerty keyboard tastatur " +
	"computer internet server google facebook amazon apple samsung iphone android windows microsoft outlook linkedin " +
	"hearth hearthstone heart clinic klinik clinique clínica clinica hospital krankenhaus hôpital hopital doctor doktor docteur médico medico therapist " +
	"therapeut therapie therapy thérapie terapia patient paciente nurse praxis medizin medicine health gesundheit santé salud " +
	"love liebe amour amor iloveyou ichliebedich jetaime tequiero teamo forever baby babygirl honey schatz schatzi chérie cariño darling sweet angel engel ange ángel " +
	"monkey dragon tiger lion löwe eagle adler falcon wolf shadow bear bären panther horse pferd cheval caballo puppy kitty katze chat gato perro hund chien " +
	"butterfly schmetterling flower blume sunflower rainbow regenbogen sunshine sonnenschein soleil estrella stern star moon mond sommer summer winter " +
	"spring frühling fruehling herbst autumn verano invierno primavera otoño été hiver automne printemps january january februar february march märz april " +
	"june juni july juli august september october oktober november december dezember monday montag lundi lunes friday freitag vendredi viernes sunday sonntag " +
	"football fußball fussball fútbol futbol soccer baseball basketball hockey tennis golf chelsea arsenal liverpool barcelona madrid juventus bayern " +
	"dortmund schalke ferrari mercedes porsche yamaha harley superman batman spiderman pokemon naruto minecraft starwars startrek matrix " +
	"michael daniel thomas andreas stefan martin alexander sebastian christian jessica jennifer michelle nicole sabrina sandra andrea martina " +
	"charlie jordan george robert william matthew andrew joshua maria marie jose juan carlos pedro pierre jean sophie camille thomas nicolas " +
	"ashley amanda samantha hannah princess prinzessin princesse princesa queen king könig ninja pirate soldier warrior killer hunter ranger " +
	"freedom freiheit liberté libertad trustno trustme whatever nothing access enter open sesame sésamo sesam money dinero argent banana chocolate cookie coffee kaffee " +
	"cheese pizza pepper ginger orange purple yellow silver golden diamond crystal music musik musique guitar berlin hamburg münchen muenchen wien zürich paris london " +
	"lyon marseille germany deutschland france españa espana america austria schweiz suisse jesus christ blessed fuckyou fuck shit scheisse merde puta mierda " +
	"company firma firme empresa business office büro bureau oficina work arbeit travail trabajo home zuhause maison casa school schule école escuela family familie famille familia " +
	"mother mutter mama maman father vater papa friend freund ami amigo correcthorsebatterystaple correcthorsebattery thequickbrownfox loremipsum " +
	"abcdef abcabc aaabbb zaqxsw asdasd qweqwe qweasd qweasdzxc asdqwe zxcasd xyzzy foobar"

var words, walks = split(Words), both(split(Walks))

func split(list string) (all [][]rune) {
	for one := range strings.FieldsSeq(list) {
		all = append(all, []rune(one))
	}
	return all
}

// both are the rows and the same rows backwards.
func both(rows [][]rune) [][]rune {
	for _, row := range rows {
		back := slices.Clone(row)
		slices.Reverse(back)
		rows = append(rows, back)
	}
	return rows
}

// Rule is the rule for the script: its bounds and its lists as JSON.
func Rule() string {
	b, err := json.Marshal(map[string]any{"shortest": Shortest, "longest": Longest, "needed": Needed, "words": Words, "walks": Walks})
	if err != nil {
		panic(err) // numbers and strings always marshal
	}
	return string(b)
}
