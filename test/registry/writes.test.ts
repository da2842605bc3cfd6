import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const registry = join(import.meta.dirname, '..', '..', 'gateway', 'registry')

test('only two places begin a transaction: migrations, and the one that writes down what it does', () => {
  const files = readdirSync(registry, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
  expect(files.length).toBeGreaterThan(20)
  const beginning = files.filter(name => /\.(?:transaction|startTransaction)\(\)/.test(readFileSync(join(registry, name), 'utf8')))
  expect(beginning.sort()).toEqual(['migrate.ts', 'write.ts'])
})
