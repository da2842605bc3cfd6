import { protocols } from '../../../devices/protocols/index.ts'
import type { Catalogue } from '../../model/device.ts'
import type { DtuStatus } from '../../model/dtu.ts'
import type { ModelId } from '../../model/ids.ts'

const MOST = 8

/**
 * Models that speak what a DTU was heard speaking. Those first whose own reads stand in the last bytes: a DTU that polls by itself shows which registers it reads, and few
 * products have the same.
 */
export function proposals(catalogue: Catalogue, { seen, lastBytes }: Pick<DtuStatus, 'seen' | 'lastBytes'>): readonly ModelId[] {
  const spoken = new Set(seen.map(sighting => sighting.protocol))
  if (spoken.size === 0) return []
  const fitting: { readonly id: ModelId; readonly asked: boolean }[] = []
  for (const { model } of catalogue.models()) {
    if (!spoken.has(model.protocol)) continue
    const speech = protocols.find(each => each.id === model.protocol)?.bus
    const senders = seen.flatMap(({ protocol, sender }) => (protocol === model.protocol && sender !== undefined ? [sender] : []))
    const asked = senders.some(
      sender => speech?.addressProblem(sender) === undefined && speech?.polls(model).some(poll => Buffer.from(lastBytes).includes(Buffer.from(poll.request(sender)))),
    )
    fitting.push({ id: model.id, asked })
  }
  return fitting
    .sort((a, b) => Number(b.asked) - Number(a.asked))
    .slice(0, MOST)
    .map(({ id }) => id)
}
