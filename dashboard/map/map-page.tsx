import { Loader, useComputedColorScheme } from '@mantine/core'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { Link, useLocation, useNavigate, useParams, useSearchParams } from 'react-router'
import { useKinds, useSettings } from '../api/queries.ts'
import { DevicePanel } from '../devices/device-panel.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { type Counts, NO_COUNTS } from '../live/counts.ts'
import { useServices } from '../services.tsx'
import { ErrorBoundary } from '../shell/error-boundary.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { tokens } from '../theme/tokens.ts'
import { type MapFilter, NO_FILTER, withChoice } from './filter.ts'
import { FollowButton } from './follow-button.tsx'
import { Legend } from './legend.tsx'
import { looksOf } from './looks.ts'
import type { MapFocus } from './map-canvas.tsx'
import { MapNotices } from './map-notices.tsx'
import { SpotList } from './spot-list.tsx'
import { filterFrom, queryText, switchFrom, viewFrom, withFilter, withSwitch } from './url-state.ts'
import { useDistricts } from './use-districts.ts'
import { useStateOf } from './use-state-of.ts'
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
  const districts = useDistricts()
  const scheme = useComputedColorScheme('light')
  const { marks } = useServices()
  const [counts, setCounts] = useState<Counts>(NO_COUNTS)
  const [styleFailed, setStyleFailed] = useState(false)
  const [tall, setTall] = useState(false)
  const [focus, setFocus] = useState<MapFocus>()
  const [spot, setSpot] = useState<readonly string[]>()
  const looks = useMemo(() => looksOf((kinds.data ?? []).map(kind => kind.id)), [kinds.data])
  const stateOf = useStateOf(kinds.data ?? [])
  const filter = useMemo(() => filterFrom(parameters), [parameters])
  const follow = id !== undefined && switchFrom(parameters, 'follow')
  const moves = kinds.data?.find(kind => kind.id === marks.get(id ?? '')?.kind)?.moves ?? false
  const [webgl] = useState(hasWebgl)
  useTitle(id === undefined ? text.pages.map : undefined)

  const pick = useCallback(
    (device: string | undefined) => {
      setSpot(undefined)
      // The map moves without the address being rendered anew, so the query is read as it is now. Another device is not followed yet.
      const query = queryText(withSwitch(new URLSearchParams(window.location.search), 'follow', false))
      void navigate(device === undefined ? `/${query}` : `/devices/${encodeURIComponent(device)}${query}`)
    },
    [navigate],
  )
  const change = (next: (before: URLSearchParams) => URLSearchParams) =>
    setParameters(() => next(new URLSearchParams(window.location.search)), { replace: true })
  const choose = (next: MapFilter) => change(before => withFilter(before, next))
  const setFollow = (on: boolean) => change(before => withSwitch(before, 'follow', on))

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
                districts={districts}
                stateOf={stateOf}
                startView={viewFrom(parameters)}
                selected={id}
                follow={follow}
                covered={covered}
                focus={focus}
                onPick={pick}
                onSpot={setSpot}
                onDistrict={district => choose(withChoice(filter, 'district', district === filter.district ? undefined : district))}
                onFollowEnd={() => setFollow(false)}
                onCounts={setCounts}
                onStyleFailed={() => setStyleFailed(true)}
              />
            ) : (
              <MapLoading />
            )}
          </Suspense>
          <MapNotices counts={counts} styleFailed={styleFailed} onShowAll={() => choose(NO_FILTER)}>
            {id !== undefined && (moves || follow) && <FollowButton name={marks.get(id)?.name ?? id} following={follow} onFollow={setFollow} />}
          </MapNotices>
          <Legend kinds={kinds.data ?? []} looks={looks} counts={counts} filter={filter} phone={phone} onFilter={choose} />
          {spot && <SpotList devices={spot} looks={looks} stateOf={stateOf} onPick={pick} onClose={() => setSpot(undefined)} />}
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
