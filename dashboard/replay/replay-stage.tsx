import { ActionIcon } from '@mantine/core'
import { useEffect, useEffectEvent } from 'react'
import type { Kind, MapSettings } from '../api/types.ts'
import { useText } from '../i18n/language-provider.tsx'
import { type BaseMap, datumOf } from '../map/base-map.ts'
import type { Look } from '../map/looks.ts'
import type { MapView } from '../map/url-state.ts'
import { useDistricts } from '../map/use-districts.ts'
import { useBaseLook, useMap } from '../map/use-map.ts'
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
  const text = useText()
  const { scheme, scene, player } = props
  const baseLook = useBaseLook(scheme)
  const words = useOverlayWords(props.kinds).districts
  const districts = useDistricts()

  const seen = useEffectEvent((view: MapView) => props.onView(view))
  const pick = useEffectEvent((device: string | undefined) => props.onPick(device))
  const count = useEffectEvent((tally: Tally) => props.onTally(tally))

  const create = (element: HTMLElement, base: BaseMap): ReplayMap => {
    const { settings, looks, startView } = props
    return new ReplayMap(
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
  }
  const { container, map } = useMap(props.settings, create, props.onMap)

  useEffect(() => map?.update({ look: baseLook, words, districts }), [map, baseLook, words, districts])
  useEffect(() => map?.show(scene), [map, scene])
  useEffect(() => {
    let frame = requestAnimationFrame(function draw() {
      map?.moment(player.at)
      frame = requestAnimationFrame(draw)
    })
    return () => cancelAnimationFrame(frame)
  }, [map, player])

  return (
    <>
      <section ref={container} className="cg-map cg-replay-map" aria-label={`${text.map.title}. ${text.map.keyboard}`} />
      <div className="cg-map-tools cg-replay-tools">
        <Tool icon="plus" label={text.map.zoomIn} onClick={() => map?.zoomBy(1)} />
        <Tool icon="minus" label={text.map.zoomOut} onClick={() => map?.zoomBy(-1)} />
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
