import './frames.css'
import { Loader, Title } from '@mantine/core'
import { useLocation, useNavigate } from 'react-router'
import { useText } from '../i18n/language-provider.tsx'
import { ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { DeviceFrames } from './device-frames.tsx'
import { Explained } from './explained.tsx'
import { addressFrom, type FrameAddress, hashOf } from './frame-address.ts'
import { FrameForm } from './frame-form.tsx'
import { useDecoded, useProtocols } from './frame-queries.ts'
import { useFrameTexts } from './frame-texts.ts'
import { usePartColours } from './part-colours.ts'
import { Verdict } from './verdict.tsx'

/** A frame explained byte by byte. What is shown stands behind the # of the address. */
export default function FramesPage() {
  const text = useText()
  const texts = useFrameTexts()
  const navigate = useNavigate()
  const { hash, search } = useLocation()
  const address = addressFrom(hash)
  const colours = usePartColours()
  const protocols = useProtocols()
  const decoded = useDecoded(address)
  useTitle(texts.title)
  const go = (next: Partial<FrameAddress>) => void navigate({ pathname: '/frames', search, hash: hashOf(next) })
  const asked = address.hex !== '' || address.text !== '' || (address.device !== '' && address.offset !== '')
  return (
    <div className="cg-page cg-frames" style={colours}>
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
