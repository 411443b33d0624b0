import { describe, expect, test } from 'vitest'
import { columnOf, golden, goldenNames } from './golden.ts'
import { delimiterWords, alertCounts, brief, estimates, missingShare, rankError, momentWords, rowWords, sourceWords, tokenWords, trustWords } from './wording.ts'

describe('how a file was read', () => {
  test.each([
    ['films', /^CSV with commas between cells, UTF-8, [\d.]+ kB$/],
    ['dates', /^TSV, UTF-8, [\d.]+ kB$/],
    ['events', /^NDJSON, UTF-8, [\d.]+ kB$/],
    ['small', /^JSON, UTF-8, [\d.]+ (k?B)$/],
  ])('%s', (name, words) => {
    expect(sourceWords(golden(name).source)).toMatch(words)
  })

  test('names a delimiter that cannot be seen', () => {
    const source = golden('films').source
    expect(sourceWords({ ...source, delimiter: '\u0001' })).toContain('with the character U+0001 between cells')
    expect(delimiterWords('\t')).toBe('tabs')
  })

  test('names what is unusual: other delimiters, no header, compression, lines before the table', () => {
    const source = { ...golden('films').source, delimiter: '¦', header: false, compression: 'gzip', encoding: 'iso-8859-1', skip_rows: 3, size_bytes: 1_400_000 }
    expect(sourceWords(source)).toBe('CSV with “¦” between cells without a header, ISO-8859-1, gzip, 1.4 MB, 3 lines before the table left out')
    expect(sourceWords({ ...source, footer_rows: 2, comment: '#' })).toContain('3 lines before the table, 2 lines after it and lines that begin with # left out')
    expect(sourceWords({ ...source, header: true, skip_rows: 0 }, 1)).toBe('CSV, ISO-8859-1, gzip, 1.4 MB')
    expect(sourceWords({ ...source, skip_rows: 0, footer_rows: 1 })).toContain(', 1 line after the table left out')
  })

  test('a format that says it itself has neither dialect nor encoding', () => {
    const typed = { ...golden('films').source, compression: 'none', size_bytes: 2_000_000, delimiter: undefined, quote: undefined, encoding: '' }
    expect(sourceWords({ ...typed, format: 'parquet' })).toBe('Parquet, 2 MB')
    expect(sourceWords({ ...typed, format: 'arrow' })).toBe('Arrow, 2 MB')
    expect(sourceWords({ ...typed, format: 'xlsx', table: 'Orders' })).toBe('Excel, sheet “Orders”, 2 MB')
    expect(sourceWords({ ...typed, format: 'orc', table: 'x' })).toBe('ORC, table “x”, 2 MB')
  })

  test('a file of an archive is named', () => {
    const source = { ...golden('films').source, compression: 'zip', table: 'in/films.csv', size_bytes: 1000 }
    expect(sourceWords(source)).toBe('CSV with commas between cells, UTF-8, in a zip archive, file “in/films.csv”, 1 kB')
  })
})

