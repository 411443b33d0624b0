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
oekraïne,oostenrijk,roemenië,rusland,spanje,tsjechië,turkije,verenigd koninkrijk,verenigde staten,zuid-afrika,zweden,zwitserland,
u.k.,republic of ireland,mainland china,people's republic of china,pr china,south-korea,north-korea,u.a.e.,macao sar,federated states of micronesia,cabo-verde,
åland islands,antarctica,french southern and antarctic lands,saint barthélemy,caribbean netherlands,bouvet island,cocos (keeling) islands,christmas island,
western sahara,falkland islands,heard island and mcdonald islands,british indian ocean territory,saint martin,northern mariana islands,norfolk island,niue,
pitcairn islands,south georgia,svalbard and jan mayen,saint pierre and miquelon,são tomé and príncipe,sint maarten,tokelau,
united states minor outlying islands,saint vincent and the grenadines,united states virgin islands,wallis and futuna,
åland,albanien,amerikanisch-samoa,antarktis,französische süd- und antarktisgebiete,antigua und barbuda,bangladesch,saint-barthélemy,karibische niederlande,
bouvetinsel,zentralafrikanische republik,kokosinseln,kongo (dem. rep.),kongo,cookinseln,komoren,kap verde,weihnachtsinsel,kaimaninseln,dschibuti,
dominikanische republik,westsahara,fidschi,falklandinseln,färöer-inseln,mikronesien,gabun,äquatorialguinea,grönland,französisch-guayana,hongkong,
heard und die mcdonaldinseln,insel man,britisches territorium im indischen ozean,jamaika,kirgisistan,st. kitts und nevis,st. lucia,saint-martin,moldawien,
madagaskar,malediven,marshallinseln,nordmazedonien,nördliche marianen,mosambik,mauretanien,neukaledonien,norfolkinsel,pitcairninseln,papua-neuguinea,
palästina,französisch-polynesien,ruanda,spitzbergen und jan mayen,salomonen,st. pierre und miquelon,südsudan,são tomé und príncipe,swasiland,seychellen,
turks-und caicosinseln,tschad,tadschikistan,osttimor,trinidad und tobago,vatikanstadt,st. vincent und die grenadinen,britische jungferninseln,
amerikanische jungferninseln,wallis und futuna,jemen,sambia,
ahvenanmaa,andorre,samoa américaines,antarctique,terres australes et antarctiques françaises,antigua-et-barbuda,azerbaïdjan,bénin,bahreïn,bermudes,
pays-bas caribéens,barbade,bhoutan,île bouvet,république centrafricaine,îles cocos,congo (rép. dém.),îles cook,comores,îles du cap-vert,île christmas,
îles caïmans,tchéquie,dominique,république dominicaine,érythrée,sahara occidental,fidji,îles malouines,îles féroé,micronésie,guernesey,guinée,
gambie,guinée-bissau,guinée équatoriale,grenade,groenland,guyane,îles heard-et-macdonald,haïti,île de man,territoire britannique de l'océan indien,
kirghizistan,cambodge,saint-christophe-et-niévès,sainte-lucie,moldavie,îles marshall,macédoine du nord,malte,birmanie,monténégro,mongolie,
îles mariannes du nord,mauritanie,île maurice,namibie,nouvelle-calédonie,île norfolk,nigéria,népal,îles pitcairn,palaos (palau),
papouasie-nouvelle-guinée,porto rico,polynésie française,soudan,géorgie du sud-et-les îles sandwich du sud,svalbard et jan mayen,îles salomon,salvador,
saint-marin,somalie,saint-pierre-et-miquelon,soudan du sud,são tomé et príncipe,surinam,îles turques-et-caïques,tadjikistan,turkménistan,timor oriental,
trinité-et-tobago,taïwan,îles mineures éloignées des états-unis,cité du vatican,saint-vincent-et-les-grenadines,îles vierges britanniques,
îles vierges des états-unis,wallis-et-futuna,yémen,zambie,
afganistán,alandia,samoa americana,antártida,tierras australes y antárticas francesas,antigua y barbuda,azerbaiyán,benín,bahrein,bosnia y herzegovina,
san bartolomé,belice,bermudas,caribe neerlandés,bután,isla bouvet,república centroafricana,islas cocos o islas keeling,congo (rep. dem.),islas cook,
comoras,curazao,isla de navidad,islas caimán,fiyi,islas malvinas,islas faroe,gabón,guadalupe,guinea-bisáu,guinea ecuatorial,groenlandia,guayana francesa,
islas heard y mcdonald,isla de man,territorio británico del océano índico,kazajistán,kirguizistán,camboya,san cristóbal y nieves,libia,santa lucía,
mónaco,moldavia,maldivas,islas marshall,macedonia del norte,islas marianas del norte,martinica,mauricio,nueva caledonia,níger,isla de norfolk,omán,
islas pitcairn,papúa nueva guinea,palestina,polinesia francesa,catar,reunión,arabia saudí,sudán,islas georgias del sur y sandwich del sur,
islas svalbard y jan mayen,islas salomón,san pedro y miquelón,sudán del sur,santo tomé y príncipe,suazilandia,siria,islas turks y caicos,tayikistán,
islas tokelau,turkmenistán,trinidad y tobago,taiwán,islas ultramarinas menores de estados unidos,ciudad del vaticano,san vicente y granadinas,
islas vírgenes del reino unido,islas vírgenes de los estados unidos,wallis y futuna,zimbabue,
isole aland,samoa americane,antartide,territori francesi del sud,antigua e barbuda,belgio,bosnia ed erzegovina,antille francesi,paesi bassi caraibici,
isola bouvet,repubblica centrafricana,isole cocos e keeling,cile,costa d'avorio,camerun,isole cook,comore,capo verde,isola di natale,isole cayman,cipro,cechia,
gibuti,repubblica dominicana,sahara occidentale,etiopia,figi,isole falkland o isole malvine,isole far oer,gibilterra,guadeloupa,guinea equatoriale,
guyana francese,isole heard e mcdonald,croazia,isola di man,territorio britannico dell'oceano indiano,islanda,israele,giamaica,isola di jersey,kazakistan,
cambogia,saint kitts e nevis,santa lucia,lettonia,principato di monaco,maldive,isole marshall,macedonia del nord,birmania,isole marianne settentrionali,
mozambico,malesia,nuova caledonia,isola norfolk,isole pitcairn,perù,papua nuova guinea,corea del nord,portogallo,polinesia francese,riunione,
georgia del sud e isole sandwich meridionali,svalbard e jan mayen,isole salomone,saint-pierre e miquelon,sudan del sud,são tomé e príncipe,slovacchia,
isole turks e caicos,ciad,tagikistan,isole tokelau,timor est,trinidad e tobago,stati uniti d'america,città del vaticano,saint vincent e grenadine,
isole vergini britanniche,isole vergini americane,wallis e futuna,sud africa,
afeganistão,alândia,albânia,emirados árabes unidos,arménia,terras austrais e antárticas francesas,antígua e barbuda,austrália,azerbeijão,bulgária,
bósnia e herzegovina,são bartolomeu,bielorússia,bolívia,países baixos caribenhos,butão,ilha bouvet,república centro-africana,ilhas cocos (keeling),
costa do marfim,camarões,república democrática do congo,ilhas cook,ilha da curação,ilha do natal,ilhas caimão,chéquia,eritreia,saara ocidental,estónia,
etiópia,ilhas malvinas,ilhas faroé,micronésia,gabão,geórgia,gana,guiné,gâmbia,guiné-bissau,guiné equatorial,granada,gronelândia,guiana francesa,
guiana,ilha heard e ilhas mcdonald,ilha de man,território britânico do oceano índico,irão,iraque,islândia,jordânia,cazaquistão,quénia,quirguistão,
camboja,são cristóvão e nevis,libéria,líbia,santa lúcia,lesoto,lituânia,letónia,são martinho,moldávia,madagáscar,ilhas marshall,macedónia do norte,
mongólia,marianas setentrionais,mauritânia,maurício,malásia,namíbia,nova caledónia,ilha norfolk,nicarágua,omã,paquistão,ilhas pitcairn,
papua nova guiné,coreia do norte,paraguai,polinésia francesa,reunião,arábia saudita,sudão,singapura,ilhas geórgia do sul e sandwich do sul,
ilhas svalbard e jan mayen,ilhas salomão,serra leoa,somália,sérvia,sudão do sul,eslovénia,suazilândia,seicheles,síria,ilhas turks e caicos,chade,
tajiquistão,turquemenistão,trinidade e tobago,ilha formosa,tanzânia,ilhas menores distantes dos estados unidos,uruguai,uzbequistão,cidade do vaticano,
são vincente e granadinas,ilhas virgens,ilhas virgens dos estados unidos,vietname,iémen,zâmbia,
ålandeilanden,albanië,verenigde arabische emiraten,argentinië,armenië,amerikaans samoa,antigua en barbuda,australië,azerbeidzjan,bulgarije,bahama’s,
bosnië en herzegovina,wit-rusland,caribisch nederland,bouveteiland,centraal-afrikaanse republiek,cocoseilanden,ivoorkust,kameroen,congo (drc),cookeilanden,
comoren,kaapverdië,christmaseiland,caymaneilanden,dominicaanse republiek,algerije,westelijke sahara,ethiopië,falklandeilanden,faeröer,micronesië,georgië,
guinee,guinee-bissau,equatoriaal-guinea,frans-guyana,heard-en mcdonaldeilanden,kroatië,britse gebieden in de indische oceaan,ijsland,jordanië,kazachstan,
kirgizië,cambodja,saint kitts en nevis,zuid-korea,koeweit,libië,litouwen,letland,moldavië,maldiven,marshalleilanden,noord-macedonië,mongolië,
noordelijke marianeneilanden,mauritanië,maleisië,namibië,nieuw-caledonië,norfolkeiland,pitcairneilanden,papoea-nieuw-guinea,noord-korea,
palestijnse gebieden,frans-polynesië,saoedi-arabië,soedan,zuid-georgia en zuidelijke sandwicheilanden,svalbard en jan mayen,salomonseilanden,somalië,
saint pierre en miquelon,servië,zuid-soedan,sao tomé en principe,slowakije,slovenië,syrië,turks-en caicoseilanden,tsjaad,tadzjikistan,oost-timor,
trinidad en tobago,tunesië,oeganda,oezbekistan,vaticaanstad,saint vincent en de grenadines,britse maagdeneilanden,amerikaanse maagdeneilanden,
wallis en futuna`, "\n", ""), ","))

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
