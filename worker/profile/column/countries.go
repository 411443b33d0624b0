package column

import (
	"bytes"
	"strings"
)

// countryCodes are those of ISO 3166-1, of two and three letters.
var countryCodes = set(strings.Fields(`
AF AX AL DZ AS AD AO AI AQ AG AR AM AW AU AT AZ BS BH BD BB BY BE BZ BJ BM BT BO BA BW BR BN BG BF
BI KH CM CA CV KY CF TD CL CN CX CC CO KM CG CD CK CR CI HR CU CW CY CZ DK DJ DM DO EC EG SV GQ ER
EE SZ ET FK FO FJ FI FR GF PF GA GM GE DE GH GI GR GL GD GP GU GT GG GN GW GY HT VA HN HK HU IS IN
ID IR IQ IE IM IL IT JM JP JE JO KZ KE KI KP KR KW KG LA LV LB LS LR LY LI LT LU MO MG MW MY MV ML
MT MH MQ MR MU YT MX FM MD MC MN ME MS MA MZ MM NA NR NP NL NC NZ NI NE NG NU NF MK MP NO OM PK PW
PS PA PG PY PE PH PN PL PT PR QA RE RO RU RW SH KN LC MF PM VC WS SM ST SA SN RS SC SL SG SX SK SI
SB SO ZA SS ES LK SD SR SE CH SY TW TJ TZ TH TL TG TK TO TT TN TR TM TC TV UG UA AE GB US UY UZ VU
VE VN VG VI WF EH YE ZM ZW AFG AGO ALB AND ARE ARG ARM AUS AUT AZE BDI BEL BEN BFA BGD BGR BHR BHS
BIH BLR BLZ BOL BRA BRB BRN BTN BWA CAF CAN CHE CHL CHN CIV CMR COD COG COL COM CPV CRI CUB CYP CZE
DEU DJI DNK DOM DZA ECU EGY ERI ESP EST ETH FIN FJI FRA GAB GBR GEO GHA GIN GMB GNB GNQ GRC GTM GUY
HKG HND HRV HTI HUN IDN IND IRL IRN IRQ ISL ISR ITA JAM JOR JPN KAZ KEN KGZ KHM KOR KWT LAO LBN LBR
LBY LIE LKA LSO LTU LUX LVA MAR MCO MDA MDG MDV MEX MKD MLI MLT MMR MNE MNG MOZ MRT MUS MWI MYS NAM
NER NGA NIC NLD NOR NPL NZL OMN PAK PAN PER PHL PNG POL PRI PRK PRT PRY PSE QAT ROU RUS RWA SAU SDN
SEN SGP SLB SLE SLV SMR SOM SRB SSD STP SUR SVK SVN SWE SWZ SYR TCD TGO THA TJK TKM TLS TTO TUN TUR
TWN TZA UGA UKR URY USA UZB VEN VNM VUT WSM YEM ZAF ZMB ZWE ABW AIA ALA ASM ATA ATF ATG BES BLM BMU BVT
CCK COK CUW CXR CYM DMA ESH FLK FRO FSM GGY GIB GLP GRD GRL GUF GUM HMD IMN IOT JEY KIR KNA LCA MAC MAF
MHL MNP MSR MTQ MYT NCL NFK NIU NRU PCN PLW PYF REU SGS SHN SJM SPM SXM SYC TCA TKL TON TUV UMI VAT VCT
VGB VIR WLF XKX BL BQ BV GS HM IO PM SJ TF UM XK UK`))

