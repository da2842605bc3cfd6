import { ActionIcon } from '@mantine/core'
import { useEffect, useEffectEvent, useMemo, useRef } from 'react'
import type { Kind, MapSettings } from '../api/types.ts'
import { useLanguage } from '../i18n/language-provider.tsx'
import { type BaseMap, chooseBaseMap, datumOf } from '../map/base-map.ts'
import type { Look } from '../map/looks.ts'
import type { MapView } from '../map/url-state.ts'
import { useDistricts } from '../map/use-districts.ts'
import { useOverlayWords } from '../map/use-overlay-words.ts'
import { Icon, type IconName } from '../theme/icon.tsx'
import type { Scheme } from '../theme/tokens.ts'
import type { Scene, Tally } from './marks-overlay.ts'
import type { Player } from './player.ts'
import { ReplayMap } from './replay-map.ts'

interface ReplayStageProps {
  readonly kinds: readonly Kind[]
  readonly settings: MapSettings
  readonly looks: ReadonlyMap<string, Look>
  readonly scheme: Scheme
  readonly startView: MapView | undefined
  readonly scene: Scene
  readonly player: Player
  readonly onMap: (map: ReplayMap | undefined) => void
  readonly onView: (view: MapView) => void
  readonly onPick: (device: string | undefined) => void
  readonly onTally: (tally: Tally) => void
}

/** The map of the past: hands what the page says to `ReplayMap`, and has it draw the player's moment in each of the browser's frames. */
export function ReplayStage(props: ReplayStageProps) {
  const { text, language } = useLanguage()
  const container = useRef<HTMLDivElement>(null)
  const map = useRef<ReplayMap>(undefined)
  const { scheme, scene, player } = props
  const baseLook = useMemo(() => ({ scheme, language, attribution: text.map.attribution }), [scheme, language, text])
  const words = useOverlayWords(props.kinds).districts
  const districts = useDistricts()

  const create = useEffectEvent((element: HTMLElement, base: BaseMap) => {
    const { settings, looks, startView } = props
    const created = new ReplayMap(
      {
        container: element,
        base,
        datum: datumOf(base, settings),
        looks,
        view: startView,
        onView: view => seen(view),
        onPick: device => pick(device),
        onTally: tally => count(tally),
      },
      { look: baseLook, words, districts },
    )
    created.show(scene)
    return created
  })
  const seen = useEffectEvent((view: MapView) => props.onView(view))
  const pick = useEffectEvent((device: string | undefined) => props.onPick(device))
  const count = useEffectEvent((tally: Tally) => props.onTally(tally))
  const hand = useEffectEvent((created: ReplayMap | undefined) => props.onMap(created))

  const choose = useEffectEvent(() => chooseBaseMap(props.settings))

  useEffect(() => {
    let created: ReplayMap | undefined
    let left = false
    const begin = async () => {
      const base = await choose()
      if (left || !container.current) return
      created = create(container.current, base)
      created.start()
      map.current = created
      hand(created)
    }
    void begin()
    return () => {
      left = true
      map.current = undefined
      hand(undefined)
      created?.stop()
    }
  }, [])
  useEffect(() => map.current?.update({ look: baseLook, words, districts }), [baseLook, words, districts])
  useEffect(() => map.current?.show(scene), [scene])
  useEffect(() => {
    let frame = requestAnimationFrame(function draw() {
      map.current?.moment(player.at)
      frame = requestAnimationFrame(draw)
    })
    return () => cancelAnimationFrame(frame)
  }, [player])

  return (
    <>
      <section ref={container} className="cg-map cg-replay-map" aria-label={`${text.map.title}. ${text.map.keyboard}`} />
      <div className="cg-map-tools cg-replay-tools">
        <Tool icon="plus" label={text.map.zoomIn} onClick={() => map.current?.zoomBy(1)} />
        <Tool icon="minus" label={text.map.zoomOut} onClick={() => map.current?.zoomBy(-1)} />
      </div>
    </>
  )
}

function Tool({ icon, label, onClick }: { readonly icon: IconName; readonly label: string; readonly onClick: () => void }) {
  return (
    <ActionIcon variant="default" size={36} aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </ActionIcon>
  )
}
