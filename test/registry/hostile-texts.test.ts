import { describe, expect, test } from 'vitest'
import type { Device } from '../../gateway/model/device.ts'
import { rowOfDevice } from '../../gateway/registry/enrolment/columns.ts'
import { csvLine } from '../../gateway/registry/enrolment/csv-line.ts'
import { tester } from '../support/tester.ts'
import { databases, places, workspace } from './workspace.ts'

const { folder, open } = workspace()
const bus: Device = { id: 'bus-1', org: 'pudong', model: 'citygate-bus-unit' }

/** What somebody may try, and whether it may be a name: for people, everything that is a line of text. As an id none of it may be. */
const attacks: readonly (readonly [string, string, 'name' | RegExp])[] = [
  ['SQL', "x'; DROP TABLE device; --", 'name'],
  ['line protocol', 'bus,org=other speed=1 0', 'name'],
  ['an MQTT wildcard for a level', '+', 'name'],
  ['an MQTT wildcard for the rest', '#', 'name'],
  ['a topic level', 'bus/1', 'name'],
  ['a path', '../../etc/passwd', 'name'],
  ['a CSV formula', '=HYPERLINK("http://x";"y")', 'name'],
  ['a CSV command', '@SUM(1)|cmd', 'name'],
  ['HTML', '<img src=x onerror=alert(1)>', 'name'],
  ['an emoji', 'bus😀', 'name'],
  ['half an emoji', 'bus\ud83d', /half a character/],
  ['NUL', 'bus\0', /control character/],
  ['a line break', 'bus\n2', /control character/],
  ['a terminal escape', '\u001b[2J', /control character/],
  ['64 KB', 'x'.repeat(65_536), /has 65536 characters/],
  ['nothing', '', /is empty/],
]

describe.each(databases)('hostile texts on %s', database => {
  const { place } = places(database, folder)

  test.each(attacks)('%s', async (_, text, asName) => {
    const registry = await open(await place())
    await registry.as(tester).addDevice({ ...bus, id: 'bystander' })
    for (const field of ['id', 'org', 'model', 'behind'] as const) {
      const refused = registry.as(tester).addDevice({ ...bus, [field]: text })
      const error: unknown = await refused.catch((cause: unknown) => cause)
      expect(error, field).toMatchObject({ code: 'DEVICE_INVALID', message: expect.stringMatching(new RegExp(`^${field}: `)) })
      // What is repeated is short, and moves no cursor.
      expect(String(error)).not.toMatch(/\p{Cc}/u)
      expect(String(error).length).toBeLessThan(300)
    }
    for (const field of ['name', 'group'] as const) {
      const added = registry.as(tester).addDevice({ ...bus, id: `by-${field}`, [field]: text })
      if (asName === 'name') {
        await added
        const device = registry.get(`by-${field}`)
        expect(device?.[field]).toBe(text)
        // An export begins no formula with it.
        if (device) expect(csvLine(rowOfDevice(device))).not.toMatch(/(^|,)"?[=+@]/)
      } else await expect(added).rejects.toMatchObject({ code: 'DEVICE_INVALID', message: expect.stringMatching(asName) })
    }
    expect(registry.get('bystander')).toBeDefined()
    expect(registry.size).toBe(asName === 'name' ? 3 : 1)
    const rule = { org: text, model: bus.model, accept: false, most: 1, expiresAt: Date.now() + 60_000 }
    await expect(registry.as(tester).addProvisioningKey(rule)).rejects.toMatchObject({ code: 'DEVICE_INVALID', message: expect.stringMatching(/^org: /) })
  })
})
