import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { defineKind } from '../../devices/define-kind.ts'
import { kinds } from '../../devices/kinds/index.ts'
import { isId } from '../../gateway/model/ids.ts'

test('every file of the folder is a kind, found without a list', async () => {
  const files = (await readdir(new URL('../../devices/kinds/', import.meta.url))).filter(name => name !== 'index.ts')
  expect(kinds.map(kind => `${kind.id}.ts`).sort()).toEqual(files.sort())
})

describe.each(kinds.map(kind => [kind.id, kind] as const))('kind %s', (_, kind) => {
  test('has an id that is safe everywhere, and titles in both languages', () => {
    expect(isId(kind.id)).toBe(true)
    const titles = [kind.title, ...Object.values(kind.fields).map(field => field.title)]
    for (const title of titles) expect(title.en.trim() !== '' && title.zh.trim() !== '', title.en).toBe(true)
  })

  test('numbers have a plausible range', () => {
    for (const [name, field] of Object.entries(kind.fields)) {
      if (field.type === undefined || field.type === 'number') expect(field.range, name).toBeDefined()
    }
  })

  test('cannot be changed', () => {
    expect(Object.isFrozen(kind) && Object.isFrozen(kind.fields)).toBe(true)
  })
})

test('a kind that is wrong is refused with every reason', () => {
  const title = { en: 'x', zh: '某' }
  const wrong = () =>
    defineKind({
      id: 'no spaces',
      title: { en: 'x', zh: '' },
      moves: false,
      staleAfterSeconds: 0,
      fields: {
        Speed: { title },
        lat: { title },
        route: { type: 'string', unit: 'km', title },
        high: { range: [2, 1], title },
        turn: { circular: true, title },
        panic: { alarm: true, title },
      },
    })
  expect(wrong).toThrow(
    /id must be.*title needs.*staleAfterSeconds.*"Speed" must be.*"lat".*reserved.*"route" is no number.*"high".*"turn" is circular.*"panic" is an alarm/,
  )
})
