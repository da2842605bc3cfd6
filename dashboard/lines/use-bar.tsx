import { useFormat } from '../format/format-provider.tsx'

/** Above this part of the time a line has hardly room for what is due. */
const BUSY = 0.8

/** A part of a whole, 0 to 1, as a bar and a number; amber where little is left. */
export function UseBar({ part, label }: { readonly part: number; readonly label: string }) {
  const format = useFormat()
  const percent = Math.round(Math.min(1, Math.max(0, part)) * 100)
  return (
    <span className="cg-use" data-busy={part >= BUSY}>
      <meter className="cg-hidden" min={0} max={100} value={percent} aria-label={label} />
      <span className="cg-bar" aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </span>
      <span>{`${format.count(percent)} %`}</span>
    </span>
  )
}