// countryNames are the names of countries and territories, in lower case: the
// common and the official English ones, and where they differ the German,
// French, Spanish, Italian, Portuguese and Dutch ones.
var countryNames = set(strings.Split(strings.ReplaceAll(`afghanistan,albania,algeria,andorra,angola,antigua and barbuda,argentina,armenia,australia,austria,azerbaijan,
bahamas,the bahamas,bahrain,bangladesh,barbados,belarus,belgium,belize,benin,bhutan,bolivia,bosnia and herzegovina,bosnia,botswana,brazil,brunei,
brunei darussalam,bulgaria,burkina faso,burundi,cambodia,cameroon,canada,cape verde,cabo verde,central african republic,chad,chile,china,colombia,comoros,
congo,republic of the congo,democratic republic of the congo,dr congo,costa rica,croatia,cuba,cyprus,czech republic,czechia,denmark,djibouti,dominica,
dominican republic,ecuador,egypt,el salvador,equatorial guinea,eritrea,estonia,eswatini,swaziland,ethiopia,fiji,finland,france,gabon,gambia,the gambia,
georgia,germany,ghana,greece,grenada,guatemala,guinea,guinea-bissau,guyana,haiti,honduras,hong kong,hungary,iceland,india,indonesia,iran,iraq,ireland,
israel,italy,ivory coast,côte d'ivoire,cote d'ivoire,jamaica,japan,jordan,kazakhstan,kenya,kiribati,kosovo,kuwait,kyrgyzstan,laos,latvia,lebanon,lesotho,
liberia,libya,liechtenstein,lithuania,luxembourg,macau,macao,macedonia,madagascar,malawi,malaysia,maldives,mali,malta,marshall islands,mauritania,mauritius,
mexico,micronesia,moldova,monaco,mongolia,montenegro,morocco,mozambique,myanmar,burma,namibia,nauru,nepal,netherlands,the netherlands,holland,new zealand,
nicaragua,niger,nigeria,north korea,south korea,korea,north macedonia,norway,oman,pakistan,palau,palestine,panama,papua new guinea,paraguay,peru,philippines,
poland,portugal,puerto rico,qatar,romania,russia,russian federation,rwanda,saint kitts and nevis,saint lucia,samoa,san marino,sao tome and principe,
saudi arabia,senegal,serbia,seychelles,sierra leone,singapore,slovakia,slovenia,solomon islands,somalia,south africa,south sudan,spain,sri lanka,sudan,
suriname,sweden,switzerland,syria,syrian arab republic,taiwan,tajikistan,tanzania,thailand,timor-leste,east timor,togo,tonga,trinidad and tobago,tunisia,
turkey,türkiye,turkmenistan,tuvalu,uganda,ukraine,united arab emirates,uae,united kingdom,great britain,england,scotland,wales,northern ireland,uk,
united states,united states of america,usa,u.s.,u.s.a.,us,uruguay,uzbekistan,vanuatu,vatican city,holy see,venezuela,vietnam,viet nam,yemen,zambia,zimbabwe,
american samoa,anguilla,aruba,bermuda,cayman islands,cook islands,curaçao,curacao,faroe islands,french guiana,french polynesia,gibraltar,greenland,guadeloupe,
guam,guernsey,isle of man,jersey,martinique,mayotte,montserrat,new caledonia,réunion,reunion,british virgin islands,us virgin islands,turks and caicos islands,
bolivia (plurinational state of),iran (islamic republic of),republic of korea,korea republic of,lao people's democratic republic,republic of moldova,
united republic of tanzania,hong kong sar,taiwan province of china,soviet union,ussr,yugoslavia,czechoslovakia,west germany,east germany,
ägypten,algerien,argentinien,armenien,aserbaidschan,äthiopien,australien,belgien,bolivien,bosnien und herzegowina,brasilien,bulgarien,dänemark,deutschland,
estland,finnland,frankreich,georgien,griechenland,großbritannien,indien,indonesien,irak,irland,island,italien,jordanien,kambodscha,kamerun,kanada,kasachstan,
katar,kenia,kolumbien,kroatien,kuba,lettland,libanon,libyen,litauen,luxemburg,marokko,mexiko,moldau,mongolei,neuseeland,niederlande,nordkorea,norwegen,
österreich,philippinen,polen,rumänien,russland,saudi-arabien,schweden,schweiz,serbien,simbabwe,singapur,slowakei,slowenien,spanien,südafrika,südkorea,syrien,
tansania,tschechien,tunesien,türkei,ungarn,usbekistan,vereinigte staaten,vereinigtes königreich,vereinigte arabische emirate,weißrussland,zypern,
afrique du sud,albanie,algérie,allemagne,arabie saoudite,argentine,arménie,australie,autriche,belgique,biélorussie,bolivie,bosnie-herzégovine,brésil,bulgarie,
cameroun,chili,chine,chypre,colombie,corée du sud,corée du nord,croatie,danemark,égypte,émirats arabes unis,équateur,espagne,estonie,états-unis,etats-unis,
éthiopie,finlande,géorgie,grèce,hongrie,inde,indonésie,irlande,islande,israël,italie,jamaïque,japon,jordanie,koweït,lettonie,liban,libye,lituanie,malaisie,
maroc,mexique,norvège,nouvelle-zélande,ouganda,ouzbékistan,pays-bas,pérou,pologne,république tchèque,roumanie,royaume-uni,russie,sénégal,serbie,singapour,
slovaquie,slovénie,suède,suisse,syrie,tanzanie,tchad,thaïlande,tunisie,turquie,viêt nam,
alemania,arabia saudita,argelia,bélgica,bielorrusia,brasil,camerún,canadá,chequia,chipre,corea del sur,corea del norte,costa de marfil,croacia,dinamarca,
egipto,emiratos árabes unidos,eslovaquia,eslovenia,españa,estados unidos,etiopía,filipinas,finlandia,francia,grecia,haití,hungría,india,irán,irlanda,islandia,
italia,japón,jordania,kenia,letonia,líbano,lituania,luxemburgo,malasia,marruecos,méxico,noruega,nueva zelanda,países bajos,panamá,pakistán,perú,polonia,
reino unido,república checa,república dominicana,rumania,rusia,sudáfrica,suecia,suiza,tailandia,túnez,turquía,ucrania,uzbekistán,
austria,bielorussia,brasile,cina,corea del sud,danimarca,egitto,emirati arabi uniti,filippine,finlandia,francia,germania,giappone,giordania,grecia,libano,lussemburgo,
marocco,messico,norvegia,nuova zelanda,paesi bassi,regno unito,romania,russia,spagna,stati uniti,sudafrica,svezia,svizzera,tunisia,turchia,ucraina,ungheria,
alemanha,argélia,áfrica do sul,áustria,colômbia,coreia do sul,croácia,egito,equador,eslováquia,espanha,estados unidos da américa,eua,filipinas,finlândia,frança,
grécia,holanda,hungria,índia,indonésia,irlanda,itália,japão,marrocos,moçambique,nova zelândia,noruega,países baixos,polónia,polônia,quênia,romênia,roménia,rússia,
suécia,suíça,tailândia,tunísia,turquia,ucrânia,vietnã,
belgië,brazilië,canada,denemarken,duitsland,egypte,filipijnen,frankrijk,griekenland,hongarije,ierland,indonesië,italië,marokko,nederland,nieuw-zeeland,noorwegen,
oekraïne,oostenrijk,roemenië,rusland,spanje,tsjechië,turkije,verenigd koninkrijk,verenigde staten,zuid-afrika,zweden,zwitserland`, "\n", ""), ","))

// isPlace knows the codes and names of countries. Names as lists have them,
// with the kind of state behind a comma, count by what stands before it.
func isPlace(b []byte) bool {
	if len(b) <= 3 && countryCodes[string(b)] {
		return true
	}
	if len(b) < 2 || len(b) > 44 {
		return false
	}
	b = bytes.ToLower(b)
	if at := bytes.Index(b, []byte(", ")); at > 0 && bytes.Contains(b[at:], []byte("rep")) {
		b = b[:at]
	}
	return countryNames[string(b)]
}

func set(words []string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
