package column

import "strings"

// aWeekday is what calendarWord answers for the name of a day.
const aWeekday = 13

// calendarWords are the months of European languages, in full, as they stand
// behind a day, and abbreviated; then the days of the week.
var calendarWords = func() map[string]int {
	months := [...]string{
		"jan january januar jänner jaenner janvier janv enero ene gennaio gen janeiro januari stycznia styczeń sty tammikuu tammikuuta января январь янв ledna leden ianuarie січня ιανουαρίου ocak oca",
		"feb february februar février fevrier févr fevr fév febrero febbraio fevereiro fev februari lutego luty lut helmikuu helmikuuta февраля февраль фев února únor unora februarie лютого φεβρουαρίου şubat şub februari",
		"mar march märz maerz mär mrz mars marzo março marco maart mrt marca marzec marts maaliskuu maaliskuuta марта март мар března březen martie березня μαρτίου mart maret marts március",
		"apr april avril avr abril abr aprile kwietnia kwiecień kwi huhtikuu huhtikuuta апреля апрель апр dubna duben aprilie квітня απριλίου nisan nis április",
		"may mai mayo maggio mag maio mei maja maj toukokuu toukokuuta мая май května květen травня μαΐου mayıs május",
		"jun june juni juin junio giugno giu junho czerwca czerwiec cze kesäkuu kesäkuuta июня июнь июн června červen iunie червня ιουνίου haziran haz június",
		"jul july juli juillet juil julio luglio lug julho lipca lipiec lip heinäkuu heinäkuuta июля июль июл července červenec iulie липня ιουλίου temmuz tem július",
		"aug august août aout agosto ago augustus augusti sierpnia sierpień sie elokuu elokuuta августа август авг srpna srpen серпня αυγούστου ağustos ağu augusztus agustus",
		"sep sept september septembre septiembre setiembre settembre set setembro września wrzesień wrz syyskuu syyskuuta сентября сентябрь сен září zari septembrie вересня σεπτεμβρίου eylül eyl szeptember",
		"oct october oktober okt octobre octubre ottobre ott outubro out października październik paź lokakuu lokakuuta октября октябрь окт října říjen octombrie жовтня οκτωβρίου ekim eki október",
		"nov november novembre noviembre novembro listopada listopad lis marraskuu marraskuuta ноября ноябрь ноя listopadu noiembrie листопада νοεμβρίου kasım kas",
		"dec december dezember dez décembre decembre déc diciembre dic dicembre dezembro desember des grudnia grudzień gru joulukuu joulukuuta декабря декабрь дек prosince prosinec decembrie грудня δεκεμβρίου aralık ara",
	}
	words := map[string]int{}
	for m, names := range months {
		for _, name := range strings.Fields(names) {
			words[name] = m + 1
		}
	}
	for _, name := range strings.Fields(`monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
		montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
		lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo
		lunedì martedì mercoledì giovedì venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag`) {
		words[name] = aWeekday
	}
	return words
}()

const longestCalendarWord = 24 // bytes

// calendarWord reads the name of a month (1 to 12) or of a day of the week. It
// answers 0 for anything else.
func (c *cursor) calendarWord() int {
	var folded [longestCalendarWord]byte
	n := 0
	i := c.i
	for ; i < len(c.s); i++ {
		b := c.s[i]
		if !letter(b) && b < 0x80 {
			break
		}
		if n == len(folded) {
			return 0
		}
		folded[n] = b
		switch {
		case b-'A' < 26:
			folded[n] |= 0x20
		case n == 0:
		case folded[n-1] == 0xc3 && b-0x80 < 0x1f: // À to Þ
			folded[n] += 0x20
		case folded[n-1] == 0xd0 && b-0x90 < 0x10: // А to П
			folded[n] += 0x20
		case folded[n-1] == 0xd0 && b-0xa0 < 0x10: // Р to Я
			folded[n-1], folded[n] = 0xd1, b-0x20
		case folded[n-1] == 0xce && b-0x91 < 0xf: // Α to Ο
			folded[n] += 0x20
		case folded[n-1] == 0xc4 && b == 0x8c, folded[n-1] == 0xc5 && (b == 0x98 || b == 0x9e): // Č Ř Ş
			folded[n]++
		}
		n++
	}
	if n < 2 {
		return 0
	}
	word := calendarWords[string(folded[:n])]
	if word > 0 {
		c.i = i
	}
	return word
}

// monthName reads a month, maybe with the point of an abbreviation.
func (c *cursor) monthName() int {
	word := c.calendarWord()
	if word == aWeekday {
		return 0
	}
	if word > 0 {
		c.skip('.')
	}
	return word
}
