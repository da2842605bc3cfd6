import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { loadCatalogue } from '../../devices/catalogue.ts'
import { kinds } from '../../devices/kinds/index.ts'
import { modelDocuments, requestsOf, SCHEMA_FILE } from '../../devices/model-documents.ts'

const catalogue = await loadCatalogue()
const documents = await modelDocuments(catalogue)

test.each([...documents])('%s is what the models say (npm run docs:models)', async (file, content) => {
  expect(await readFile(new URL(`../../${file}`, import.meta.url), 'utf8')).toBe(content)
})

describe('the schema of a model', () => {
  interface Schema {
    readonly if?: { readonly properties: Readonly<Record<string, { readonly const: string }>> }
    readonly then?: Schema
    readonly properties?: Readonly<Record<string, Schema>>
    readonly propertyNames?: { readonly enum: readonly string[] }
    readonly items?: Schema
    readonly enum?: readonly string[]
    readonly required?: readonly string[]
    readonly allOf?: readonly Schema[]
  }
  const schema = JSON.parse(documents.get(SCHEMA_FILE) ?? '') as Schema
  const given = (key: string, value: string): Schema | undefined => schema.allOf?.find(each => each.if?.properties[key]?.const === value)?.then

  test('names every key that a register map may have', () => {
    const modbus = given('protocol', 'modbus')
    expect(modbus?.required).toEqual(['read', 'points'])
    expect(Object.keys(modbus?.properties?.points?.items?.properties ?? {})).toEqual(
      expect.arrayContaining(['field', 'address', 'type', 'times', 'invalid', 'every']),
    )
    expect(Object.keys(modbus?.properties?.writes?.items?.properties ?? {})).toEqual(expect.arrayContaining(['name', 'title', 'function', 'readBack']))
    expect(modbus?.propertyNames?.enum).toEqual(expect.arrayContaining(['$schema', 'model', 'verified', 'read', 'points', 'quality', 'writes', 'clock']))
  })

  test('names the fields of every kind', () => {
    for (const kind of kinds) expect(given('kind', kind.id)?.properties?.points?.items?.properties?.field?.enum).toEqual(Object.keys(kind.fields))
  })

  test('has no key that a built-in model uses and it does not know', async () => {
    for (const { model } of catalogue.models()) {
      const known = given('protocol', model.protocol)?.propertyNames?.enum
      if (known) expect(known, model.id).toEqual(expect.arrayContaining(Object.keys(model.mapping as object)))
    }
  })
})

test('planned requests are never more than one a value', () => {
  for (const { model } of catalogue.models()) {
    const requests = requestsOf(model)
    if (requests) expect(requests.all, model.id).toBeLessThanOrEqual(requests.values)
  }
})
