package column

import (
	"bytes"
	"strings"
)

// givenNames are common ones of many countries, in lower case. They tell the
// names of persons from those of other things.
var givenNames = set(strings.Fields(`
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew joshua kenneth
kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel
gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose henry adam douglas nathan peter zachary kyle walter harold jeremy ethan carl
keith roger gerald christian terry sean arthur austin noah lawrence jesse joe bryan billy jordan albert dylan bruce willie gabriel alan juan logan
wayne ralph roy eugene randy vincent russell louis philip bobby johnny bradley mary patricia jennifer linda elizabeth barbara susan jessica sarah karen
nancy lisa margaret betty sandra ashley dorothy kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia
kathleen amy shirley angela helen anna brenda pamela nicole ruth katherine samantha christine emma catherine debra virginia rachel carolyn janet maria
heather diane julie joyce victoria kelly christina joan evelyn lauren judith olivia frances martha cheryl megan andrea hannah jacqueline ann jean alice
kathryn gloria teresa doris sara janice julia marie madison grace judy theresa beverly denise marilyn amber danielle abigail brittany rose diana
natalie sophia alexis lori kayla jane hans klaus jürgen wolfgang günter helmut manfred horst karl heinz dieter werner gerhard stefan andreas markus
matthias sabine monika petra ursula renate karin brigitte heike claudia susanne katrin anke jan lars sven jens uwe ulrich franz josef fritz otto max
felix lukas leon jonas finn elias luca emil anton greta clara lena lea mia ida pierre michel philippe alain bernard andré jacques françois christophe
laurent nicolas éric olivier julien sébastien luc marc antoine henri nathalie isabelle sylvie martine françoise valérie céline sophie camille chloé léa
manon élodie aurélie josé antonio manuel francisco javier carlos miguel rafael pedro alejandro fernando sergio pablo jorge alberto álvaro diego raúl
luis ángel enrique ramón vicente carmen dolores pilar cristina lucía elena paula raquel mercedes rosa beatriz silvia irene alicia marta sofía joão
paulo ana fernanda ricardo eduardo gustavo rodrigo marcelo giuseppe giovanni mario luigi francesco salvatore roberto paolo marco stefano alessandro
riccardo federico matteo lorenzo giulia chiara francesca valentina alessia elisa dora bela elif piotr krzysztof andrzej tomasz paweł marcin michał
agnieszka katarzyna małgorzata joanna magdalena ewa zofia ivan sergei sergey dmitri dmitry vladimir aleksandr alexei nikolai olga tatiana natalia
svetlana irina yuri boris mikhail иван мария сергей дмитрий александр андрей алексей ольга татьяна наталья елена erik anders johan nils per björn gunnar
ingrid astrid kristina sofie mette anne kirsten henrik jørgen søren ole bjørn kari sanna mikko juha matti pekka mohammed muhammad mohamed ahmed ali
hassan hussein omar ibrahim yusuf mustafa abdullah khalid fatima aisha zeynep mehmet emre ayşe wei li ming hui jing yan xiao hiroshi takashi kenji yuki
akira haruto sakura raj rahul amit sanjay vijay anil sunil priya anita sunita deepak ravi arjun kumar nguyen minh`))

// hasGivenName looks at the first word, or behind the comma of "Greco, Ana".
func hasGivenName(b []byte) bool {
	if at := bytes.IndexByte(b, ','); at > 0 {
		b = trim(b[at+1:])
	}
	for _, title := range [...]string{"Mr. ", "Mrs. ", "Ms. ", "Miss. ", "Miss ", "Dr. ", "Master. ", "Prof. ", "Mr ", "Mrs ", "Dr "} {
		b = bytes.TrimPrefix(b, []byte(title))
	}
	end := bytes.IndexAny(b, " -(")
	if end < 0 {
		end = len(b)
	}
	return end <= 24 && givenNames[string(bytes.ToLower(b[:end]))]
}
