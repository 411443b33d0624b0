package column

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/worker/profile/report"
	"assay/worker/profile/source"
)

func TestDatesAreReadInTheFormsPeopleUse(t *testing.T) {
	for cell, want := range map[string]string{
		// Year first.
		"2024-03-05": "2024-03-05", "2024/3/5": "2024-03-05", "2024.03.05": "2024-03-05", "2024-Mar-05": "2024-03-05", "2024 March 5": "2024-03-05", "2024 Mar": "2024-03-01",
		"2024-03": "2024-03-01", "2024/03": "2024-03-01", "2024-065": "2024-03-05", "2024-W10": "2024-03-04", "2024-W10-2": "2024-03-05", "2020-W53-7": "2021-01-03",
		// Day or month first.
		"25/03/2024": "2024-03-25", "3/25/2024": "2024-03-25", "25.03.2024": "2024-03-25", "5.3.24": "2024-03-05", "25-03-2024": "2024-03-25", "03-25-24": "2024-03-25",
		"5. 3. 2024": "2024-03-05", "05.03.2024": "2024-03-05", "03/2024": "2024-03-01", "3-2024": "2024-03-01", "12.31.2024": "2024-12-31",
		// Months with names.
		"5 Mar 2024": "2024-03-05", "05-Mar-2024": "2024-03-05", "05-MAR-24": "2024-03-05", "05MAR2024": "2024-03-05", "5Mar24": "2024-03-05", "5 March 2024": "2024-03-05",
		"Mar 5, 2024": "2024-03-05", "Mar. 5, 2024": "2024-03-05", "March 5 2024": "2024-03-05", "March 5th, 2024": "2024-03-05", "1st March 2024": "2024-03-01", "Mar-05-2024": "2024-03-05",
		"March 2024": "2024-03-01", "Mar-2024": "2024-03-01", "Mar-24": "2024-03-01", "March, 2024": "2024-03-01", "Sept 3, 2024": "2024-09-03", "5 Mar 24": "2024-03-05",
		"Tuesday, March 5, 2024": "2024-03-05", "Tue, 5 Mar 2024": "2024-03-05", "Tuesday 5 March 2024": "2024-03-05", "Tue Mar 5 2024": "2024-03-05", "Tue, 05-Mar-24": "2024-03-05",
		// Other languages.
		"5. März 2024": "2024-03-05", "5 mars 2024": "2024-03-05", "1er janvier 2024": "2024-01-01", "5 août 2024": "2024-08-05", "5 AOÛT 2024": "2024-08-05",
		"5 de marzo de 2024": "2024-03-05", "5 de março de 2024": "2024-03-05", "5 marzo 2024": "2024-03-05", "5 maart 2024": "2024-03-05", "5 marca 2024": "2024-03-05",
		"5 września 2024": "2024-09-05", "5. oktober 2024": "2024-10-05", "5. joulukuuta 2024": "2024-12-05", "5 марта 2024": "2024-03-05", "5 Декабря 2024": "2024-12-05",
		"Dezember 2024": "2024-12-01", "février 2024": "2024-02-01", "lundi 4 mars 2024": "2024-03-04", "Montag, 4. März 2024": "2024-03-04",
		// With a time.
		"2024-03-05T06:07": "2024-03-05T06:07:00", "2024-03-05 06:07:08.5": "2024-03-05T06:07:08.5", "2024-03-05T06:07:08,25Z": "2024-03-05T06:07:08.25Z",
		"2024-03-05 06:07:08+02": "2024-03-05T06:07:08+02:00", "2024-03-05 06:07:08 +0200": "2024-03-05T06:07:08+02:00", "2024-03-05 06:07:08 CET": "2024-03-05T06:07:08+01:00",
		"2024-03-05 06:07:08 EST": "2024-03-05T06:07:08-05:00", "2024-03-05 06:07:08 PDT": "2024-03-05T06:07:08-07:00", "2024-03-05 06:07:08 IST": "2024-03-05T06:07:08",
		"20240305T0607": "2024-03-05T06:07:00", "20240305 060708": "2024-03-05T06:07:08", "3/5/2024 6:07:08 PM": "2024-03-05T18:07:08", "25/3/2024, 18:07": "2024-03-25T18:07:00",
		"25.03.2024 06:07:08": "2024-03-25T06:07:08", "3/25/24 6:07 a.m.": "2024-03-25T06:07:00", "5 Mar 2024 06:07": "2024-03-05T06:07:00", "Mar 5, 2024, 6:07:08 AM": "2024-03-05T06:07:08",
		"Tue, 05 Mar 2024 06:07:08 +0100": "2024-03-05T06:07:08+01:00", "Tue, 05-Mar-24 06:07:08 GMT": "2024-03-05T06:07:08Z", "Tue, 05 Mar 2024 06:07:08 -0700 (MST)": "2024-03-05T06:07:08-07:00",
		"Tue Mar  5 06:07:08 2024": "2024-03-05T06:07:08", "Tue Mar  5 06:07:08 UTC 2024": "2024-03-05T06:07:08Z", "Tue Mar 05 06:07:08 +0000 2024": "2024-03-05T06:07:08Z", "Mon Apr 06 22:19:45 PDT 2009": "2009-04-06T22:19:45-07:00",
		"Tue Mar 05 2024 06:07:08 GMT+0100 (Central European Standard Time)": "2024-03-05T06:07:08+01:00", "2024-03-05T06:07:08+01:00[Europe/Paris]": "2024-03-05T06:07:08+01:00",
		"05/Mar/2024:06:07:08 +0100": "2024-03-05T06:07:08+01:00", "[05/Mar/2024:06:07:08 -0700]": "2024-03-05T06:07:08-07:00", "05MAR2024:06:07:08": "2024-03-05T06:07:08",
		"5 mars 2024 06:07": "2024-03-05T06:07:00", "5 mars 2024 à 06:07": "2024-03-05T06:07:00", "March 5, 2024 at 6:07 AM": "2024-03-05T06:07:00", "vendredi 27 septembre 2024": "2024-09-27",
		"5. března 2024": "2024-03-05", "5 Şubat 2024": "2024-02-05", "5 Μαρτίου 2024": "2024-03-05", "5 березня 2024": "2024-03-05", "2024年3月5日": "2024-03-05", "2024년 3월 5일": "2024-03-05",
		// As databases, cameras and statistical offices write them.
		"05-MAR-24 06.07.08 PM": "2024-03-05T18:07:08", "05-MAR-24 06.07.08.250000 AM +01:00": "2024-03-05T06:07:08.25+01:00", "2024-03-05-06.07.08.250000": "2024-03-05T06:07:08.25",
		"05.03.2024 06.07": "2024-03-05T06:07:00", "2024:03:05 06:07:08": "2024-03-05T06:07:08", "2024-03-05 06:07:08 +0100 CET": "2024-03-05T06:07:08+01:00", "20240305060708.250": "2024-03-05T06:07:08.25",
		"18:07 25/03/2024": "2024-03-25T18:07:00", "6:07:08 PM 3/25/2024": "2024-03-25T18:07:08", "06:07:08.5 2024-03-05": "2024-03-05T06:07:08.5", "18:07 5 Mar 2024": "2024-03-05T18:07:00",
		"25.03.2024 um 18:07 Uhr": "2024-03-25T18:07:00", "25.03.2024 18.07 Uhr": "2024-03-25T18:07:00", "18:07 Uhr": "18:07:00",
		"2024Q2": "2024-04-01", "2024-Q2": "2024-04-01", "Q2 2024": "2024-04-01", "2024W10": "2024-03-04", "2024M03": "2024-03-01", "06:07:08Z": "06:07:08", "06:07:08+01": "06:07:08",
		// Times and durations.
		"06:07:08.123456": "06:07:08.123456", "6:07 p.m.": "18:07:00", "5 PM": "17:00:00", "12am": "00:00:00", "1:2 PM": "13:02:00", "25:00:00": "P1DT1H", "100:30:15": "P4DT4H30M15S", "2 days 03:04:05": "P2DT3H4M5S", "1 day, 2:03:04": "P1DT2H3M4S",
		"-1 days +23:00:00": "-P1DT23H", "1h 30m": "PT1H30M", "2 hours 5 minutes": "PT2H5M", "90 min": "PT1H30M", "1.5h": "PT1H30M", "3d": "P3D", "45s": "PT45S", "1:23.5": "PT1M23.5S", "1 day": "P1D",
	} {
		c := profile("x", cell)
		if c.Temporal == nil || c.Temporal.Min != want || c.Temporal.Max != want || c.Temporal.Format == "" {
			t.Errorf("%q is %s %+v, want %s", cell, c.Type, c.Temporal, want)
		}
	}
}

