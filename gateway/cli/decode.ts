import { createInterface } from 'node:readline'
import { type Command, InvalidArgumentError } from 'commander'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { protocols } from '../../devices/protocols/index.ts'
import type { Protocol } from '../../devices/protocols/protocol.ts'
import { closest } from '../config/closest.ts'
import { loadConfig } from '../config/config.ts'
import type { Decoded } from '../model/decoded.ts'
import type { Catalogue, ModelEntry } from '../model/device.ts'
import type { EpochMs } from '../model/frame.ts'
import type { Kind } from '../model/kind.ts'
import type { DecodedReading } from '../model/reading.ts'
import { checkRanges } from '../pipeline/steps.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { readHex } from './hex.ts'

interface DecodeFlags {
  readonly protocol: string
  readonly model?: string
  readonly hex?: readonly string[]
  readonly receivedAt?: EpochMs
}

/** `citygate decode`: what a frame says, as the gateway would read it. */
export function register(program: Command): void {
  const command = program
    .command('decode')
    .description('tell what frames say: one JSON line each. Exit code 0 when all could be read, 1 otherwise')
    .argument('[bytes...]', 'more bytes of the frame, when they are not quoted')
    .requiredOption('--protocol <PROTOCOL>', `how they are spoken: ${protocols.map(protocol => protocol.id).join(', ')}`)
    .option('--model <MODEL>', 'the product that sent them; telemetry says by itself what it is about')
    .option(
      '--hex <BYTES>',
      'a frame; may be given again. Without it, standard input is read, a frame a line',
      (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
    )
    .option('--received-at <TIME>', 'when it came in, RFC 3339: stands in where a frame carries no time (usual: now)', time)
    .addHelpText(
      'after',
      `
Examples:
  citygate decode --protocol modbus --model eastron-sdm630 --hex '01 04 00 00 00 02 71 CB 01 04 04 43 66 33 34 1B 38'
  grep -h . frames.txt | citygate decode --protocol telemetry`,
    )
  addConfigOptions(command, ['models']).action(async (more: readonly string[], flags: DecodeFlags) => {
    const protocol = protocols.find(one => one.id === flags.protocol)
    if (protocol === undefined)
      return command.error(
        `error: there is no protocol '${flags.protocol}'${proposal(flags.protocol, protocols)} There are: ${protocols.map(one => one.id).join(', ')}`,
      )
    const entries = entriesFor(await loadCatalogue({ folders: loadConfig(configOptions(command)).models }), protocol, flags.model)
    if (typeof entries === 'string') return command.error(`error: ${entries}`)
    const [first, ...others] = flags.hex ?? []
    if (first === undefined && more.length > 0) return command.error('error: bytes without --hex in front of them')
    const frames = first === undefined ? createInterface({ input: process.stdin }) : [[first, ...more].join(' '), ...others]
    for await (const frame of frames) {
      // A blank line between frames is no frame.
      if (first === undefined && frame.trim() === '') continue
      const receivedAt = flags.receivedAt ?? Date.now()
      const decoded = decodeHex(frame, protocol, entries, receivedAt)
      if (!decoded.ok) process.exitCode = 1
      console.log(
        JSON.stringify(decoded.ok ? { ok: true, readings: decoded.readings.map(reading => readingJson(reading, decoded.kind, receivedAt)) } : decoded),
      )
    }
  })
}

/** The models to read with, in turn, or why there is none. */
function entriesFor(catalogue: Catalogue, protocol: Protocol, wanted: string | undefined): readonly ModelEntry[] | string {
  const all = [...catalogue.models()]
  const speaking = all.filter(({ model }) => model.protocol === protocol.id)
  const ids = speaking.map(({ model }) => model.id).join(', ')
  if (wanted !== undefined) {
    const entry = catalogue.model(wanted)
    if (entry === undefined)
      return `there is no model '${wanted}'${proposal(
        wanted,
        all.map(one => one.model),
      )} Of ${protocol.id} there are: ${ids}`
    return entry.model.protocol === protocol.id
      ? [entry]
      : `model ${wanted} speaks ${entry.model.protocol}, not ${protocol.id}. Of ${protocol.id} there are: ${ids}`
  }
  // Our own telemetry messages say what they are about, so each frame finds its model; other frames mean nothing without one.
  const own = protocol.id === 'telemetry' ? speaking.filter(({ model }) => model.id.startsWith('citygate-')) : speaking
  if (protocol.id !== 'telemetry' && own.length !== 1)
    return `--model is needed: what the bytes mean depends on the product. Of ${protocol.id} there are: ${ids}`
  return own
}

/** What a decoder answered, and for which kind. */
type DecodedBy = (Extract<Decoded, { ok: true }> & { readonly kind: Kind }) | Extract<Decoded, { ok: false }>

function decodeHex(text: string, protocol: Protocol, entries: readonly ModelEntry[], receivedAt: EpochMs): DecodedBy {
  const read = readHex(text)
  if ('problem' in read) return { ok: false, reason: 'MALFORMED', detail: `not bytes in hex: ${read.problem}` }
  let refusal: Extract<Decoded, { ok: false }> | undefined
  for (const entry of entries) {
    const decoder = protocol.channels.map(channel => entry.decoderFor(channel)).find(one => one !== undefined)
    const decoded = decoder?.decode(read.bytes, { receivedAt })
    if (decoded?.ok) return { ...decoded, kind: entry.kind }
    // A model that finds nothing of its own in the frame says less than one that finds a mistake.
    if (decoded && (refusal === undefined || refusal.reason === 'NO_VALUES')) refusal = decoded
  }
  return refusal ?? { ok: false, reason: 'UNKNOWN_CHANNEL', detail: `no model reads ${protocol.id}` }
}

/** A reading as it is printed, with the flags the gateway would give it. A frame without a time of its own happened when it came in. */
function readingJson(reading: DecodedReading, kind: Kind, receivedAt: EpochMs): object {
  const { at = receivedAt } = reading
  const { values, position, outOfRange } = checkRanges(reading, kind)
  return { at: new Date(at).toISOString(), values, ...(position && { position }), ...(outOfRange.length > 0 && { flags: { outOfRange } }) }
}

function proposal(given: string, among: readonly { readonly id: string }[]): string {
  const meant = closest(
    given,
    among.map(one => one.id),
  )
  return meant === undefined ? '.' : `; did you mean ${meant}?`
}

function time(text: string): EpochMs {
  const at = Date.parse(text)
  if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(at))
    throw new InvalidArgumentError('Expected a time with its zone, such as 2025-06-01T08:00:00Z or 2025-06-01T16:00:00+08:00.')
  return at
}
