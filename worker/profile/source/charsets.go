package source

import (
	"golang.org/x/text/encoding/charmap"
)

// A language is known by the letters it writes besides ASCII, most frequent
// first. Letters of one language never look as frequent in the wrong encoding.
type language struct {
	script  script
	letters string
	rarity  float64 // counts against the language, in nats
}

type script uint8

const (
	latin script = iota
	cyrillic
	greek
	hebrew
	arabic
	thai
	scripts
)

// languages are those of the legacy encodings. The order of letters is that of
// common text; capitals count as their small letters.
var languages = [...]language{
	{latin, "’“”\u00a0–é…‘—£€©•°®öüóáñ", 0},                         // English
	{latin, "éèàêçôîûùâëïœæÿü«»’", 0},                               // French
	{latin, "üäößé„“", 0},                                           // German
	{latin, "óíáéñúü¿¡ªº", 0},                                       // Spanish
	{latin, "ãçáéóêíâõúôàüªº", 0.3},                                 // Portuguese
	{latin, "àèùòéìî°’", 0.3},                                       // Italian
	{latin, "äåöéü", 0.4},                                           // Swedish, Finnish
	{latin, "åøæéöü", 0.6},                                          // Danish, Norwegian
	{latin, "ðíáóæöþúéýåø", 2},                                      // Icelandic
	{latin, "éëïöüèóá", 0.5},                                        // Dutch
	{latin, "àéèíòóçúïü·", 1.5},                                     // Catalan
	{latin, "áíóúéìòùàè", 2},                                        // Irish, Gaelic
	{latin, "łóąężćśńź„”", 0.2},                                     // Polish
	{latin, "áíéěýžčřšůúťóďňöü", 0.3},                               // Czech
	{latin, "áíéčžýšľúťôäňóďĺŕěů", 0.8},                             // Slovak
	{latin, "áéöőüóíúű„”", 0.5},                                     // Hungarian
	{latin, "ăîâşţ„”", 0.6},                                         // Romanian
	{latin, "ăîâșț„”", 0.8},                                         // the same by newer rules
	{latin, "čšžćđ", 0.6},                                           // Croatian, Slovene
	{latin, "ëç", 2},                                                // Albanian
	{latin, "ıüşğçöiâîû", 0.2},                                      // Turkish
	{latin, "ėšųįžūčąę„“", 0.8},                                     // Lithuanian
	{latin, "āīēšūņļžķčģ", 0.8},                                     // Latvian
	{latin, "äõöüšž", 1.2},                                          // Estonian
	{latin, "ĉĝŭŝĵĥ", 2},                                            // Esperanto
	{latin, "ħżġċàùòèì", 2},                                         // Maltese
	{latin, "đ\u0300\u0301ưâơô\u0323êă\u0309\u0303éàáèóùíìúý", 0.5}, // Vietnamese
	{latin, "áčđŋšŧž", 2.5},                                         // Sami
	{latin, "ŵŷâêîôûïëäö", 2.2},                                     // Welsh
	{cyrillic, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё№", 0},             // Russian
	{cyrillic, "оаинвтерісклудмпязьбгйчхжїцшюєщґф", 0.5},            // Ukrainian
	{cyrillic, "аоинетсрвлкдпмуъзгябчжйшщцхфюь", 0.6},               // Bulgarian
	{cyrillic, "аоеинрсјтувкдлмпгзбљчцшњћхжђфџ", 1},                 // Serbian
	{cyrillic, "аоинетрсвлкдпмузјгбчшцжњхфќљѓѕџ", 1.5},              // Macedonian
	{cyrillic, "анеіоытрлсдкмпувязгбьўчйцхшжэюёф", 1},               // Belarusian
	{greek, "αοιετσνηυρπκμλςόίδήάγέύώχωθφβξζψϊϋ", 0},                // Greek
	{hebrew, "יוהלארתבםשמנדעקחפכגצטןסזךףץ", 0},                      // Hebrew
	{arabic, "اليمنرتبةعدسهكفوقحجشصطخأىذزضئغءثظإآؤ،؟", 0},           // Arabic
	{arabic, "ایرندمهتوسبلکزشعفپگخقحجچصطآضغذژثظ،", 0.7},             // Persian
	{thai, "านรอกเงมย\u0e31ลว\u0e14ท\u0e48\u0e35\u0e49ส\u0e34ต\u0e30ปบ" + // Thai
		"\u0e04ห\u0e41\u0e08พ\u0e0a\u0e02ใไ\u0e37\u0e47\u0e38\u0e39\u0e33โผ\u0e16ศ\u0e0b\u0e17ภณ\u0e4c\u0e36ญ\u0e1f\u0e0dธ\u0e09", 0},
}

// A singleByte is an encoding of one byte a character. Those that only differ
// in what a file does not show are put in the order of how common they are.
type singleByte struct {
	name    string // IANA, lower case
	codec   byteDecoder
	scripts []script
	// rarity counts against the encoding, in nats: most files are of the first.
	rarity float64
}

var (
	ofLatin    = []script{latin}
	ofCyrillic = []script{cyrillic}
	ofGreek    = []script{greek}
	ofHebrew   = []script{hebrew}
	ofArabic   = []script{arabic}
)

var singleBytes = [...]singleByte{
	{"windows-1252", charmap.Windows1252, ofLatin, 0},
	{"windows-1250", charmap.Windows1250, ofLatin, 1},
	{"iso-8859-2", charmap.ISO8859_2, ofLatin, 1.5},
	{"windows-1254", charmap.Windows1254, ofLatin, 1.2},
	{"windows-1257", charmap.Windows1257, ofLatin, 1.2},
	{"iso-8859-15", charmap.ISO8859_15, ofLatin, 1.5},
	{"iso-8859-13", charmap.ISO8859_13, ofLatin, 2},
	{"iso-8859-4", charmap.ISO8859_4, ofLatin, 2.3},
	{"iso-8859-3", charmap.ISO8859_3, ofLatin, 2},
	{"iso-8859-10", charmap.ISO8859_10, ofLatin, 2.5},
	{"iso-8859-14", charmap.ISO8859_14, ofLatin, 2.5},
	{"iso-8859-16", charmap.ISO8859_16, ofLatin, 2.3},
	{"windows-1258", charmap.Windows1258, ofLatin, 2},
	{"macintosh", charmap.Macintosh, ofLatin, 2.5},
	{"ibm850", charmap.CodePage850, ofLatin, 2.5},
	{"ibm437", charmap.CodePage437, ofLatin, 2.6},
	{"ibm852", charmap.CodePage852, ofLatin, 3},
	{"ibm858", charmap.CodePage858, ofLatin, 3.2},
	{"ibm865", charmap.CodePage865, ofLatin, 3.4},
	{"ibm860", charmap.CodePage860, ofLatin, 3.5},
	{"ibm863", charmap.CodePage863, ofLatin, 3.6},
	{"ibm857", ibm857, ofLatin, 3.5},
	{"ibm775", ibm775, ofLatin, 3.5},
	{"ibm861", ibm861, ofLatin, 3.5},
	{"x-mac-ce", macce, ofLatin, 3.3},
	{"x-mac-turkish", macturkish, ofLatin, 3.5},
	{"windows-1251", charmap.Windows1251, ofCyrillic, 1},
	{"koi8-r", charmap.KOI8R, ofCyrillic, 1.5},
	{"koi8-u", charmap.KOI8U, ofCyrillic, 1.6},
	{"ibm866", charmap.CodePage866, ofCyrillic, 1.7},
	{"iso-8859-5", charmap.ISO8859_5, ofCyrillic, 2},
	{"x-mac-cyrillic", charmap.MacintoshCyrillic, ofCyrillic, 2.2},
	{"ibm855", charmap.CodePage855, ofCyrillic, 3},
	{"windows-1253", charmap.Windows1253, ofGreek, 1},
	{"iso-8859-7", charmap.ISO8859_7, ofGreek, 1.3},
	{"ibm737", ibm737, ofGreek, 2},
	{"x-mac-greek", macgreek, ofGreek, 2.5},
	{"ibm869", ibm869, ofGreek, 2.5},
	{"windows-1255", charmap.Windows1255, ofHebrew, 1},
	{"iso-8859-8", charmap.ISO8859_8, ofHebrew, 1.3},
	{"ibm862", charmap.CodePage862, ofHebrew, 2.5},
	{"windows-1256", charmap.Windows1256, ofArabic, 1},
	{"iso-8859-6", charmap.ISO8859_6, ofArabic, 1.3},
	{"windows-874", charmap.Windows874, []script{thai}, 1},
}

// What follows is the most common characters of tables in Chinese, in both
// ways of writing, and in Japanese: places, goods, dates and small words.
const (
	commonSimplified = "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手" +
		"市省县区州北京海广东江西南山河湖浙苏安徽福建四川云贵陕甘青宁新疆内蒙古重庆深圳公司有限名称数量价格商品日期订单客户合计金额单位产品质量报告销售电话地址姓性别张王李赵刘陈杨黄周吴"
	commonTraditional = "的一是不了在人有我他這中大來上國個到說們為子和你地出道也時年得就那要下以生會自著去之過家學對可裡後小麼心多天而能好都然沒日於起還發成事只作當想看文無開手" +
		"市省縣區州北京海廣東江西南山河湖臺台灣高雄新竹桃園中華民國公司有限名稱數量價格商品日期訂單客戶合計金額單位產品質報告銷售電話地址姓性別張王李趙劉陳楊黃周吳"
	commonJapanese = "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強気小七成期公野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得解名交資予川向際査勝面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感特情投示変打男基私各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流格有疑口過局少放税検藤沢橋鈴木佐伊加渡辺斎松井村林清阪浜名古屋横崎福岡広島仙台札幌神奈川埼玉千葉愛知兵庫静岡茨城栃群馬新潟長石富梨岐阜三重滋賀歌鳥取根徳香媛高佐熊分宮鹿児沖縄商注文客様在庫単量付"
	commonKorean   = "이김박최정서부대인광울경기도시구군동읍면리강원충청북남전라제주수성고양용안산화천평택의파포창진해여순목익항미거통영사아가나다마바자하지스트코크프드로그러루르어오우으일상중장신한국민희철현준은혜선숙연유조윤임황송류홍배백허노심곽차변엄표명량격품름날짜금액합계객문번호식회소책과점완료취결카분단위비내담당팀생년월요간초총세율할재개발행업체관학교병"
)