func TestWhatOnlyLooksLikeADateIsText(t *testing.T) {
	for _, cell := range []string{"2024-02-30", "31/04/2024", "0000-00-00", "2024-13-01", "13/13/2024", "2024-00-10", "Feb 30, 2024", "30 février 2024", "2024-366-1", "2023-366", "2024-W54", "1.2.3", "1/2", "1/2/3/4",
		"March", "Mon", "5 Mar", "may 5", "mark 2024", "25:61", "12:30:61", "13:00 PM", "2024-03-05 25:00", "2024-03-05T", "2024-03-05 06:07 XYZ", "99999", "555-1234", "1234-12", "12-34-56-78",
		"1h30", "5 m", "30m 1h", "1 2", "room 2024", "item 12", "version 1.2.3", "Jan", "2010-2011", "1st", "5 P", "5 amps", "13 PM", "0 AM", "12:3", "1:2", "10.1995", "1990s", "2024Q5", "Q2 24", "2024M3", "09:00-17:00", "09:00 17:00", "09:00 12", "09:00 3/2024", "9:00 31/04/2024", "9:00 Mon", "20241305060708.250", "20240305060708.2"} {
		if c := profile("x", cell); temporalType(c.Type) {
			t.Errorf("%q is %s %+v", cell, c.Type, c.Temporal)
		}
	}
	if c := profile("season", "2009-10", "2010-11", "2011-12"); c.Type != "text" {
		t.Errorf("spans of years are %s", c.Type)
	}
	if c := profile("season", "2010-11", "2011-12", "2008-09"); c.Type != "text" {
		t.Errorf("spans of years are %s", c.Type)
	}
}

