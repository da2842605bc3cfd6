import './replay.css'
import { useComputedColorScheme } from '@mantine/core'
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { useKinds, useSettings } from '../api/queries.ts'
import { useFormat } from '../format/format-provider.tsx'
import { useText } from '../i18n/language-provider.tsx'
import { looksOf } from '../map/looks.ts'
import { type MapView, queryText, viewFrom, withView } from '../map/url-state.ts'
import { hasWebgl } from '../map/webgl.ts'
import { useServices } from '../services.tsx'
import { EmptyView, ProblemView } from '../shell/problem-view.tsx'
import { useTitle } from '../shell/use-title.ts'
import { Controls } from './controls.tsx'
import { FileButtons } from './file-buttons.tsx'
import { happeningsOf } from './happenings.ts'
import { LoadState } from './load-state.tsx'
import type { Scene, Tally } from './marks-overlay.ts'
import { Player } from './player.ts'
import { choiceFrom, momentFrom, withChoice, withLastHour, withMoment } from './replay-address.ts'
import { ReplayForm } from './replay-form.tsx'
import { ReplayLegend } from './replay-legend.tsx'
import type { ReplayMap } from './replay-map.ts'
import { ReplayStage } from './replay-stage.tsx'
import { useReplayTexts } from './replay-texts.ts'
import { stopsOf } from './stops.ts'
import { Timeline } from './timeline.tsx'
import { boundsOf } from './track-bounds.ts'
import { useReplayKeys } from './use-keys.ts'
import { useTracks } from './use-tracks.ts'
import { VehicleList } from './vehicle-list.tsx'
import { VehiclePast } from './vehicle-past.tsx'

const MINUTE_MS = 60_000
/** What a step moves the moment by. */
const STEP_MS = 10_000
/** While it plays, the address follows no more often than this. */
const REMEMBER_MS = 2_000

