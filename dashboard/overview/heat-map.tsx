import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { useOrgName } from '../api/org-names.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { levelOf, levels, percentOf } from './levels.ts'
import { useOverviewTexts } from './overview-texts.ts'
import type { Completeness } from './overview-types.ts'

const HOUR_MS = 3_600_000
/** Every so many columns tell their hour. */
const LABELLED = 3

/** How complete each hour is, row by row. What is whole stays quiet; what is missing shows its percentage. */
export function HeatMap({ data, listOf }: { readonly data: Completeness; readonly listOf: (row: string) => string }) {
  const { title } = useLanguage()
  const orgName = useOrgName()
  const texts = useOverviewTexts()
  const format = useFormat()
  const start = Date.parse(data.from)
  const hours = Array.from({ length: data.hours }, (_, index) => start + index * HOUR_MS)
  const numbered = data.hours <= 24
  const box = useRef<HTMLDivElement>(null)
  // Where not all hours fit, the newest are in sight.
  useEffect(() => {
    if (data.hours > 0) box.current?.scrollTo({ left: box.current.scrollWidth })
  }, [data.hours])
  return (
    <>
      <div className="cg-heat-box" ref={box}>
        <table className="cg-heat" data-narrow={!numbered}>
          <thead>
            <tr>
              <th scope="col">
                <span className="cg-hidden">{texts.row}</span>
              </th>
              {hours.map((at, index) => (
                <th scope="col" key={at} title={format.dateTime(at)}>
                  {index % LABELLED === 0 ? format.hourMinute(at) : <span className="cg-hidden">{format.hourMinute(at)}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.rows.map(row => {
              const name = row.title ? title(row.title) : orgName(row.id)
              return (
                <tr key={row.id} data-row={row.id}>
                  <th scope="row">
                    <Link to={listOf(row.id)}>{name}</Link>
                  </th>
                  {hours.map((at, index) => (
                    <Cell key={at} name={name} at={at} received={row.received[index] ?? 0} expected={row.expected[index] ?? 0} numbered={numbered} />
                  ))}
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      <ul className="cg-heat-legend">
        {levels.map(level => (
          <li key={level}>
            <span className="cg-heat-cell cg-heat-key" data-level={level} />
            {texts.levels[level]}
          </li>
        ))}
      </ul>
    </>
  )
}

function Cell(props: { readonly name: string; readonly at: number; readonly received: number; readonly expected: number; readonly numbered: boolean }) {
  const { name, at, received, expected, numbered } = props
  const texts = useOverviewTexts()
  const format = useFormat()
  const percent = percentOf(received, expected)
  const hour = format.hourMinute(at)
  const label =
    percent === undefined
      ? texts.unknownCell(name, hour)
      : texts.cell(name, hour, format.percent(percent / 100), format.count(received), format.count(expected))
  return (
    <td className="cg-heat-cell" data-level={levelOf(received, expected)} title={label}>
      <span aria-hidden="true">{numbered && percent !== undefined && percent < 100 ? percent : ''}</span>
      <span className="cg-hidden">{label}</span>
    </td>
  )
}