func TestIntegersAreDatesWhereAllOfThemMayBe(t *testing.T) {
	days := func(n int) (cells []string) {
		for i := range n {
			cells = append(cells, time.Date(2023, 11, 20, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i).Format("20060102"))
		}
		return cells
	}
	for _, c := range []struct {
		name, want string
		cells      []string
	}{
		{"x", "date", days(100)},
		{"order_date", "date", days(3)},
		{"x", "integer", days(3)},
		{"order_id", "integer", days(100)},
		{"x", "integer", append(days(100), "20231301")},
		{"date", "text", append(days(100), "today")},
		{"date", "date", append(days(100), "2023-11-19")},
	} {
		got := profile(c.name, c.cells...)
		if got.Type != c.want {
			t.Errorf("%s of %d: %s %+v", c.name, len(c.cells), got.Type, got.Evidence)
		}
		if got.Type == "date" && (got.Temporal.Format != "YYYYMMDD" || !strings.HasPrefix(got.Temporal.Max, "202") || got.Numeric != nil || len(got.Histogram.EdgesText) == 0) {
			t.Errorf("%s: %+v", c.name, got.Temporal)
		}
	}
	r := profileResult("x", days(100)...)
	if v, ok := r.Number([]byte("20240101")); !ok || v != 1704067200e6 {
		t.Errorf("%v, %v", v, ok)
	}
}

func TestIntegersAreMomentsWhereAllOfThemMayBe(t *testing.T) {
	moments := func(n int, layout string) (cells []string) {
		for i := range n {
			cells = append(cells, time.Date(2023, 12, 31, 22, 0, 0, 0, time.UTC).Add(time.Duration(i)*7001*time.Second).Format(layout))
		}
		return cells
	}
	for _, c := range []struct {
		name  string
		cells []string
		want  string
		min   string
	}{
		{"x", moments(40, "20060102150405"), "datetime", "2023-12-31T22:00:00"},
		{"publish_time", moments(3, "200601021504"), "datetime", "2023-12-31T22:00:00"},
		{"order_id", moments(40, "20060102150405"), "integer", ""},
		{"x", append(moments(40, "20060102150405"), "20231231226000"), "integer", ""},
		{"x", append(moments(40, "20060102150405"), "5"), "integer", ""},
		{"x", moments(5, "20060102150405"), "integer", ""},
	} {
		got := profile(c.name, c.cells...)
		if got.Type != c.want || got.Temporal != nil && (got.Temporal.Min != c.min || got.Temporal.Format != "YYYYMMDDhhmmss"[:len(c.cells[0])]) {
			t.Errorf("%s of %s … is %s %+v, want %s", c.name, c.cells[0], got.Type, got.Temporal, c.want)
		}
	}
}

