package source

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	utf "golang.org/x/text/encoding/unicode"
)

// spoken are words of several languages, as tables have them.
var spoken = map[string]string{
	"French":    "Société générale élève déjà français hôtel même première qualité année mère garçon forêt château préféré théâtre Orléans",
	"German":    "Straße München Köln größer über für schön Düsseldorf Österreich Müller Jäger Übung Fußball Gemüse Tür Bücher",
	"Spanish":   "año niño España señor corazón también Málaga León mañana teléfono dirección número población José García Peña",
	"Polish":    "Łódź Kraków Gdańsk Wrocław Poznań zażółć świat miłość będzie także Białystok Rzeszów źródło książka Śląsk",
	"Czech":     "Praha Plzeň České Budějovice město žlutý kůň příliš řeka čtyři děti Hradec Králové Jiří Dvořák Růžena účet",
	"Turkish":   "İstanbul İzmir Şanlıurfa Muğla Kütahya Çanakkale güneş ışık çocuk ağaç öğretmen Eskişehir değil için kadın şehir",
	"Latvian":   "Rīga Jūrmala Jēkabpils Liepāja Rēzekne Cēsis skaitlis pilsēta mēnesis iedzīvotāji ķieģelis ļoti ņem žurnāls",
	"Russian":   "Москва Новосибирск Екатеринбург город улица область количество год месяц название цена товар заказ клиент сумма Иванов",
	"Ukrainian": "Київ Харків Одеса Львів Запоріжжя місто вулиця населення кількість рік місяць назва ціна її їжа Чернівці Вінниця",
	"Greek":     "Αθήνα Θεσσαλονίκη Πάτρα Ηράκλειο Λάρισα πόλη οδός πληθυσμός νομός έτος μήνας όνομα τιμή προϊόν πελάτης σύνολο",
	"Hebrew":    "ירושלים חיפה ראשון אשדוד נתניה עיר רחוב אוכלוסייה כמות שנה חודש שם מחיר מוצר הזמנה לקוח סכום תאריך",
	"Arabic":    "القاهرة الإسكندرية الرياض بغداد دمشق مدينة شارع عدد السكان السنة الشهر الاسم السعر المنتج طلب العميل المجموع",
	"Thai":      "กรุงเทพ เชียงใหม่ ขอนแก่น นครราชสีมา ภูเก็ต จังหวัด อำเภอ ประชากร จำนวน ปี เดือน ชื่อ ราคา สินค้า ลูกค้า",
	"Japanese":  "東京都 大阪府 北海道 京都市 名古屋 りんご みかん さくら 売上 数量 単価 カメラ テレビ 商品名 在庫 お客様 日付 合計 佐藤 鈴木",
	"Katakana":  "タナカ スズキ ヤマダ ヨコハマ ナゴヤ サッポロ カブシキガイシャ テレビ カメラ ソファ ラジオ ヒロシマ コウベ",
	"Chinese":   "北京市 上海市 广州 浙江省 人口 数量 价格 商品 名称 日期 订单 客户 合计 张伟 中国 有限公司 产品 质量 年度 报告 销售",
	"Taiwanese": "臺北市 高雄市 新竹 桃園縣 人口 數量 價格 商品 名稱 日期 訂單 客戶 合計 張偉 中國 有限公司 產品 品質 年度 報告 銷售",
	"Korean":    "서울특별시 부산 대구 인천 울산 인구 수량 가격 상품 이름 날짜 주문 고객 합계 김철수 이영희 주식회사 매우 좋은 품질",
}

// legacyTable is a small table of real words in an older encoding.
type legacyTable struct {
	language, text string
	bytes          []byte
}

