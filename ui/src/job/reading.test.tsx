import { cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { useState } from 'preact/hooks'
import { afterEach, describe, expect, test } from 'vitest'
import { golden } from '../dataset/golden.ts'
import { formOf, ReadingFields, SureWords, toOptions } from './reading.tsx'

afterEach(cleanup)

const none = formOf(null)

describe('the options of a new reading', () => {
  test('what is left alone is left out', () => {
    expect(toOptions(none)).toEqual({})
  })

  test('have the names and types of the API', () => {
    const said = { format: 'csv', delimiter: ';', quote: 'none', escape: '\\', comment: '#', encoding: ' windows-1252 ', header: 'no', skip_rows: '3', table: 'a.csv', as_of: '2024-12-31' }
    expect(toOptions(said)).toEqual({ ...said, encoding: 'windows-1252', skip_rows: 3 })
  })

  test('a space can be a delimiter', () => {
    expect(toOptions({ ...none, delimiter: ' ' })).toEqual({ delimiter: ' ' })
  })

  test('what means nothing to the format is left out', () => {
    expect(toOptions({ ...none, format: 'json', delimiter: ';', skip_rows: '3', encoding: 'utf-8' })).toEqual({ format: 'json', encoding: 'utf-8' })
    expect(toOptions({ ...none, format: 'xlsx', quote: '"', encoding: 'utf-8', header: 'no', table: 'Sheet 2' })).toEqual({ format: 'xlsx', header: 'no', table: 'Sheet 2' })
    expect(toOptions({ ...none, format: 'parquet', header: 'no' })).toEqual({ format: 'parquet' })
  })

  test('what was said the last time is said again', () => {
    const source = { ...golden('films').source, options: { delimiter: '\t', skip_rows: 2, as_of: '2024-12-31' } }
    expect(toOptions(formOf(source.options))).toEqual({ delimiter: 'tab', skip_rows: 2, as_of: '2024-12-31' })
  })
})

function Fields(props: Omit<Parameters<typeof ReadingFields>[0], 'form' | 'onForm'>) {
  const [form, setForm] = useState(formOf(props.source?.options))
  return <ReadingFields form={form} onForm={setForm} {...props} />
}

test('the fields are those of the format', () => {
  render(<Fields />)
  expect(screen.getByLabelText('Delimiter')).toBeTruthy()
  fireEvent.change(screen.getByLabelText('Format'), { target: { value: 'parquet' } })
  for (const label of ['Delimiter', 'Quote', 'Encoding', 'First row holds the names']) expect(screen.queryByLabelText(label)).toBeNull()
  fireEvent.change(screen.getByLabelText('Format'), { target: { value: 'xlsx' } })
  expect(screen.getByLabelText('First row holds the names')).toBeTruthy()
  expect(screen.getByLabelText('Table')).toBeTruthy()
})

test('the tables of the file can be chosen by name', () => {
  render(<Fields source={{ ...golden('films').source, format: 'xlsx' }} tables={[{ name: 'Orders' }, { name: 'Lines' }]} />)
  expect([...(screen.getByLabelText('Table') as HTMLSelectElement).options].map((o) => o.text)).toEqual(['The first with data', 'Orders', 'Lines'])
})

test('it is said how sure the last reading was', () => {
  const { container } = render(<SureWords source={{ ...golden('films').source, confidence: 0.624, encoding: 'windows-1252', encoding_confidence: 0.8 }} />)
  expect(container.textContent).toBe('The delimiter, quotes and header were found with 62% confidence; WINDOWS-1252 is a guess with 80% confidence.')
})

test('what was told is not called found, and can be taken back', () => {
  const source = { ...golden('films').source, options: { delimiter: ';', header: 'no' } }
  render(<Fields source={source} />)
  const delimiter = screen.getByLabelText('Delimiter') as HTMLInputElement
  expect([delimiter.value, delimiter.placeholder]).toEqual([';', 'find out'])
  expect((screen.getByLabelText('Quote') as HTMLInputElement).placeholder).toBe('found: "')
  fireEvent.click(screen.getByRole('button', { name: 'Find out all of it again' }))
  expect(delimiter.value).toBe('')
  expect((screen.getByLabelText('First row holds the names') as HTMLSelectElement).value).toBe('')
  expect(screen.queryByRole('button', { name: 'Find out all of it again' })).toBeNull()
  const { container } = render(<SureWords source={source} />)
  expect(container.textContent).toContain('Told: delimiter ;, header no. The rest of delimiter, quotes and header was found')
})
