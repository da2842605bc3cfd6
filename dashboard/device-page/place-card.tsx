import { Loader, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { Link } from 'react-router'
import { useSettings } from '../api/queries.ts'
import type { Device, Kind, Latest, Readings } from '../api/types.ts'
import { useFormat } from '../format/format-provider.tsx'
import { isPreset, type Span, stretchOf } from '../history/span.ts'
import { useText } from '../i18n/language-provider.tsx'
import type { Look } from '../map/looks.ts'
import { hasWebgl } from '../map/webgl.ts'
import { useServices } from '../services.tsx'
import { ErrorBoundary } from '../shell/error-boundary.tsx'
import { EmptyView } from '../shell/problem-view.tsx'
import { useDeviceTexts } from './device-texts.ts'
import { isFix, readTrack } from './track.ts'

const PlaceCanvas = lazy(() => import('./place-canvas.tsx'))

interface PlaceCardProps {
  readonly device: Device
  readonly latest: Latest | undefined
  readonly kind: Kind | undefined
  readonly look: Look
  readonly span: Span
}

/** The chart comes first: a map takes the browser as long as everything else together. */
const AFTER_CHART_MS = 500
const TRACK_EVERY_MS = 30_000

/** Where the device is, and where it went in the period of the chart. */
export function PlaceCard({ device, latest, kind, look, span }: PlaceCardProps) {
  const text = useText()
  const texts = useDeviceTexts()
  const format = useFormat()
  const settings = useSettings().data
  const due = useLater(AFTER_CHART_MS)
  const moves = kind?.moves === true
  // Its way is read after the chart, each time: both at once would keep the chart waiting.
  const [settled] = useDebouncedValue(span, AFTER_CHART_MS)
  const track = useTrack(device.id, settled, moves && due)
  const place = [latest?.position, device.place].find(known => known !== undefined && isFix(known))
  const [webgl] = useState(hasWebgl)
  return (
    <section className="cg-card" aria-label={texts.place}>
      <div className="cg-card-head">
        <Title order={2}>{texts.place}</Title>
        <Link to={`/devices/${encodeURIComponent(device.id)}`}>{texts.onMap}</Link>
      </div>
      {content()}
      {place && (
        <p className="cg-chart-foot">
          {format.coordinate(place.lat)}, {format.coordinate(place.lon)}
        </p>
      )}
      {moves && <p className="cg-chart-foot">{trackText()}</p>}
    </section>
  )

  function content(): ReactNode {
    if (!place && (track.data?.positions ?? 0) === 0) return <EmptyView title={texts.noPlace} />
    if (!webgl) return <EmptyView title={text.map.noWebgl} advice={text.map.noWebglAdvice} />
    if (!due || !settings) return <Waiting />
    return (
      <ErrorBoundary fallback={<EmptyView title={text.map.noWebgl} advice={text.map.noWebglAdvice} />}>
        <Suspense fallback={<Waiting />}>
          <PlaceCanvas settings={settings.map} colour={look.colour} place={place} track={track.data} label={texts.map(device.name ?? device.id)} />
        </Suspense>
      </ErrorBoundary>
    )
  }

  function trackText(): string {
    if (track.isError && !track.data) return texts.trackFailed
    if (!track.data) return text.app.loading
    return track.data.positions === 0 ? texts.noTrack : texts.track(format.count(track.data.positions))
  }
}

function useTrack(device: string, span: Span, enabled: boolean) {
  const { api, clock } = useServices()
  return useQuery({
    queryKey: ['device', device, 'track', span],
    queryFn: ({ signal }) =>
      readTrack(stretchOf(span, clock.now()), query => api.get<Readings>(`/devices/${encodeURIComponent(device)}/readings`, query, signal)),
    enabled,
    structuralSharing: false,
    staleTime: isPreset(span) ? TRACK_EVERY_MS : Number.POSITIVE_INFINITY,
    refetchInterval: isPreset(span) ? TRACK_EVERY_MS : false,
  })
}

function useLater(ms: number): boolean {
  const [due, setDue] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return due
}

function Waiting() {
  const text = useText()
  return (
    <div className="cg-place-map cg-place-wait" role="status" aria-label={text.app.loading}>
      <Loader size="sm" />
    </div>
  )
}