/** The past of vehicles on a map, played. All that is chosen and the moment stand in the address. */
export default function ReplayPage() {
  const text = useText()
  const texts = useReplayTexts()
  const format = useFormat()
  const navigate = useNavigate()
  const [parameters, setParameters] = useSearchParams()
  const kinds = useKinds()
  const settings = useSettings()
  const scheme = useComputedColorScheme('light')
  const [webgl] = useState(hasWebgl)
  const [map, setMap] = useState<ReplayMap>()
  const [tally, setTally] = useState<Tally>()
  const looks = useMemo(() => looksOf((kinds.data ?? []).map(kind => kind.id)), [kinds.data])
  useTitle(texts.title)

  const { clock } = useServices()
  useEffect(() => {
    const hour = withLastHour(parameters, clock.now())
    if (hour) setParameters(hour, { replace: true })
  }, [parameters, setParameters, clock])

  const choiceKey = ['devices', 'area', 'kinds', 'from', 'to'].map(name => `${name}=${encodeURIComponent(parameters.get(name) ?? '')}`).join('&')
  const choice = useMemo(() => choiceFrom(new URLSearchParams(choiceKey)), [choiceKey])
  const { at, rate, shown: shownId, stopMinutes } = momentFrom(parameters)
  const [player] = useState(() => new Player({ from: choice?.from ?? 0, to: choice?.to ?? 0, rate, ...(at !== undefined && { at }) }))
  const loaded = useTracks(choice)
  const { tracks, phase } = loaded

  const shown = useMemo(() => (tracks.length === 1 ? tracks[0] : tracks.find(track => track.device === shownId)), [tracks, shownId])
  const stops = useMemo(() => (shown ? stopsOf(shown, stopMinutes * MINUTE_MS) : []), [shown, stopMinutes])
  const happenings = useMemo(() => (shown ? happeningsOf(shown, stops) : []), [shown, stops])
  const scene = useMemo((): Scene => ({ tracks, shown, stops, events: happenings.filter(each => each.type === 'event') }), [tracks, shown, stops, happenings])

  // The address as it is now: the map and the player write into it without the page being rendered anew.
  const remember = useCallback(
    (change: (parameters: URLSearchParams) => URLSearchParams) => {
      const { pathname, search } = window.location
      const next = queryText(change(new URLSearchParams(search)))
      if (next !== search) void navigate(`${pathname}${next}`, { replace: true })
    },
    [navigate],
  )
  const rememberMoment = useCallback(() => remember(before => withMoment(before, { at: Math.round(player.at / 1000) * 1000 })), [remember, player])

  const opened = useRef(choiceKey)
  const open = useEffectEvent(() => {
    if (!choice || opened.current === choiceKey) return
    opened.current = choiceKey
    player.open(choice.from, choice.to, at)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice opens another period; the moment is looked at only then
  useEffect(() => open(), [choiceKey])
  useEffect(() => {
    player.rate = rate
  }, [player, rate])
  useEffect(() => {
    let frame = requestAnimationFrame(function tick(nowMs) {
      player.tick(nowMs)
      frame = requestAnimationFrame(tick)
    })
    let wasPlaying = player.playing
    const timer = setInterval(() => player.playing && rememberMoment(), REMEMBER_MS)
    const unheard = player.onChange(() => {
      if (wasPlaying && !player.playing) rememberMoment()
      wasPlaying = player.playing
    })
    return () => {
      cancelAnimationFrame(frame)
      clearInterval(timer)
      unheard()
    }
  }, [player, rememberMoment])

  // Once for each choice, when all has come: an area is looked at already.
  const fitted = useRef(parameters.has('at') ? choiceKey : '')
  useEffect(() => {
    if (!map || phase !== 'done' || !choice || choice.area || fitted.current === choiceKey) return
    fitted.current = choiceKey
    const bounds = boundsOf(tracks)
    if (bounds) map.fit(bounds)
  }, [map, phase, choice, choiceKey, tracks])

  const seek = (moment: number) => {
    player.seek(moment)
    rememberMoment()
  }
  const step = (steps: number) => seek(player.at + steps * STEP_MS)
  const play = (playing: boolean) => (playing ? player.play() : player.pause())
  const pick = (device: string | undefined) => setParameters(before => withMoment(before, { shown: device }), { replace: true })
  useReplayKeys({ onToggle: () => play(!player.playing), onStep: step })

  const problem = (!kinds.data && kinds.error) || (!settings.data && settings.error)
  if (problem) return <ProblemView error={problem} onRetry={() => void Promise.all([kinds.refetch(), settings.refetch()])} />
  if (!kinds.data || !settings.data) return null

  return (
    <div className="cg-replay">
      <h1 className="cg-hidden">{texts.title}</h1>
      <aside className="cg-replay-side" aria-label={texts.choose}>
        <ReplayForm
          key={choiceKey}
          choice={choice}
          named={(parameters.get('devices') ?? '').split(',').filter(id => id !== '')}
          kinds={kinds.data}
          view={() => map?.bounds()}
          onChoice={next => {
            const query = withChoice(new URLSearchParams(window.location.search), next)
            if (queryText(query) === window.location.search) loaded.retry()
            void navigate(`/replay${queryText(query)}`)
          }}
        />
        <LoadState loaded={loaded} />
        {shown ? (
          <VehiclePast
            track={shown}
            kind={kinds.data.find(kind => kind.id === shown.kind)}
            look={looks.get(shown.kind)}
            player={player}
            happenings={happenings}
            stopMinutes={stopMinutes}
            onStopMinutes={minutes => setParameters(before => withMoment(before, { stopMinutes: minutes }), { replace: true })}
            onSeek={seek}
            onCentre={(lat, lon) => map?.centre(lat, lon)}
            onBack={tracks.length > 1 ? () => pick(undefined) : undefined}
          />
        ) : (
          tracks.length > 0 && (
            <>
              <VehicleList tracks={tracks} looks={looks} onPick={pick} />
              {phase !== 'loading' && <FileButtons tracks={tracks} name="tracks" />}
            </>
          )
        )}
      </aside>
      <div className="cg-replay-main">
        <div className="cg-replay-view">
          {webgl ? (
            <ReplayStage
              kinds={kinds.data}
              settings={settings.data.map}
              looks={looks}
              scheme={scheme}
              startView={viewFrom(parameters)}
              scene={scene}
              player={player}
              onMap={setMap}
              onView={(view: MapView) => remember(before => withView(before, view))}
              onPick={pick}
              onTally={setTally}
            />
          ) : (
            <EmptyView title={text.map.noWebgl} advice={texts.noWebglAdvice} />
          )}
          {shown && <ReplayLegend />}
          {tracks.length > 1 && tally && (
            <div className="cg-replay-tally">
              {texts.tally(format.count(tally.seen), format.count(tracks.length))}
              {tally.silent > 0 && <span title={texts.legendSilent}>{texts.silentOf(format.count(tally.silent))}</span>}
            </div>
          )}
          {tracks.some(track => track.simulated) && (
            <div className="cg-replay-simulated" title={text.map.simulatedHelp}>
              {text.map.simulated}
            </div>
          )}
        </div>
        {choice && (
          <div className="cg-replay-dock">
            <Controls
              player={player}
              onPlay={play}
              onStep={step}
              onRate={next => setParameters(before => withMoment(before, { rate: next }), { replace: true })}
            />
            <Timeline player={player} shown={shown} happenings={happenings} activity={loaded.activity} onSeek={seek} />
          </div>
        )}
      </div>
    </div>
  )
}
