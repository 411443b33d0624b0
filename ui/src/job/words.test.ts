import { expect, test } from 'vitest'
import { mayHelp, optionsHelp } from './words.ts'

test.each(['encrypted_file', 'unsupported_format', 'invalid_parquet', 'bad_archive', 'bad_compression', 'empty_file'])('no other try and no option helps with %s', (code) => {
  expect(mayHelp({ code })).toBe(false)
  expect(optionsHelp({ code })).toBe(false)
})

test('a Parquet file without its end stays without it; a text that was taken for JSON may be another one', () => {
  expect(optionsHelp({ code: 'truncated_file', row: null })).toBe(false)
  expect(optionsHelp({ code: 'truncated_file', row: 3 })).toBe(true)
  expect(mayHelp({ code: 'truncated_file' })).toBe(false)
})

test('what a crash or a wrong guess ended may end otherwise', () => {
  expect(mayHelp({ code: 'parser_crashed' })).toBe(true)
  expect(optionsHelp({ code: 'parser_crashed' })).toBe(true)
  expect(optionsHelp({ code: 'bad_encoding' })).toBe(true)
  expect(mayHelp(null)).toBe(true)
})