// legacyTables are tables in each encoding, each language eight times.
func legacyTables(t testing.TB) (names []string, tables map[string][]legacyTable) {
	tables = map[string][]legacyTable{}
	for _, c := range []struct {
		codec     encoding.Encoding
		languages string
	}{
		{charmap.Windows1252, "French German Spanish"}, {charmap.ISO8859_1, "French German Spanish"}, {charmap.ISO8859_15, "French German Spanish"},
		{charmap.Macintosh, "French German Spanish"}, {charmap.CodePage850, "French German Spanish"}, {charmap.CodePage437, "German Spanish"},
		{charmap.Windows1250, "Polish Czech"}, {charmap.ISO8859_2, "Polish Czech"}, {charmap.CodePage852, "Polish Czech"},
		{charmap.Windows1254, "Turkish"}, {charmap.ISO8859_9, "Turkish"}, {charmap.Windows1257, "Latvian"}, {charmap.ISO8859_13, "Latvian"}, {charmap.ISO8859_4, "Latvian"},
		{charmap.Windows1251, "Russian Ukrainian"}, {charmap.KOI8R, "Russian"}, {charmap.KOI8U, "Ukrainian"}, {charmap.CodePage866, "Russian"},
		{charmap.ISO8859_5, "Russian"}, {charmap.MacintoshCyrillic, "Russian"},
		{charmap.Windows1253, "Greek"}, {charmap.ISO8859_7, "Greek"}, {charmap.Windows1255, "Hebrew"}, {charmap.ISO8859_8, "Hebrew"},
		{charmap.Windows1256, "Arabic"}, {charmap.ISO8859_6, "Arabic"}, {charmap.Windows874, "Thai"},
		{japanese.ShiftJIS, "Japanese Katakana"}, {japanese.EUCJP, "Japanese Katakana"}, {japanese.ISO2022JP, "Japanese"}, {korean.EUCKR, "Korean"},
		{simplifiedchinese.GB18030, "Chinese"}, {simplifiedchinese.GBK, "Chinese"}, {simplifiedchinese.HZGB2312, "Chinese"}, {traditionalchinese.Big5, "Taiwanese"},
		{utf.UTF16(utf.LittleEndian, utf.IgnoreBOM), "French Russian Greek Chinese Korean"}, {utf.UTF16(utf.BigEndian, utf.IgnoreBOM), "German Arabic Japanese Korean"},
	} {
		name := fmt.Sprint(c.codec)
		names = append(names, name)
		for lang := range strings.FieldsSeq(c.languages) {
			words := strings.Fields(spoken[lang])
			for seed := range uint64(8) {
				r := rand.New(rand.NewPCG(seed, 5))
				text := "id,name,city,value\n"
				for i := range 3 + r.IntN(10) {
					text += fmt.Sprintf("%d,%s,%s %s,%.2f\n", i, words[r.IntN(len(words))], words[r.IntN(len(words))], words[r.IntN(len(words))], r.Float64()*100)
				}
				b, err := c.codec.NewEncoder().Bytes([]byte(text))
				if err != nil {
					t.Fatalf("%v cannot write %s: %v", c.codec, lang, err)
				}
				tables[name] = append(tables[name], legacyTable{lang, text, b})
			}
		}
	}
	return names, tables
}

// TestLegacyEncodingsAreGuessed reads the tables without being told.
func TestLegacyEncodingsAreGuessed(t *testing.T) {
	names, tables := legacyTables(t)
	for _, name := range names {
		right := 0
		var wrong []string
		for _, table := range tables[name] {
			got := detectCharset(table.bytes, nil)
			if read, err := got.codec.NewDecoder().Bytes(table.bytes); err == nil && string(read) == table.text {
				right++
			} else {
				wrong = append(wrong, table.language+" as "+got.name)
			}
			if got.sure <= 0 || got.sure > 1 {
				t.Errorf("%v: sure %v", name, got.sure)
			}
		}
		if files := len(tables[name]); float64(right) < 0.95*float64(files) {
			t.Errorf("%v: %d of %d files are read right: %v", name, right, files, wrong)
		}
	}
}

func TestSmallHintsOfAnEncodingAreEnough(t *testing.T) {
	for bytes, want := range map[string]string{
		"it\x92s": "it’s", "caf\xe9": "café", "25\xb0C": "25°C", "5 m\xb3": "5 m³", "\xa31,000": "£1,000", "1\xbd": "1½", "\x80 5": "€ 5",
		"\x96": "–", "\xb5m": "µm", "Z\xfcrich": "Zürich", "S\xe3o": "São", "n\xba 5": "nº 5", "Espa\xf1a": "España", "caf\x8e": "café", "a\xa0b": "a\u00a0b",
	} {
		text := "id,name\n1,\"" + bytes + "\"\n2,x\n"
		if got := readCSV(t, text, Options{}); len(got.rows) != 2 || got.rows[0][1] != want {
			t.Errorf("%q is read as %q", want, got.rows)
		}
	}
}

func TestADoubtfulEncodingIsSaid(t *testing.T) {
	if got := readCSV(t, "id,x\n1,\xd0\n2,b\n", Options{}); got.faults["encoding_uncertain"] != 1 {
		t.Errorf("%v", got.problems)
	}
	if got := readCSV(t, "id,x\n1,M\xfcller\n2,Z\xfcrich\n", Options{}); len(got.faults) > 0 {
		t.Errorf("%v", got.problems)
	}
}

// TestAnEncodingLateInAFileIsFound has nothing but ASCII in the first half
// megabyte, and one other character behind it.
func TestAnEncodingLateInAFileIsFound(t *testing.T) {
	text := append(bytes.Repeat([]byte("name,1\n"), 90_000), "Jos\xe9,1\n"...)
	text = append(text, bytes.Repeat([]byte("name,1\n"), 20_000)...)
	for name, in := range map[string]Input{
		"file":   bytesInput("x.csv", text),
		"stream": {Name: "x.csv", Size: -1, ReaderAt: &pipe{t: t, data: text, step: 100_000}},
		"gzip":   bytesInput("x.csv.gz", gzipped(t, text)),
	} {
		s := open(t, in, Options{})
		got := scanAll(t, s, 2)
		at := slices.IndexFunc(got.rows, func(row []string) bool { return row[0] != "name" })
		if at < 0 || got.rows[at][0] != "José" || len(got.faults) > 0 {
			t.Errorf("%s: row %d, %v, %s", name, at, got.faults, s.Dialect().Encoding)
		}
	}
}
