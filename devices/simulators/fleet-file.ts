import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { GatewayError } from '../../gateway/model/errors.ts'
import { isId } from '../../gateway/model/ids.ts'
import type { Enrolment } from './city/simulated-city.ts'

const count = z.int().min(0)
/** What the city of a fleet file is made from: enough to drive the same devices again, elsewhere and later. */
const recipe = z.strictObject({
  seed: z.string(),
  buses: count,
  meters: count,
  worksites: count,
  /** Absent in a fleet that was written before there were any. */
  others: count.default(0),
  modbusHost: z.string(),
  modbusPort: z.int().min(1).max(65_535),
})
const id = z.string().refine(isId, { error: 'expected an id' })
const line = z.strictObject({
  id,
  org: id,
  model: id,
  name: z.string().optional(),
  place: z.strictObject({ lat: z.number(), lon: z.number() }).optional(),
  behind: id.optional(),
  link: z.strictObject({ url: z.string(), unit: z.int() }).optional(),
  simulated: z.literal(true),
  secret: z.string().min(16),
})

export type FleetRecipe = Readonly<z.infer<typeof recipe>>

/** A fleet: simulated devices with the secrets they were given, and how to make their city again. */
export interface Fleet {
  readonly recipe: FleetRecipe
  readonly enrolments: readonly Enrolment[]
}

/** Writes a fleet as JSON lines, the recipe first, for its owner's eyes only. Throws SIMULATION_FAILED when the file is there already: its secrets may be in use. */
export async function writeFleet(file: string, { recipe: made, enrolments }: Fleet): Promise<void> {
  const lines = [JSON.stringify({ fleet: made }), ...enrolments.map(({ device, secret }) => JSON.stringify({ ...device, secret }))]
  try {
    await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    const why = exists ? 'it exists, and its secrets may be in use: remove it or name another' : messageOf(cause)
    throw new GatewayError('SIMULATION_FAILED', `the fleet can not be written to ${file}: ${why}`, { cause })
  }
}

/** Reads a fleet. Throws SIMULATION_FAILED with file, line and what was expected. */
export async function readFleet(file: string): Promise<Fleet> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new GatewayError('SIMULATION_FAILED', `the fleet can not be read: ${messageOf(cause)}`, { cause })
  })
  const [first, ...others] = text.split('\n').map((each, index) => ({ text: each, at: `${file}:${index + 1}` }))
  if (!first || first.text.trim() === '') throw new GatewayError('SIMULATION_FAILED', `${file} is empty: citygate simulate --write-fleet makes a fleet`)
  const head = parse(z.strictObject({ fleet: recipe }), first)
  const enrolments = others
    .filter(each => each.text.trim() !== '')
    .map(each => {
      const { secret, name, place, behind, link, ...device } = parse(line, each)
      return {
        device: { ...device, ...(name !== undefined && { name }), ...(place && { place }), ...(behind !== undefined && { behind }), ...(link && { link }) },
        secret,
      }
    })
  return { recipe: head.fleet, enrolments }
}

function parse<T>(schema: z.ZodType<T>, { text, at }: { readonly text: string; readonly at: string }): T {
  const fail = (problem: string): never => {
    throw new GatewayError('SIMULATION_FAILED', `${at}: ${problem}; citygate simulate --write-fleet makes a fleet`)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // The parser's message may quote the line, which holds a secret.
    return fail('no JSON')
  }
  const parsed = schema.safeParse(json)
  return parsed.success ? parsed.data : fail(parsed.error.issues.map(issue => `${issue.path.join('.') || 'line'}: ${issue.message}`).join('; '))
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
