import { useCallback, useMemo, useState } from 'react'
import { ByteRibbon } from './byte-ribbon.tsx'
import { CopyFrame } from './copy-frame.tsx'
import { FoundReadings } from './found-readings.tsx'
import { useFrameTexts } from './frame-texts.ts'
import type { DecodedFrame } from './frame-types.ts'
import { coloursOf, rowsOf, runsOf } from './part-runs.ts'
import { PartsTable } from './parts-table.tsx'

/** The bytes of a frame and what they mean, linked: what is pointed at in the ribbon is lit in the table, and the other way round. Beside them the readings. */
export function Explained({ frame }: { readonly frame: DecodedFrame }) {
  const texts = useFrameTexts()
  const [active, setActive] = useState<string | undefined>(undefined)
  const [scrollTo, setScrollTo] = useState<string | undefined>(undefined)
  const activate = useCallback((id: string, scroll: boolean) => {
    setActive(id)
    if (scroll) setScrollTo(id)
  }, [])
  const parts = useMemo(() => frame.parts ?? [], [frame])
  const bytes = useMemo(() => (frame.bytes.match(/../g) ?? []).map(byte => Number.parseInt(byte, 16)), [frame])
  const colours = useMemo(() => coloursOf(runsOf(parts)), [parts])
  const rows = useMemo(() => rowsOf(parts), [parts])
  const part = rows.find(({ id }) => id === active)?.part
  return (
    <>
      {frame.parts ? <ByteRibbon bytes={bytes} parts={parts} colours={colours} active={part} onActive={activate} /> : <p>{texts.unexplained}</p>}
      {frame.masked && <p className="cg-frame-facts">{texts.masked}</p>}
      {frame.shortened && <p className="cg-frame-facts">{texts.shortened}</p>}
      <CopyFrame frame={frame} />
      <div className="cg-frame-columns">
        {frame.parts && <PartsTable parts={parts} colours={colours} active={active} scrollTo={scrollTo} onActive={activate} />}
        <div className="cg-frame-side">
          <FoundReadings frame={frame} />
        </div>
      </div>
    </>
  )
}