func TestTimesBeyondADayMakeTheColumnDurations(t *testing.T) {
	if c := profile("x", "23:59:59", "25:00:00"); c.Type != "duration" || c.Temporal.Max != "P1DT1H" || c.Temporal.Min != "PT23H59M59S" {
		t.Errorf("%s %+v", c.Type, c.Temporal)
	}
	if c := profile("x", "11:59 PM", "25:00:00"); c.Type != "text" {
		t.Errorf("%s", c.Type)
	}
}

func TestEveryFormatOfAColumnIsListed(t *testing.T) {
	c := profile("x", "2024-01-02", "2024-01-03", "4.1.2024")
	if want := []report.Format{{Format: "YYYY-MM-DD", Count: 2}, {Format: "DD.MM.YYYY", Count: 1}}; !slices.Equal(c.Temporal.Formats, want) {
		t.Errorf("%+v", c.Temporal.Formats)
	}
}

func TestDottedDatesHaveTheDayFirst(t *testing.T) {
	c := profile("x", "1.2.2024", "3.4.2024")
	if c.Temporal.Min != "2024-02-01" || c.Temporal.Ambiguous || c.Temporal.Format != "DD.MM.YYYY" {
		t.Errorf("%+v", c.Temporal)
	}
	c = profile("x", "01.02.2024", "12.31.2024")
	if c.Temporal.Min != "2024-01-02" || c.Temporal.Format != "MM.DD.YYYY" {
		t.Errorf("%+v", c.Temporal)
	}
}

func TestATimeWrittenInAnyLayoutIsReadBack(t *testing.T) {
	layouts := []string{time.RFC3339Nano, time.RFC1123, time.RFC1123Z, time.RFC850, time.ANSIC, time.UnixDate, time.RubyDate, "2006-01-02 15:04:05", "2006-01-02 15:04:05.000000", "20060102T150405Z",
		"2006/01/02 15:04:05", "02 Jan 2006 15:04:05", "02-Jan-2006 15:04:05", "January 2, 2006 3:04:05 PM", "Jan _2, 2006 15:04:05", "02/Jan/2006:15:04:05 -0700", "2006-01-02 15:04:05 -07:00", "2 January 2006, 15:04:05",
		"Mon Jan 02 2006 15:04:05 GMT-0700", "02Jan2006:15:04:05"}
	r := rand.New(rand.NewPCG(5, 6))
	for range 20_000 {
		at := time.Unix(r.Int64N(2_000_000_000), 0).UTC()
		layout := layouts[r.IntN(len(layouts))]
		if strings.Contains(layout, "07") && !strings.Contains(layout, "GMT") {
			at = at.In(time.FixedZone("", (r.IntN(27)-12)*1800))
		}
		text := at.Format(layout)
		var v value
		if classify([]byte(text), &v); v.class != classDatetime || v.i != at.Unix() {
			t.Fatalf("%q is %d, %d, want %d", text, v.class, v.i, at.Unix())
		}
	}
}

func TestDatesOfOtherSpellingsAreReadBack(t *testing.T) {
	layouts := []string{"2006-01-02", "2006/1/2", "2006.01.02", "02.01.2006", "2.1.06", "02 Jan 2006", "02-Jan-06", "02Jan2006", "January 2, 2006", "Jan-02-2006", "Monday, 2 January 2006", "2006-002", "Mon, 02 Jan 2006", "2 de Jan de 2006"}
	r := rand.New(rand.NewPCG(7, 8))
	for range 10_000 {
		at := time.Date(1970+r.IntN(98), time.Month(r.IntN(12)+1), r.IntN(28)+1, 0, 0, 0, 0, time.UTC)
		text := at.Format(layouts[r.IntN(len(layouts))])
		var v value
		if classify([]byte(text), &v); v.class != classDate || v.day != at.Unix() {
			t.Fatalf("%q is %d, %d, want %d", text, v.class, v.day, at.Unix())
		}
	}
	year, week := time.Date(2021, 1, 3, 0, 0, 0, 0, time.UTC).ISOWeek()
	if got := fmt.Sprintf("%d-W%02d", year, week); got != "2020-W53" {
		t.Errorf("%s", got)
	}
}

func TestIntegersOfAFormatWithTypesStayIntegers(t *testing.T) {
	if c := profileKinds("date", []string{"20240131", "20240201"}, []source.Kind{source.Number, source.Number}); c.Type != "integer" {
		t.Errorf("%s", c.Type)
	}
}
