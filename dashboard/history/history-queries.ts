import { type UseQueryResult, useQueries } from '@tanstack/react-query'
import type { Device, Kind, Readings } from '../api/types.ts'
import { type ChartData, type ChartMode, chartData, modeOf } from '../chart/chart-data.ts'
import { useServices } from '../services.tsx'
import { bucketSeconds } from './bucket-choice.ts'
import { readSeries } from './read-series.ts'
import { type SeriesName, seriesText } from './series-name.ts'
import { isPreset, type Span, type Stretch, stretchOf } from './span.ts'

/** A line that can be asked for: its device, kind and field are known. */
export interface KnownSeries {
  readonly name: SeriesName
  readonly device: Device
  readonly kind: Kind
  readonly mode: ChartMode
}

const SOONEST_MS = 5_000
const LATEST_MS = 60_000

/** The devices of the lines, in the order of the names, as far as they came; and whether any will not. */
export interface Devices {
  readonly found: readonly Device[]
  readonly failed: boolean
}

export function useDevices(ids: readonly string[]): Devices {
  const { api } = useServices()
  return useQueries({
    queries: ids.map(id => ({
      queryKey: ['device', id],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => api.get<Device>(`/devices/${encodeURIComponent(id)}`, {}, signal),
    })),
    combine: found,
  })
}

function found(results: readonly UseQueryResult<Device>[]): Devices {
  return { found: results.flatMap(({ data }) => (data ? [data] : [])), failed: results.some(({ isError, data }) => isError && !data) }
}

/** One line as it was read and is drawn. */
export interface HistoryAnswer {
  readonly stretch: Stretch
  readonly everySeconds: number | undefined
  readonly rows: number
  readonly data: ChartData
}

/** The answers for every line, in their order. */
export interface History {
  readonly answers: readonly (HistoryAnswer | undefined)[]
  readonly errors: readonly unknown[]
  readonly pending: boolean
  readonly retry: () => void
}

/** The readings of every line. A period that ends now is asked again about as often as a new point fits into it. */
export function useHistory(series: readonly KnownSeries[], span: Span, widthPixels: number): History {
  const { api, clock } = useServices()
  return useQueries({
    queries: series.map(({ name, mode }) => ({
      queryKey: ['history', seriesText(name), mode, span, bucketWidth(span, widthPixels)] as const,
      queryFn: async ({ signal }: { readonly signal: AbortSignal }): Promise<HistoryAnswer> => {
        const ask = (device: string, query: Readonly<Record<string, string | number>>) => api.get<Readings>(readingsPath(device), query, signal)
        const { stretch, everySeconds, rows, before } = await readSeries(name, mode, stretchOf(span, clock.now()), widthPixels, ask)
        return { stretch, everySeconds, rows: rows.length, data: chartData(rows, name.field, mode, { stored: everySeconds === undefined, before }) }
      },
      enabled: widthPixels > 0,
      // Thousands of numbers need not be compared one by one.
      structuralSharing: false,
      staleTime: isPreset(span) ? 1_000 : Number.POSITIVE_INFINITY,
      refetchInterval: isPreset(span) ? Math.min(Math.max(bucketWidth(span, widthPixels) * 1_000, SOONEST_MS), LATEST_MS) : (false as const),
    })),
    combine: together,
  })
}

function together(results: readonly UseQueryResult<HistoryAnswer>[]): History {
  return {
    answers: results.map(({ data }) => data),
    errors: results.map(({ data, error }) => (data === undefined ? error : null)),
    pending: results.some(({ isPending }) => isPending),
    retry: () => {
      for (const result of results) if (result.isError) void result.refetch()
    },
  }
}

function readingsPath(device: string): string {
  return `/devices/${encodeURIComponent(device)}/readings`
}

function bucketWidth(span: Span, widthPixels: number): number {
  const { from, to } = stretchOf(span, 0)
  return bucketSeconds(to - from, widthPixels)
}

/** The lines that can be drawn. What cannot is told: its device or field is not known, or it is a text. */
export function knownSeries(
  names: readonly SeriesName[],
  devices: readonly (Device | undefined)[],
  kinds: readonly Kind[],
): { readonly known: readonly KnownSeries[]; readonly unknown: readonly SeriesName[] } {
  const known: KnownSeries[] = []
  const unknown: SeriesName[] = []
  for (const name of names) {
    const device = devices.find(each => each?.id === name.device)
    if (!device) continue
    const kind = kinds.find(({ id }) => id === device.kind)
    const field = kind && Object.hasOwn(kind.fields, name.field) ? kind.fields[name.field] : undefined
    const mode = field && modeOf(field)
    if (kind && mode) known.push({ name, device, kind, mode })
    else unknown.push(name)
  }
  return { known, unknown }
}
