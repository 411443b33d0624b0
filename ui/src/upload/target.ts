// Into which workspace new files go, for who may write in several.
import { computed, signal } from '@preact/signals'
import type { Me } from '../api/api.gen.ts'
import { session } from '../session.ts'

const key = 'assay.workspace'

const chosen = signal(remembered())

function remembered(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** The workspaces that files can be put into, the personal one first. */
export const writable = computed(() => {
  const me: Me | null = session.value.state === 'in' ? session.value.me : null
  return (me?.workspaces ?? []).filter((w) => w.role !== 'viewer').sort((a, b) => Number(b.personal) - Number(a.personal))
})

/** The chosen one, or the first; null where there is none. */
export const target = computed(() => writable.value.find((w) => w.id === chosen.value) ?? writable.value[0] ?? null)

export function chooseTarget(id: string) {
  chosen.value = id
  try {
    localStorage.setItem(key, id)
  } catch {
    // Storage is blocked: the choice holds until the page is left.
  }
}
