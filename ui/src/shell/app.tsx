import { DatasetPage } from '../dataset/page.tsx'
import { match, path } from '../router.ts'
import { Header } from './header.tsx'

export function App() {
  const dataset = match('/d/:id', path.value)
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Header />
      {dataset ? <DatasetPage id={dataset.id!} key={dataset.id} /> : <main class="page" id="main" tabIndex={-1} />}
    </>
  )
}
