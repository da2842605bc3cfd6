import type { BusCommand, BusPoll, BusSpeech } from '../../../devices/protocols/bus-speech.ts'
import { protocols } from '../../../devices/protocols/index.ts'
import type { Catalogue, Device, Model } from '../../model/device.ts'
import type { Channel, DeviceId, ModelId } from '../../model/ids.ts'
import type { Log } from '../../model/log.ts'
import type { BusTarget } from './bus-unit.ts'

/** All devices of one link. */
export interface LinePlan {
  readonly url: string
  readonly targets: readonly BusTarget[]
}

interface Spoken {
  readonly speech: BusSpeech
  readonly channel: Channel
  readonly polls: readonly BusPoll[]
  readonly pauseMs: number
  readonly timeoutMs: number | undefined
  readonly commands: readonly BusCommand[]
}

/** Which links are lines, and what can be spoken on each. A Modbus TCP server understands Modbus only; everywhere else bytes are bytes. */
const LINES = /^(modbus-tcp|rtu-tcp|serial|dtu|mqtt):\/\/./
const MODBUS_ONLY = /^modbus-tcp:/
const MODBUS = 'modbus'

/** Finds, for every device that is asked, how. A device whose link is wrong costs no other device its reading, and is told of once. */
export class Targets {
  readonly #catalogue: Catalogue
  readonly #log: Log
  readonly #spoken = new Map<ModelId, { readonly model: Model; readonly spoken: Spoken | undefined }>()
  readonly #faulty = new Map<DeviceId, string>()

  constructor(catalogue: Catalogue, log: Log) {
    this.#catalogue = catalogue
    this.#log = log
  }

  /** By link, in the directory's order. */
  lines(devices: Iterable<Device>): ReadonlyMap<string, LinePlan> {
    const lines = new Map<string, { url: string; targets: BusTarget[] }>()
    for (const device of devices) {
      const target = device.link && this.target(device)
      if (!target || !device.link || device.stage !== undefined) continue
      const { url } = device.link
      const line = lines.get(url) ?? { url, targets: [] }
      line.targets.push(target)
      lines.set(url, line)
    }
    return lines
  }

  /** How one device is asked; undefined when it is not. */
  target(device: Device): (BusTarget & Pick<Spoken, 'commands'>) | undefined {
    const { link } = device
    const spoken = this.#spokenBy(device.model)
    if (!link || !spoken) return undefined
    const address = link.address ?? (link.unit === undefined ? undefined : String(link.unit))
    const problem = linkProblem(link.url, spoken) ?? (address === undefined ? 'it has no unit or address on its line' : spoken.speech.addressProblem(address))
    if (problem !== undefined || address === undefined) return this.#fault(device, problem ?? '')
    this.#faulty.delete(device.id)
    return { device: device.id, model: device.model, address, ...spoken }
  }

  /** Made once for a model: a plan is the same for all devices of it. */
  #spokenBy(id: ModelId): Spoken | undefined {
    const model = this.#catalogue.model(id)?.model
    const known = this.#spoken.get(id)
    if (!model || known?.model === model) return model && known?.spoken
    const protocol = protocols.find(each => each.id === model.protocol)
    const speech = protocol?.bus
    const spoken = speech && {
      speech,
      channel: protocol.channels[0] ?? protocol.id,
      polls: speech.polls(model),
      pauseMs: speech.pauseMs(model),
      timeoutMs: speech.timeoutMs?.(model),
      commands: speech.commands?.(model) ?? [],
    }
    this.#spoken.set(id, { model, spoken })
    return spoken
  }

  #fault(device: Device, problem: string): undefined {
    if (this.#faulty.get(device.id) === problem) return
    this.#faulty.set(device.id, problem)
    this.#log.warn({ device: device.id }, `the device is not polled: ${problem}`)
  }
}

function linkProblem(url: string, { channel }: Spoken): string | undefined {
  if (!LINES.test(url)) return `its link ${url} is no line: expected modbus-tcp://host:port, rtu-tcp://host:port, serial:///dev/…, dtu://ID or mqtt://DEVICE`
  if (MODBUS_ONLY.test(url) && channel !== MODBUS)
    return `${url} is a Modbus TCP server, and the device speaks ${channel}: rtu-tcp:// carries bytes of any protocol`
  return undefined
}
