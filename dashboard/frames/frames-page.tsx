import './frames.css'
import { Loader, Title, useComputedColorScheme } from '@mantine/core'
import { type CSSProperties, useCallback, useMemo, useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { useText } from '../i18n/language-provider.tsx'
import { ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { tokens } from '../theme/tokens.ts'
import { ByteRibbon } from './byte-ribbon.tsx'
import { CopyFrame } from './copy-frame.tsx'
import { DeviceFrames } from './device-frames.tsx'
import { FoundReadings } from './found-readings.tsx'
import { addressFrom, type FrameAddress, hashOf } from './frame-address.ts'
import { FrameForm } from './frame-form.tsx'
import { useDecoded, useProtocols } from './frame-queries.ts'
import { useFrameTexts } from './frame-texts.ts'
import type { DecodedFrame } from './frame-types.ts'
import { coloursOf, rowsOf, runsOf } from './part-runs.ts'
import { PartsTable } from './parts-table.tsx'
import { Verdict } from './verdict.tsx'

/** A frame explained byte by byte. What is shown stands behind the # of the address. */
export default function FramesPage() {
  const text = useText()
  const texts = useFrameTexts()
  const navigate = useNavigate()
  const { hash, search } = useLocation()
  const scheme = useComputedColorScheme('light')
  const address = addressFrom(hash)
  const protocols = useProtocols()
  const decoded = useDecoded(address)
  useTitle(texts.title)
  const go = (next: Partial<FrameAddress>) => void navigate({ pathname: '/frames', search, hash: hashOf(next) })
  const asked = address.hex !== '' || address.text !== '' || (address.device !== '' && address.offset !== '')
  return (
    <div className="cg-page cg-frames" style={paletteOf(scheme)}>
      <div className="cg-page-head">
        <Title order={1}>{texts.title}</Title>
      </div>
      <p className="cg-frame-facts">{texts.intro}</p>
      {protocols.isError && <ProblemView error={protocols.error} onRetry={() => void protocols.refetch()} />}
      <FrameForm address={address} protocols={protocols.data ?? []} onAsk={go} />
      {address.device !== '' && <DeviceFrames address={address} onClose={() => go({ ...address, device: '' })} />}
      {asked && decoded.isPending && <Loader size="sm" aria-label={text.app.loading} />}
      {asked && decoded.isError && <ProblemView error={decoded.error} onRetry={() => void decoded.refetch()} />}
      {asked && decoded.data && !decoded.isError && (
        <>
          <Verdict frame={decoded.data} protocols={protocols.data ?? []} onModel={model => go({ ...address, model })} />
          <Explained key={`${decoded.data.bytes} ${decoded.data.model}`} frame={decoded.data} />
        </>
      )}
    </div>
  )
}

/** The ribbon and the table, linked: what is pointed at in one is lit in the other. Beside them the readings. */
function Explained({ frame }: { readonly frame: DecodedFrame }) {
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

/** The colours of parts are those of kinds: told apart with the common colour blindnesses. */
function paletteOf(scheme: 'light' | 'dark'): CSSProperties {
  const { blue, amber, teal, violet, green, rose } = tokens.kind[scheme]
  return Object.fromEntries([blue, amber, teal, violet, green, rose].map((colour, index) => [`--cg-run-${index}`, colour]))
}
