import { Button, Group, Text } from '@mantine/core'
import { saveFile } from '../table/save-file.ts'
import { useReplayTexts } from './replay-texts.ts'
import type { Track } from './track.ts'
import { csvOf, geoJsonOf, gpxOf } from './track-files.ts'

const FORMATS = [
  { label: 'GeoJSON', ending: 'geojson', type: 'application/geo+json', make: geoJsonOf },
  { label: 'GPX', ending: 'gpx', type: 'application/gpx+xml', make: gpxOf },
  { label: 'CSV', ending: 'csv', type: 'text/csv', make: csvOf },
] as const

/** Saves what is loaded as a file. */
export function FileButtons({ tracks, name }: { readonly tracks: readonly Track[]; readonly name: string }) {
  const texts = useReplayTexts()
  return (
    <Group gap={6} role="group" aria-label={texts.files} className="cg-replay-files">
      <Text size="xs" c="var(--cg-dimmed)">
        {texts.files}
      </Text>
      {FORMATS.map(({ label, ending, type, make }) => (
        <Button key={ending} size="compact-xs" variant="default" onClick={() => saveFile(new Blob([make(tracks)], { type }), `${name}.${ending}`)}>
          {label}
        </Button>
      ))}
    </Group>
  )
}
