import { expect, it } from 'vitest'
import { z } from 'zod'
import { schemaWords } from '../../gateway/api/schema-words.ts'

const schema = z.strictObject({
  text: z.string(),
  count: z.int(),
  sure: z.boolean(),
  list: z.array(z.enum(['json', 'csv'])),
  inner: z.strictObject({ zh: z.string() }),
  own: z.string({ error: 'is no such thing' }),
})
const good = { text: '', count: 1, sure: true, list: [], inner: { zh: '' }, own: '' }

it.each<readonly [unknown, string]>([
  [{ ...good, text: undefined }, 'is missing'],
  [{ ...good, text: 5 }, 'must be a text'],
  [{ ...good, count: 'many' }, 'must be a number'],
  [{ ...good, sure: 'yes' }, 'must be true or false'],
  [{ ...good, list: 'csv' }, 'must be a list'],
  [{ ...good, list: ['pdf'] }, 'must be json or csv'],
  [{ ...good, inner: null }, 'must be an object'],
  [{ ...good, inner: { zh: '', fr: '' } }, 'has members that are unknown: fr'],
  [{ ...good, own: 5 }, 'is no such thing'],
])('says of %j that it %s', (value, words) => {
  expect(schema.safeParse(value, { error: schemaWords }).error?.issues.map(issue => issue.message)).toEqual([words])
})
