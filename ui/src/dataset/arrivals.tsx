// Files that become versions of the dataset that is looked at: their cards stand on its page.
import { useEffect } from 'preact/hooks'
import { setQuery } from '../router.ts'
import { UploadCard } from '../upload/card.tsx'
import { uploads } from '../upload/uploads.ts'
import type { Page } from './load.ts'

export function Arrivals({ page }: { page: Page }) {
  const mine = uploads.list.value.filter((t) => t.datasetId === page.id)
  const arrived = mine.filter((t) => t.result.value !== null)
  // What has arrived is a version, whose page says all that its card would.
  useEffect(() => {
    if (arrived.length === 0) return
    const newest = Math.max(...arrived.map((t) => t.result.value!.version))
    void page.load().then(() => {
      if (!page.versions.value?.some((v) => v.version === newest)) return
      setQuery({ v: null, table: null, col: null })
      uploads.tidy((job) => arrived.some((t) => t.result.value!.job_id === job))
    })
  }, [arrived.length])
  if (mine.length === 0) return null
  return (
    <section class="arrivals" aria-label="On the way">
      <ul class="cards">
        {mine.map((transfer) => (
          <UploadCard transfer={transfer} key={transfer} />
        ))}
      </ul>
    </section>
  )
}
