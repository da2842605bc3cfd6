import './plan.css'
import { useKinds } from '../api/queries.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useLanguage } from '../i18n/language-provider.tsx'
import { useModelTexts } from './model-texts.ts'
import type { PlannedPoll, PointRow } from './model-types.ts'
import { hexAddress, periodText, spanText } from './point-words.ts'
import { type Block, blocksOf } from './register-blocks.ts'

/** As many as there are colours of kinds. */
const COLOURS = 6

/** The registers a plan reads, block by block along their addresses. The tables beside it say the same in words. */
export function RegisterPicture(props: { readonly polls: readonly PlannedPoll[]; readonly points: readonly PointRow[]; readonly kind: string }) {
  const { polls, points, kind } = props
  const texts = useModelTexts()
  const tables = blocksOf(polls, points)
  if (tables.length === 0) return null
  return (
    <div className="cg-registers" role="img" aria-label={texts.picture}>
      {tables.map(({ table, blocks }) => (
        <div key={table} className="cg-register-line">
          <span className="cg-register-table">{texts.manyTables[table]}</span>
          <div className="cg-register-blocks">
            {blocks.map(block => (
              <BlockPicture key={`${block.address} ${block.everyMs}`} block={block} kind={kind} />
            ))}
          </div>
        </div>
      ))}
      <p className="cg-advice">{texts.picture}</p>
    </div>
  )
}

function BlockPicture({ block, kind: kindId }: { readonly block: Block; readonly kind: string }) {
  const texts = useModelTexts()
  const { title } = useLanguage()
  const format = useFormat()
  const kind = useKinds().data?.find(({ id }) => id === kindId)
  const { address, count, everyMs, parts, gap } = block
  return (
    <>
      {gap !== undefined && gap > 0 && <span className="cg-register-gap">{texts.gap(format.count(gap))}</span>}
      <div className="cg-register-block" style={{ flexGrow: count }}>
        <div className="cg-register-head">
          <code>{spanText(block)}</code>
          {` · ${periodText(everyMs, format)}`}
        </div>
        <div className="cg-register-bar">
          {parts.map(part => {
            const field = kind?.fields[part.field]
            return (
              <span
                key={`${part.field} ${part.at}`}
                data-colour={part.index % COLOURS}
                title={`${field ? title(field.title) : part.field}: ${hexAddress(address + part.at)}`}
                style={{ left: `${(part.at / count) * 100}%`, width: `${(part.count / count) * 100}%` }}
              />
            )
          })}
        </div>
      </div>
    </>
  )
}
