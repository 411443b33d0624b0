import { cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, expect, test, vi } from 'vitest'
import { Accept } from './accept.tsx'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const open = (hash: string) => {
  history.replaceState(null, '', `/accept${hash}`)
  render(<Accept />)
}
const labels = () => [...document.querySelectorAll('form label')].map((label) => label.textContent)

test('an invitation greets whom it is for, and asks for the name before the password', () => {
  open('#token=s3cret&kind=invite&username=ada')
  expect(screen.getByText(/^ada, you are invited/)).toBeTruthy()
  expect(labels()).toEqual(['Username', 'Password'])
  expect((screen.getByLabelText('Username') as HTMLInputElement).value).toBe('ada')
  expect(location.hash).toBe('')
})

test('a reset says so, and has no name to choose', () => {
  open('#token=s3cret&kind=reset')
  expect(screen.getByText(/^An admin has reset the password/)).toBeTruthy()
  expect(labels()).toEqual(['New password'])
})

test('a link that says nothing of itself works all the same', async () => {
  const asked = vi.fn((_url: string, _init?: RequestInit) => new Promise<Response>(() => {}))
  vi.stubGlobal('fetch', asked)
  open('#token=s3cret')
  expect(labels()).toEqual(['Username', 'Password'])
  fireEvent.input(screen.getByLabelText('Password'), { target: { value: 'long enough it is' } })
  fireEvent.submit(document.querySelector('form')!)
  await expect.poll(() => asked.mock.calls.length).toBe(1)
  expect(JSON.parse(asked.mock.calls[0]![1]!.body as string)).toEqual({ link: 's3cret', password: 'long enough it is' })
})

test('a link that was cut says what is missing', () => {
  open('')
  expect(screen.getByText('This link is not complete.')).toBeTruthy()
  expect(document.querySelector('form')).toBeNull()
})
