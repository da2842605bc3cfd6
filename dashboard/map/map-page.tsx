import { Loader, useComputedColorScheme } from '@mantine/core'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { Link, useLocation, useNavigate, useParams, useSearchParams } from 'react-router'
import { useKinds, useSettings } from '../api/queries.ts'
import { DevicePanel } from '../devices/device-panel.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { type Counts, NO_COUNTS } from '../live/counts.ts'
import type { Bounds } from '../live/geohash.ts'
import { useServices } from '../services.tsx'
import { ErrorBoundary } from '../shell/error-boundary.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { tokens } from '../theme/tokens.ts'
import type { CityMap } from './city-map.ts'
import type { LatLon } from './datum.ts'
import { DistrictPanel } from './district-panel.tsx'
import type { District } from './districts.ts'
import { type MapFilter, NO_FILTER, withChoice } from './filter.ts'
import { FollowButton } from './follow-button.tsx'
import { Legend } from './legend.tsx'
import { looksOf } from './looks.ts'
import type { MapFocus } from './map-canvas.tsx'
import { MapNotices } from './map-notices.tsx'
import { MapTools } from './map-tools.tsx'
import { MeasurePanel } from './measure-panel.tsx'
import { SpotList } from './spot-list.tsx'
import { filterFrom, type MapSwitch, queryText, switchFrom, viewFrom, withFilter, withSwitch } from './url-state.ts'
import { useDistricts } from './use-districts.ts'
import { useMarkClock } from './use-mark-clock.ts'
import { fillScreen, leaveScreen, useWall } from './use-wall.ts'
import { WallClock } from './wall-clock.tsx'
import { hasWebgl } from './webgl.ts'

const MapCanvas = lazy(async () => ({ default: (await import('./map-canvas.tsx')).MapCanvas }))

/** What lies beside the map: one thing at a time. */
type Aside = { readonly type: 'spot'; readonly devices: readonly string[] } | { readonly type: 'measure' }

/** The map of the city, its legend and tools, and the panel of the device in the address. */
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
  const [map, setMap] = useState<CityMap>()
  const [counts, setCounts] = useState<Counts>(NO_COUNTS)
  const [bounds, setBounds] = useState<Bounds>()
  const [styleFailed, setStyleFailed] = useState(false)
  const [tall, setTall] = useState(false)
  const [focus, setFocus] = useState<MapFocus>()
  const [aside, setAside] = useState<Aside>()
  const [measured, setMeasured] = useState<readonly LatLon[]>([])
  const looks = useMemo(() => looksOf((kinds.data ?? []).map(kind => kind.id)), [kinds.data])
  const markClock = useMarkClock(kinds.data ?? [])
  const filter = useMemo(() => filterFrom(parameters), [parameters])
  const follow = id !== undefined && switchFrom(parameters, 'follow')
  const wall = switchFrom(parameters, 'wall')
  const listing = switchFrom(parameters, 'districts')
  const moves = kinds.data?.find(kind => kind.id === marks.get(id ?? '')?.kind)?.moves ?? false
  const [webgl] = useState(hasWebgl)
  useTitle(id === undefined ? text.pages.map : undefined)

  const pick = useCallback(
    (device: string | undefined) => {
      setAside(undefined)
      // The map moves without the address being rendered anew, so the query is read as it is now. Another device is not followed yet.
      const query = queryText(withSwitch(new URLSearchParams(window.location.search), 'follow', false))
      void navigate(device === undefined ? `/${query}` : `/devices/${encodeURIComponent(device)}${query}`)
    },
    [navigate],
  )
  const change = (next: (before: URLSearchParams) => URLSearchParams) =>
    setParameters(() => next(new URLSearchParams(window.location.search)), { replace: true })
  const choose = (next: MapFilter) => change(before => withFilter(before, next))
  const turn = (name: MapSwitch, on: boolean) => change(before => withSwitch(before, name, on))
  const chooseDistrict = (district: District | undefined) => {
    choose(withChoice(filter, 'district', district?.id))
    if (district) map?.showBounds(district.bounds)
  }
  const leaveWall = () => {
    leaveScreen()
    turn('wall', false)
  }
  const touched = useWall({
    on: wall,
    onLeave: leaveWall,
    onIdle: () => {
      if (id !== undefined && !follow) pick(undefined)
      if (!follow) map?.showView(viewFrom(new URLSearchParams(window.location.search)))
    },
  })

  const problem = (!kinds.data && kinds.error) || (!settings.data && settings.error)
  if (problem) {
    const retry = () => void Promise.all([kinds.refetch(), settings.refetch()])
    return <ProblemView error={problem} onRetry={retry} />
  }
  const covered = { right: id !== undefined && !phone ? tokens.panelWidth : 0, bottom: id !== undefined && phone ? Math.round(window.innerHeight * 0.46) : 0 }
  const measuring = aside?.type === 'measure'

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
                markClock={markClock}
                startView={viewFrom(parameters)}
                selected={id}
                follow={follow}
                covered={covered}
                measuring={measuring}
                remembers={!wall}
                focus={focus}
                onMap={setMap}
                onPick={pick}
                onSpot={devices => setAside({ type: 'spot', devices })}
                onDistrict={district => choose(withChoice(filter, 'district', district === filter.district ? undefined : district))}
                onFollowEnd={() => turn('follow', false)}
                onCounts={setCounts}
                onBounds={setBounds}
                onMeasured={setMeasured}
                onStyleFailed={() => setStyleFailed(true)}
              />
            ) : (
              <MapLoading />
            )}
          </Suspense>
          <MapNotices counts={counts} styleFailed={styleFailed} onShowAll={() => choose(NO_FILTER)}>
            {id !== undefined && (moves || follow) && <FollowButton name={marks.get(id)?.name ?? id} following={follow} onFollow={on => turn('follow', on)} />}
          </MapNotices>
          <MapTools
            measuring={measuring}
            districts={listing}
            onZoom={levels => map?.zoomBy(levels)}
            onWholeCity={() => map?.showCity()}
            onMeasure={() => setAside(measuring ? undefined : { type: 'measure' })}
            onDistricts={() => turn('districts', !listing)}
            onWall={() => {
              fillScreen()
              turn('wall', true)
            }}
          />
          <Legend kinds={kinds.data ?? []} looks={looks} counts={counts} filter={filter} phone={phone} onFilter={choose} />
          {measuring && map && (
            <MeasurePanel
              places={measured}
              onAddCentre={() => map.measure.addCentre()}
              onUndo={() => map.measure.undo()}
              onClear={() => map.measure.clear()}
              onEnd={() => setAside(undefined)}
            />
          )}
          {aside?.type === 'spot' && (
            <SpotList devices={aside.devices} looks={looks} stateOf={markClock.stateOf} onPick={pick} onClose={() => setAside(undefined)} />
          )}
          {listing && aside?.type !== 'spot' && districts && (
            <DistrictPanel
              districts={districts.districts}
              counts={counts.byDistrict}
              view={bounds}
              chosen={filter.district}
              onChoose={chooseDistrict}
              onWholeCity={() => map?.showCity()}
              onClose={() => turn('districts', false)}
            />
          )}
          {wall && <WallClock touched={touched} onLeave={leaveWall} />}
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