describe('how far the numbers can be trusted', () => {
  test('a small file is exact, and only then it is said', () => {
    expect(trustWords(golden('films'))).toBe('Every row was read; all numbers on this page are exact.')
  })

  test('each kind of estimate is named with its bound', () => {
    const report = golden('films')
    const [a, b] = report.columns
    a!.distinct = { value: 1000, exact: false, error: 0.008 }
    Object.assign(columnOf(report, 'Budget').numeric!, { exact: false, rank_error: 0.01 })
    Object.assign(b!, { top_exact: false, top_error: 130 })
    report.duplicates = { rows: 12, exact: false, error: 0.002 }
    expect(estimates(report)).toEqual([
      'distinct counts of 1 column (± 0.8%)',
      'quantiles and histograms of 1 column (± 1.0% of the rows)',
      'most common values of 1 column (counts at most 130 too high)',
      'duplicate rows (± 0.2% of all rows)',
    ])
    expect(trustWords(report)).not.toContain('all numbers on this page are exact')
  })

  test('a list of common values without a count too high says what it may miss', () => {
    const report = golden('films')
    const [a, b] = report.columns
    Object.assign(a!, { top_exact: false, top_rest: 12 })
    expect(estimates(report)).toEqual(['most common values of 1 column (one that is not listed has at most 12 rows)'])
    Object.assign(b!, { top_exact: false, top_error: 130, top_rest: 1 })
    expect(estimates(report)).toEqual(['most common values of 2 columns (counts at most 130 too high; one that is not listed has at most 12 rows)'])
    for (const column of [a!, b!]) Object.assign(column, { top_error: 0, top_rest: 0 })
    expect(estimates(report)).toEqual(['most common values of 2 columns (some may be missing)'])
  })

  test('lengths of long texts are coarse, which is no error of rank', () => {
    const report = golden('films')
    Object.assign(columnOf(report, 'Title').text!, { exact: false, rank_error: 1 / 32, max_length: 4_000 })
    expect(estimates(report)).toEqual(['quantiles and histograms of the lengths in 1 column (lengths from 256 characters on are counted in steps of up to 3.1%)'])
    expect(rankError(columnOf(report, 'Title'))).toBe(0)
  })

  test('a part of a file is never called the whole', () => {
    const report = { ...golden('films'), complete: false }
    expect(trustWords(report)).toBe('Reading stopped early: the numbers below are of the first 420 rows only.')
    expect(trustWords({ ...report, provisional: true })).toContain('Still reading')
    expect(trustWords({ ...report, rows: 1 })).toBe('Reading stopped early: the numbers below are of the first row only.')
  })

  test('a file with a header alone says so', () => {
    expect(trustWords(golden('empty'))).toContain('no data row')
    expect(missingShare(golden('empty'))).toBe(0)
  })

  test('missing cells are a share of all cells', () => {
    const report = golden('films')
    const nulls = report.columns.reduce((sum, c) => sum + c.nulls, 0)
    expect(missingShare(report)).toBe(nulls / (420 * 13))
  })
})

describe('alerts are counted', () => {
  test.each(goldenNames)('%s: as many as are listed, where all are', (name) => {
    const report = golden(name)
    expect(alertCounts(report).all).toBe(report.alerts.length)
  })

  test('in every column where the list was cut', () => {
    const report = golden('films')
    const whole = report.alerts.length
    report.alerts.splice(2)
    expect(alertCounts(report)).toMatchObject({ all: whole, listed: 2 })
  })
})

describe('alerts in few words', () => {
  test('say how much, from the column itself', () => {
    const column = columnOf(golden('films'), 'Running Time')
    expect(brief(column, column.alerts.find((a) => a.code === 'missing')!)).toBe('65% missing')
  })

  test('a mixed column names the kind that the alert is about', () => {
    const column = columnOf(golden('mixed'), 'reading')
    const alerts = column.alerts.filter((a) => a.code === 'mixed_types')
    expect(alerts.length).toBeGreaterThan(0)
    for (const alert of alerts) {
      const kind = column.evidence.find((e) => brief(column, alert).startsWith(String(e.count)))
      expect(kind && alert.message.includes(kind.type)).toBe(true)
    }
  })

  test('a code of a later engine falls back on its sentence, cut', () => {
    const column = columnOf(golden('films'), 'Genre')
    expect(brief(column, { code: 'new', severity: 'info', message: 'Short one.' })).toBe('Short one')
    expect(brief(column, { code: 'new', severity: 'info', message: 'A sentence that is much too long for a chip.' })).toHaveLength(30)
  })

  test('no known code of the golden reports is left without its words', () => {
    for (const name of ['films', 'mixed', 'codes', 'events', 'dates'])
      for (const column of golden(name).columns) for (const alert of column.alerts) expect(brief(column, alert).length).toBeLessThanOrEqual(30)
  })
})

test.each([
  [undefined, ''],
  [[], ''],
  [[17], 'row 17'],
  [[17, 204], 'rows 17 and 204'],
  [[1, 2, 1003], 'rows 1, 2 and 1,003'],
  [[1, 2, 3, 4, 5, 6, 7, 8, 9], 'rows 1, 2, 3, 4, 5, 6, 7, 8 …'],
])('rows %j are "%s"', (rows, words) => {
  expect(rowWords(rows)).toBe(words)
})

test('a null token can be seen, whatever it is', () => {
  expect([tokenWords(''), tokenWords('  '), tokenWords('N/A')]).toEqual(['empty', 'white space', 'N/A'])
})

test('a moment past a trillion keeps to one line', () => {
  expect(momentWords(18_257_418_583_503, 1e15, 2)).toBe('1.83e13')
  expect(momentWords(333_333_333_459, 1e15, 0)).toBe('333,333,333,459')
})
