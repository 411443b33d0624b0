import { afterEach, expect, test } from 'vitest'
import type { Me } from '../api/api.gen.ts'
import { session } from '../session.ts'
import { chooseTarget, target, writable } from './target.ts'

const me = (...workspaces: Array<[id: string, role: string, personal?: boolean]>) => {
  session.value = { state: 'in', me: { workspaces: workspaces.map(([id, role, personal = false]) => ({ id, role, personal, name: id })) } as unknown as Me }
}

afterEach(() => {
  session.value = { state: 'loading' }
  localStorage.clear()
})

test('new files go into one’s own workspace until another is chosen', () => {
  me(['ws_team', 'editor'], ['ws_mine', 'owner', true])
  expect(target.value?.id).toBe('ws_mine')
  chooseTarget('ws_team')
  expect(target.value?.id).toBe('ws_team')
  expect(localStorage.getItem('assay.workspace')).toBe('ws_team')
})

test('a workspace that one may only read, or is in no more, is no place for files', () => {
  me(['ws_mine', 'owner', true], ['ws_read', 'viewer'])
  expect(writable.value.map((w) => w.id)).toEqual(['ws_mine'])
  chooseTarget('ws_gone')
  expect(target.value?.id).toBe('ws_mine')
})

test('who is not signed in has none', () => {
  expect(target.value).toBeNull()
})
