import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Catalogue, Model } from '../gateway/model/device.ts'
import { kinds } from './kinds/index.ts'
import { modelHeader } from './model-source.ts'
import { protocols } from './protocols/index.ts'

/** Where the generated documents stand, from the project's root. */
export const SCHEMA_FILE = 'devices/models/model.schema.json'
export const GUIDE_FILE = 'docs/models.md'
const BEGIN = '<!-- The table of models: written by npm run docs:models -->'
const END = '<!-- End of the table -->'

/** The documents about models that are made from the models and their schemas, by file. `npm run docs:models` writes them; a test says when they are old. */
export async function modelDocuments(catalogue: Catalogue): Promise<ReadonlyMap<string, string>> {
  const guide = await readFile(new URL(`../${GUIDE_FILE}`, import.meta.url), 'utf8')
  return new Map([
    [SCHEMA_FILE, `${JSON.stringify(modelSchema(), undefined, 2)}\n`],
    [GUIDE_FILE, withTable(guide, modelTable(catalogue))],
  ])
}

/** The JSON Schema of a model's file: an editor completes it and marks what is wrong. What only the gateway can know, `citygate model check` tells. */
function modelSchema(): object {
  const header = objectSchema(modelHeader)
  const known = Object.keys(header.properties)
  const byProtocol = protocols.flatMap(protocol => {
    if (!protocol.mapping) return []
    const { properties, required } = objectSchema(protocol.mapping)
    return [implies({ protocol: protocol.id }, { properties, required, propertyNames: { enum: [...known, ...Object.keys(properties)] } })]
  })
  const byKind = kinds.map(kind =>
    implies({ kind: kind.id }, { properties: { points: { items: { properties: { field: { enum: Object.keys(kind.fields) } } } } } }),
  )
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A Citygate model: one product on the market',
    type: 'object',
    properties: {
      ...header.properties,
      kind: { enum: kinds.map(kind => kind.id), description: 'What the thing is and measures' },
      protocol: { enum: protocols.map(protocol => protocol.id), description: 'How it speaks' },
    },
    required: header.required,
    allOf: [...byProtocol, ...byKind],
  }
}

/** `if` the model says so, the schema counts. */
function implies(given: Readonly<Record<string, string>>, schema: object): object {
  const condition = { properties: Object.fromEntries(Object.entries(given).map(([key, value]) => [key, { const: value }])) }
  return Object.fromEntries([
    ['if', condition],
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema; nobody awaits it
    ['then', schema],
  ])
}

function objectSchema(schema: z.ZodType): { readonly properties: object; readonly required: readonly string[] } {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return { properties, required }
}

function modelTable(catalogue: Catalogue): string {
  const rows = [...catalogue.models()]
    .sort((a, b) => a.kind.id.localeCompare(b.kind.id) || a.model.id.localeCompare(b.model.id))
    .map(({ model }) => rowOf(model))
  const heading = ['Model', 'Maker', 'Kind', 'Protocol', 'Checked against', 'Requests', 'One a value']
  return [heading, heading.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function rowOf(model: Model): readonly string[] {
  const { all, values } = requestsOf(model) ?? {}
  return [
    `\`${model.id}\``,
    model.maker,
    model.kind,
    model.protocol,
    model.verified,
    ...[all, values].map(count => (count === undefined ? '–' : String(count))),
  ].map(cell => cell.replaceAll('|', '\\|'))
}

/** How many requests one round of a model takes, and how many it would take to ask for each value by itself. Undefined for what is not asked. */
export function requestsOf(model: Model): { readonly all: number; readonly values: number } | undefined {
  const protocol = protocols.find(each => each.id === model.protocol)
  const polls = protocol?.bus?.polls(model)
  if (!polls || polls.length === 0) return undefined
  const all = polls.reduce((sum, poll) => sum + 1 + (poll.beside?.length ?? 0), 0)
  // A row without a period of its own comes with others, whatever is asked.
  const apart = protocol?.rows(model).filter(row => row.everyMs !== undefined).length ?? 0
  return { all, values: Math.max(all, apart) }
}

function withTable(guide: string, table: string): string {
  const [before, rest = ''] = guide.split(BEGIN)
  const [, after = ''] = rest.split(END)
  return `${before}${BEGIN}\n\n${table}\n\n${END}${after}`
}
