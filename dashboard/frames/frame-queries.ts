import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useServices } from '../services.tsx'
import type { FrameAddress } from './frame-address.ts'
import type { DecodedFrame, DeviceFrames, Protocol } from './frame-types.ts'

/** Protocols with their models and examples; they change only when the gateway starts anew. */
export function useProtocols() {
  const { api } = useServices()
  return useQuery({
    queryKey: ['protocols'],
    queryFn: async ({ signal }) => (await api.get<{ readonly protocols: readonly Protocol[] }>('/protocols', {}, signal)).protocols,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** What a frame says. The same bytes say the same: nothing is asked twice. */
export function useDecoded({ hex, text, device, offset, protocol, model }: FrameAddress) {
  const { api } = useServices()
  const kept = device !== '' && offset !== '' && hex === '' && text === ''
  const question = { ...(hex ? { hex } : { text }), ...(protocol && { protocol }), ...(model && { model }) }
  return useQuery({
    queryKey: ['decode', kept ? { device, offset } : question],
    queryFn: ({ signal }) =>
      kept
        ? api.get<DecodedFrame>(`/devices/${encodeURIComponent(device)}/frames/${encodeURIComponent(offset)}`, {}, signal)
        : api.post<DecodedFrame>('/decode', question, signal),
    enabled: kept || hex !== '' || text !== '',
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  })
}

/** The newest frames of a device, and further back as they are asked for. */
export function useDeviceFrames(device: string) {
  const { api } = useServices()
  return useInfiniteQuery({
    queryKey: ['device', device, 'frames'],
    queryFn: ({ signal, pageParam }) => api.get<DeviceFrames>(`/devices/${encodeURIComponent(device)}/frames`, { before: pageParam, limit: 20 }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: page => page.next,
    enabled: device !== '',
  })
}
