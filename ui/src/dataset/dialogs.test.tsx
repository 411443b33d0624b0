import { cleanup, fireEvent, render, screen } from '@testing-library/preact'
import { afterEach, expect, test, vi } from 'vitest'
import type { DatasetDetail } from '../api/api.gen.ts'
import { ApiError } from '../api/client.ts'
import { DeleteDialog, OptionsDialog, RenameDialog } from './dialogs.tsx'
import { golden } from './golden.ts'
import { Page } from './load.ts'

afterEach(cleanup)

const dataset = { id: 'ds_1', name: 'films.csv', description: 'Old words', role: 'owner' } as DatasetDetail

test('deleting needs the name typed, and says what goes with it', () => {
  const page = new Page('ds_1')
  const remove = vi.spyOn(page, 'remove').mockResolvedValue()
  render(<DeleteDialog page={page} dataset={dataset} versions={3} onClose={() => {}} />)
  const yes = screen.getByRole('button', { name: 'Delete for good' }) as HTMLButtonElement
  expect(screen.getByText(/all 3 versions, their uploaded files and their reports/)).toBeTruthy()
  expect(yes.disabled).toBe(true)
  fireEvent.input(screen.getByRole('textbox'), { target: { value: 'films' } })
  expect(yes.disabled).toBe(true)
  fireEvent.input(screen.getByRole('textbox'), { target: { value: 'films.csv' } })
  expect(yes.disabled).toBe(false)
  fireEvent.submit(yes.closest('form')!)
  expect(remove).toHaveBeenCalledOnce()
})

test('a name and a description are saved as they are meant', async () => {
  const page = new Page('ds_1')
  const change = vi.spyOn(page, 'change').mockResolvedValue()
  const onClose = vi.fn()
  render(<RenameDialog page={page} dataset={dataset} onClose={onClose} />)
  fireEvent.input(screen.getByLabelText('Name'), { target: { value: ' Films ' } })
  fireEvent.submit(screen.getByLabelText('Name').closest('form')!)
  await expect.poll(() => onClose.mock.calls.length).toBe(1)
  expect(change).toHaveBeenCalledWith({ name: 'Films', description: 'Old words' })
})

test('a refusal is shown in the server’s words, and the dialog stays', async () => {
  const page = new Page('ds_1')
  vi.spyOn(page, 'readAgain').mockRejectedValue(new ApiError(400, 'invalid', 'delimiter must be one character.', 'Or the word tab.'))
  const onClose = vi.fn()
  render(<OptionsDialog page={page} report={golden('films')} onClose={onClose} />)
  expect(screen.getByLabelText('Delimiter').getAttribute('placeholder')).toBe('found: ,')
  fireEvent.input(screen.getByLabelText('Delimiter'), { target: { value: 'abc' } })
  fireEvent.submit(screen.getByLabelText('Delimiter').closest('form')!)
  expect((await screen.findByRole('alert')).textContent).toContain('Delimiter must be one character.')
  expect(onClose).not.toHaveBeenCalled()
})
