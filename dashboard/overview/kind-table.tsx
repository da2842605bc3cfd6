import { Link } from 'react-router'
import type { Overview } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { KindIcon } from '../map/kind-icon.tsx'
import { looksOf, UNKNOWN_LOOK } from '../map/looks.ts'
import { useTableTexts } from '../table/table-texts.ts'
import { Icon } from '../theme/icon.tsx'
import { listAddress, type OverviewView } from './overview-address.ts'
import { useOverviewTexts } from './overview-texts.ts'

/** Devices by kind and state; every number leads to its list, every kind to the map as well. */
export function KindTable({ counts, view }: { readonly counts: Overview; readonly view: OverviewView }) {
  const { title } = useLanguage()
  const texts = useOverviewTexts()
  const table = useTableTexts()
  const kinds = counts.kinds.filter(({ devices }) => devices.total > 0)
  const looks = looksOf(counts.kinds.map(({ kind }) => kind))
  return (
    <div className="cg-scroll-x">
      <table className="cg-figures">
        <thead>
          <tr>
            <th scope="col">{table.kind}</th>
            <th scope="col">{texts.devices}</th>
            <th scope="col">{table.conditions.ok}</th>
            <th scope="col">{table.conditions.stale}</th>
            <th scope="col">{table.conditions.silent}</th>
            <th scope="col">{texts.flagged}</th>
            <th scope="col">
              <span className="cg-hidden">{table.onMap}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {kinds.map(({ kind, title: kindTitle, devices }) => {
            const of = { org: view.org, kind }
            return (
              <tr key={kind} data-kind={kind}>
                <th scope="row">
                  <span className="cg-kind-name">
                    <KindIcon look={looks.get(kind) ?? UNKNOWN_LOOK} size={16} />
                    {title(kindTitle)}
                  </span>
                </th>
                <Figure count={devices.total} to={listAddress(of, {})} />
                <Figure count={devices.ok} to={listAddress(of, { state: 'ok' })} />
                <Figure count={devices.stale} to={listAddress(of, { state: 'stale' })} bad />
                <Figure count={devices.silent} to={listAddress(of, { state: 'silent' })} />
                <Figure count={devices.flagged} to={listAddress(of, { with: 'flagged' })} bad />
                <td>
                  <Link to={`/?kinds=${encodeURIComponent(kind)}`} title={table.onMap} aria-label={`${title(kindTitle)}: ${table.onMap}`}>
                    <Icon name="map" size={15} />
                  </Link>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

function Figure({ count, to, bad = false }: { readonly count: number; readonly to: string; readonly bad?: boolean }) {
  const format = useFormat()
  return <td data-bad={bad && count > 0}>{count === 0 ? <span className="cg-zero">{format.count(0)}</span> : <Link to={to}>{format.count(count)}</Link>}</td>
}
