import { Check, ChevronDown, Download } from 'lucide'
import type { Version } from '../api/api.gen.ts'
import { address } from '../api/client.ts'
import { bytes, count, dateTime } from '../format.ts'
import { Icon } from '../icon.tsx'
import { Menu } from './menu.tsx'

export const downloadHref = (version: Version) => address('/api/v1/datasets/{id}/versions/{n}/download', { id: version.dataset_id, n: version.version })

/** The newest version needs no number in the address: a link to it stays a link to the newest. */
const versionHref = (version: Version, newest: number) => (version.version === newest ? window.location.pathname : `?v=${version.version}`)

const states = { queued: 'waiting', running: 'being read', succeeded: 'ready', failed: 'failed', canceled: 'canceled' } as const

const stateOf = (version: Version) => (version.job ? states[version.job.status] : version.summary ? 'ready' : 'waiting')

export function VersionPicker({ versions, current }: { versions: Version[]; current: Version }) {
  if (versions.length === 1) return <span class="version-pill">Version {current.version}</span>
  const newest = versions[0]!.version
  return (
    <Menu
      className="version-pill"
      label={`Version ${current.version}, choose another`}
      name={
        <>
          Version {current.version} <Icon of={ChevronDown} size={13} />
        </>
      }
    >
      <ul class="version-menu">
        {versions.map((version) => (
          <li key={version.version}>
            <a href={versionHref(version, newest)} aria-current={version === current ? 'true' : undefined}>
              <span>
                <b>Version {version.version}</b>
                {version.version === newest && ' newest'}
              </span>
              {version === current && <Icon of={Check} size={14} />}
              <small>
                {dateTime(version.created_at)}, {bytes(version.size)}
                {stateOf(version) !== 'ready' && `, ${stateOf(version)}`}
              </small>
            </a>
          </li>
        ))}
      </ul>
    </Menu>
  )
}

/** All versions of the dataset, with their files. */
export function VersionList({ versions, current }: { versions: Version[]; current: Version }) {
  const newest = versions[0]!.version
  return (
    <section class="panel wide" aria-labelledby="versions">
      <div class="panel-head">
        <h2 id="versions">Versions</h2>
      </div>
      <div class="scroll versions" tabIndex={0} role="region" aria-label="Table of versions">
        <table>
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col">File</th>
              <th scope="col" class="num">
                Size
              </th>
              <th scope="col" class="num">
                Rows
              </th>
              <th scope="col" class="num">
                Columns
              </th>
              <th scope="col">Uploaded</th>
              <th scope="col">State</th>
              <th scope="col">
                <span class="hush">Download</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map((version) => (
              <tr key={version.version} class={version === current ? 'current' : undefined}>
                <th scope="row">
                  <a class="link" href={versionHref(version, newest)} aria-current={version === current ? 'true' : undefined}>
                    {version.version}
                  </a>
                </th>
                <td>{version.name}</td>
                <td class="num">{bytes(version.size)}</td>
                <td class="num">{version.summary ? count(version.summary.rows) : '–'}</td>
                <td class="num">{version.summary ? count(version.summary.columns) : '–'}</td>
                <td>{dateTime(version.created_at)}</td>
                <td>
                  {stateOf(version)}
                  {version.summary && !version.summary.complete && ', incomplete'}
                </td>
                <td>
                  <a class="link" href={downloadHref(version)} download aria-label={`Download version ${version.version}`}>
                    <Icon of={Download} size={14} />
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
