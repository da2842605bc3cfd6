import { Loader, useComputedColorScheme } from '@mantine/core'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { Link, useLocation, useNavigate, useParams, useSearchParams } from 'react-router'
import { useKinds, useSettings } from '../api/queries.ts'
import { DevicePanel } from '../devices/device-panel.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { type Counts, NO_COUNTS } from '../live/counts.ts'
import { ErrorBoundary } from '../shell/error-boundary.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { tokens } from '../theme/tokens.ts'
import { Legend } from './legend.tsx'
import { looksOf } from './looks.ts'
import type { MapFocus } from './map-canvas.tsx'
import { MapNotices } from './map-notices.tsx'
import { filterFrom, queryText, viewFrom, withFilter } from './url-state.ts'
import { hasWebgl } from './webgl.ts'

const MapCanvas = lazy(async () => ({ default: (await import('./map-canvas.tsx')).MapCanvas }))

/** The map of the city, its legend, and the panel of the device in the address. */
export function MapPage({ phone }: { readonly phone: boolean }) {
  const text = useText()
  const { id } = useParams()
  const navigate = useNavigate()
  const { search } = useLocation()
  const [parameters, setParameters] = useSearchParams()
  const kinds = useKinds()
  const settings = useSettings()
  const scheme = useComputedColorScheme('light')
  const [counts, setCounts] = useState<Counts>(NO_COUNTS)
  const [styleFailed, setStyleFailed] = useState(false)
  const [tall, setTall] = useState(false)
  const [focus, setFocus] = useState<MapFocus>()
  const looks = useMemo(() => looksOf((kinds.data ?? []).map(kind => kind.id)), [kinds.data])
  const filter = useMemo(() => filterFrom(parameters), [parameters])
  const [webgl] = useState(hasWebgl)
  useTitle(id === undefined ? text.pages.map : undefined)

  const pick = useCallback(
    (device: string | undefined) => {
      // The map moves without the address being rendered anew, so the query is read as it is now.
      const query = queryText(new URLSearchParams(window.location.search))
      void navigate(device === undefined ? `/${query}` : `/devices/${encodeURIComponent(device)}${query}`)
    },
    [navigate],
  )
  const showAll = () => setParameters(before => withFilter(before, { kinds: [], states: [], text: '' }), { replace: true })

  const problem = (!kinds.data && kinds.error) || (!settings.data && settings.error)
  if (problem) {
    const retry = () => void Promise.all([kinds.refetch(), settings.refetch()])
    return <ProblemView error={problem} onRetry={retry} />
  }
  const covered = { right: id !== undefined && !phone ? tokens.panelWidth : 0, bottom: id !== undefined && phone ? Math.round(window.innerHeight * 0.46) : 0 }

  return (
    <div className="cg-map-page" data-panel={id === undefined ? 'closed' : 'open'}>
      <h1 className="cg-hidden">{text.map.title}</h1>
      {!webgl && (
        <div className="cg-map-instead">
          <EmptyView title={text.map.noWebgl} advice={text.map.noWebglAdvice} />
          <Link to={`/devices${search}`}>{text.map.toList}</Link>
        </div>
      )}
      {webgl && (
        <ErrorBoundary fallback={<EmptyView title={text.map.noWebgl} advice={text.map.noWebglAdvice} />}>
          <Suspense fallback={<MapLoading />}>
            {kinds.data && settings.data ? (
              <MapCanvas
                kinds={kinds.data}
                looks={looks}
                settings={settings.data.map}
                scheme={scheme}
                filter={filter}
                startView={viewFrom(parameters)}
                selected={id}
                covered={covered}
                focus={focus}
                onPick={pick}
                onCounts={setCounts}
                onStyleFailed={() => setStyleFailed(true)}
              />
            ) : (
              <MapLoading />
            )}
          </Suspense>
          <MapNotices counts={counts} filter={filter} styleFailed={styleFailed} onShowAll={showAll} />
          <Legend
            kinds={kinds.data ?? []}
            looks={looks}
            counts={counts}
            filter={filter}
            phone={phone}
            onFilter={next => setParameters(before => withFilter(before, next), { replace: true })}
          />
        </ErrorBoundary>
      )}
      {id !== undefined && (
        <DevicePanel key={id} id={id} looks={looks} phone={phone} tall={tall} onTall={setTall} onShow={setFocus} onClose={() => pick(undefined)} />
      )}
    </div>
  )
}

function MapLoading() {
  const text = useText()
  return (
    <div className="cg-map-instead" role="status" aria-label={text.app.loading}>
      <Loader size="sm" />
    </div>
  )
}
