import { choiceOf } from '../../devices/example-frames.ts'
import { protocols } from '../../devices/protocols/index.ts'
import type { Protocol } from '../../devices/protocols/protocol.ts'
import { secretsIn } from '../../devices/protocols/secrets.ts'
import type { Decoded } from '../model/decoded.ts'
import type { Catalogue, ModelEntry } from '../model/device.ts'
import type { Explanation } from '../model/explanation.ts'
import type {
  ExampleFrame,
  FoundProtocol,
  FoundReading,
  FrameQuestion,
  FrameQuestionProblem,
  FrameReader,
  FrameReading,
  ProtocolFacts,
  TriedModel,
} from '../model/frame-reading.ts'
import type { ModelId } from '../model/ids.ts'
import { type MaskedBytes, maskedBytes } from '../model/masked.ts'
import { checkRanges } from './steps.ts'

/** Reads single frames with the models of a catalogue, as the pipeline would, and has them explained. */
export class CatalogueFrameReader implements FrameReader {
  readonly #catalogue: Catalogue
  readonly #examples: readonly ExampleFrame[]

  constructor(catalogue: Catalogue, examples: readonly ExampleFrame[] = []) {
    this.#catalogue = catalogue
    this.#examples = examples
  }

  protocols(): readonly ProtocolFacts[] {
    return protocols.map(protocol => ({
      id: protocol.id,
      title: protocol.title,
      channels: protocol.channels,
      models: this.#speaking(protocol.id).map(entry => entry.model.id),
      explains: 'explain' in protocol,
      recognises: 'recognise' in protocol,
      examples: choiceOf(this.#examples.filter(example => example.protocol === protocol.id)),
    }))
  }

  examplesOf(model: ModelId): readonly ExampleFrame[] {
    return this.#examples.filter(example => example.model === model)
  }

  read(question: FrameQuestion): FrameReading | FrameQuestionProblem {
    if (question.bytes.length === 0) return { wrong: 'bytes', detail: 'there are no bytes to read' }
    const wanted = question.entry ?? (question.model === undefined ? undefined : this.#catalogue.model(question.model))
    if (question.model !== undefined && wanted === undefined) return { wrong: 'model', detail: `there is no model '${question.model}'` }
    const named = question.protocol ?? wanted?.model.protocol
    const protocol = named === undefined ? undefined : protocols.find(each => each.id === named)
    if (named !== undefined && protocol === undefined) return { wrong: 'protocol', detail: `there is no protocol '${named}'. There are: ${ids(protocols)}` }
    if (protocol && wanted && wanted.model.protocol !== protocol.id)
      return {
        wrong: 'model',
        detail: `model ${wanted.model.id} speaks ${wanted.model.protocol}, not ${protocol.id}. Of ${protocol.id} there are: ${ids(this.#speaking(protocol.id).map(entry => entry.model))}`,
      }
    if (protocol) return this.#readAs(protocol, wanted, question, undefined)
    return this.#recognised(question) ?? this.#byValues(question) ?? unrecognised()
  }

  shown(bytes: Uint8Array): MaskedBytes {
    return maskedBytes(bytes, secretsIn(bytes))
  }

  #speaking(protocol: string): ModelEntry[] {
    const all = [...this.#catalogue.models()].filter(({ model }) => model.protocol === protocol)
    // Our own messages say what they are about: their models come first where several read as much.
    return [...all.filter(({ model }) => model.id.startsWith('citygate-')), ...all.filter(({ model }) => !model.id.startsWith('citygate-'))]
  }

  /** By the frame that begins first; of two, the longer. */
  #recognised(question: FrameQuestion): FrameReading | undefined {
    const found = protocols.flatMap(protocol => {
      const recognised = protocol.recognise?.(question.bytes)
      return recognised ? [{ protocol, recognised }] : []
    })
    const [best] = found.sort((a, b) => a.recognised.from - b.recognised.from || b.recognised.to - a.recognised.to)
    if (best === undefined) return undefined
    const { what, sender } = best.recognised
    return this.#readAs(best.protocol, undefined, question, { by: 'frame', what, ...(sender !== undefined && { sender }) })
  }

  /** Protocols without a check sum are known by a model that makes sense of the bytes. */
  #byValues(question: FrameQuestion): FrameReading | undefined {
    const found = protocols.map(protocol => this.#readAs(protocol, undefined, question, { by: 'values' })).filter(({ outcome }) => outcome.ok)
    return found.sort((a, b) => (b.tried[0]?.values ?? 0) - (a.tried[0]?.values ?? 0))[0]
  }

  #readAs(protocol: Protocol, wanted: ModelEntry | undefined, question: FrameQuestion, recognised: FoundProtocol | undefined): FrameReading {
    const attempts = (wanted ? [wanted] : this.#speaking(protocol.id)).map(entry => attempt(entry, protocol, question)).sort(better)
    const [best] = attempts
    // With several models that all refuse, none has a say in what the bytes mean.
    const used = wanted ?? (best && (best.outcome.ok || attempts.length === 1) ? best.entry : undefined)
    const explanation = question.explain === false ? undefined : explained(protocol, used, question.bytes)
    return {
      protocol: protocol.id,
      ...(recognised && { recognised }),
      ...(used && { model: used.model.id, kind: used.kind.id }),
      tried: attempts.map(triedModel),
      outcome: best?.outcome ?? { ok: false, reason: 'UNKNOWN_MODEL', detail: `no model of ${protocol.id} is known` },
      ...(explanation && { explanation }),
    }
  }
}

interface Attempt {
  readonly entry: ModelEntry
  readonly outcome: FrameReading['outcome']
  readonly values: number
  readonly implausible: number
}

function attempt(entry: ModelEntry, { channels, id }: Protocol, { bytes, receivedAt }: FrameQuestion): Attempt {
  const decoder = channels.map(channel => entry.decoderFor(channel)).find(one => one !== undefined)
  const decoded: Decoded = decoder?.decode(bytes, { receivedAt }) ?? { ok: false, reason: 'UNKNOWN_CHANNEL', detail: `${entry.model.id} does not read ${id}` }
  if (!decoded.ok) return { entry, outcome: decoded, values: 0, implausible: 0 }
  const readings = decoded.readings.map((reading): FoundReading => ({ ...reading, ...checkRanges(reading, entry.kind) }))
  const values = readings.reduce((sum, reading) => sum + Object.keys(reading.values).length + (reading.position ? 1 : 0), 0)
  const implausible = readings.reduce((sum, reading) => sum + reading.outOfRange.length, 0)
  return { entry, outcome: { ok: true, readings, ...(decoded.valueless && { valueless: true }) }, values, implausible }
}

/** Most plausible values first; then what is sound without values; of refusals, one that finds a mistake says more than one that finds nothing of its own. */
function better(a: Attempt, b: Attempt): number {
  return Number(b.outcome.ok) - Number(a.outcome.ok) || worth(b) - worth(a)
}

function worth({ outcome, values, implausible }: Attempt): number {
  if (outcome.ok) return values - 2 * implausible
  return outcome.reason === 'NO_VALUES' ? 0 : 1
}

function triedModel({ entry, outcome, values }: Attempt): TriedModel {
  return { model: entry.model.id, values, ...(!outcome.ok && { reason: outcome.reason }) }
}

function explained(protocol: Protocol, entry: ModelEntry | undefined, bytes: Uint8Array): Explanation | undefined {
  return entry ? entry.explain?.(bytes) : protocol.explain?.(bytes, undefined, undefined, new Map())
}

function unrecognised(): FrameQuestionProblem {
  return { wrong: 'bytes', detail: `no protocol recognises a frame of its own in these bytes; name one of ${ids(protocols)}` }
}

function ids(of: readonly { readonly id: string }[]): string {
  return of.map(({ id }) => id).join(', ')
}
