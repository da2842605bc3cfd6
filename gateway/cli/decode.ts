import { createInterface } from 'node:readline'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { protocols } from '../../devices/protocols/index.ts'
import { closest } from '../config/closest.ts'
import { loadConfig } from '../config/config.ts'
import { terminalLanguage } from '../config/language.ts'
import type { Catalogue } from '../model/device.ts'
import type { EpochMs } from '../model/frame.ts'
import type { FrameReading } from '../model/frame-reading.ts'
import { readHex, readText } from '../model/frame-text.ts'
import { CatalogueFrameReader } from '../pipeline/frame-reader.ts'
import { addConfigOptions, configOptions } from './config-options.ts'
import { outcomeJson, readingAsJson } from './decode-json.ts'
import { explanationText } from './explanation-text.ts'

interface DecodeFlags {
  readonly protocol?: string
  readonly model?: string
  readonly hex?: readonly string[]
  readonly text?: readonly string[]
  readonly explain?: true
  readonly json?: true
  readonly lang: 'zh' | 'en'
  readonly receivedAt?: EpochMs
}

/** `citygate decode`: what a frame says, as the gateway would read it, and what each of its bytes means. */
export function register(program: Command): void {
  const command = program
    .command('decode')
    .description('tell what frames say: one JSON line each, or with --explain what each byte means. Exit code 0 when all could be read, 1 otherwise')
    .argument('[bytes...]', 'more bytes of the frame, when they are not quoted')
    .option('--protocol <PROTOCOL>', `how they are spoken: ${protocols.map(protocol => protocol.id).join(', ')}. Left out: recognised by the frame itself`)
    .option('--model <MODEL>', 'the product that sent them. Left out: all models of the protocol are tried, and it is said which found values')
    .option('--hex <BYTES>', 'a frame; may be given again. Without it, standard input is read, a frame a line', gathered)
    .option('--text <TEXT>', 'a frame of a text protocol, such as HJ 212 (##…); may be given again', gathered)
    .option('--explain', 'what each byte means, as a table')
    .option('--json', 'a JSON object a frame: protocol, model, readings, what the frame says of itself, and with --explain its parts')
    .addOption(new Option('--lang <LANG>', 'the language of the table').choices(['zh', 'en']).default(terminalLanguage()))
    .option('--received-at <TIME>', 'when it came in, RFC 3339: stands in where a frame carries no time (usual: now)', time)
    .addHelpText(
      'after',
      `
Examples:
  citygate decode --explain --hex '01 04 00 00 00 02 71 CB 01 04 04 43 66 33 34 1B 38'
  citygate decode --protocol modbus --model eastron-sdm630 --hex '01 04 00 00 00 02 71 CB 01 04 04 43 66 33 34 1B 38'
  grep -h . frames.txt | citygate decode --protocol telemetry`,
    )
  addConfigOptions(command, ['models']).action(async (more: readonly string[], flags: DecodeFlags) => {
    const wrong = wrongProtocol(flags.protocol)
    if (wrong !== undefined) return command.error(`error: ${wrong}`)
    const catalogue = await loadCatalogue({ folders: loadConfig(configOptions(command)).models })
    const wrongModel = wrongModelText(catalogue, flags)
    if (wrongModel !== undefined) return command.error(`error: ${wrongModel}`)
    if (flags.hex === undefined && more.length > 0) return command.error('error: bytes without --hex in front of them')
    const reader = new CatalogueFrameReader(catalogue)
    for await (const bytes of framesOf(more, flags)) {
      const receivedAt = flags.receivedAt ?? Date.now()
      const read = bytes instanceof Uint8Array ? reader.read({ bytes, protocol: flags.protocol, model: flags.model, receivedAt }) : bytes
      if ('wrong' in read || !read.outcome.ok) process.exitCode = 1
      if ('wrong' in read) console.log(JSON.stringify({ ok: false, reason: 'MALFORMED', detail: read.detail }))
      else console.log(shown(read, bytes instanceof Uint8Array ? reader.shown(bytes).bytes : new Uint8Array(), receivedAt, flags))
    }
  })
}

function shown(read: FrameReading, bytes: Uint8Array, receivedAt: EpochMs, { explain, json, lang }: DecodeFlags): string {
  if (json) return JSON.stringify(readingAsJson(read, receivedAt, explain === true))
  return explain ? explanationText(read, bytes, receivedAt, lang) : JSON.stringify(outcomeJson(read.outcome, receivedAt))
}

type NoBytes = { readonly wrong: 'bytes'; readonly detail: string }

/** The frames asked about: from the flags, else from standard input, a line each. A blank line between frames is no frame; one that begins with ## is a text. */
async function* framesOf(more: readonly string[], { hex = [], text = [] }: DecodeFlags): AsyncGenerator<Uint8Array | NoBytes> {
  for (const [index, each] of hex.entries()) yield bytesOf(index === 0 ? [each, ...more].join(' ') : each)
  for (const each of text) yield readText(each)
  if (hex.length + text.length > 0) return
  for await (const line of createInterface({ input: process.stdin })) if (line.trim() !== '') yield line.startsWith('##') ? readText(line) : bytesOf(line)
}

function bytesOf(text: string): Uint8Array | NoBytes {
  const read = readHex(text)
  return 'problem' in read ? { wrong: 'bytes', detail: `not bytes in hex: ${read.problem}` } : read.bytes
}

function wrongProtocol(given: string | undefined): string | undefined {
  if (given === undefined || protocols.some(({ id }) => id === given)) return undefined
  return `there is no protocol '${given}'${proposal(given, protocols)} There are: ${protocols.map(({ id }) => id).join(', ')}`
}

function wrongModelText(catalogue: Catalogue, { protocol, model }: DecodeFlags): string | undefined {
  if (model === undefined) return undefined
  const models = [...catalogue.models()].map(entry => entry.model)
  const found = catalogue.model(model)?.model
  const candidates = models.filter(each => protocol === undefined || each.protocol === protocol)
  const there = `${protocol === undefined ? 'There are' : `Of ${protocol} there are`}: ${candidates.map(({ id }) => id).join(', ')}`
  if (found === undefined) return `there is no model '${model}'${proposal(model, models)} ${there}`
  return protocol === undefined || found.protocol === protocol ? undefined : `model ${model} speaks ${found.protocol}, not ${protocol}. ${there}`
}

function gathered(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text]
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
