import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Arrivals } from '../../gateway/registry/provisioning/arrivals.ts'
import { Registry } from '../../gateway/registry/registry.ts'
import { KeptLog } from '../registry/workspace.ts'
import { commandLine } from './run-citygate.ts'

const { folder, run } = commandLine()
const secret = 'the own secret of this device'

test('a key is made and shown once; who comes with it is listed, registered or refused', async () => {
  const data = folder()
  const cli = (...args: string[]) => run([...args, '--data', data])
  const added = await cli('provisioning', 'add', '--org', 'pudong-bus', '--model', 'citygate-bus-unit', '--pattern', 'bus-*', '--most', '5', '--expires', '1d')
  expect(added).toMatchObject({ code: 0, stderr: '' })
  const [key = '', id = ''] = /^cgp_([0-9a-f]{12})_\S{43}$/m.exec(added.stdout) ?? []
  expect(added.stdout).toContain(`-P "${key}.$OWN"`)

  const registry = new Registry({ file: join(data, 'registry.db'), log: new KeptLog(), now: Date.now })
  await registry.start()
  const arrivals = new Arrivals({ registry, log: new KeptLog(), now: Date.now })
  for (const device of ['bus-1', 'bus-2', 'bus-3']) await arrivals.arrive(device, `${key}.${secret}`, '10.0.0.1')?.soon

  const listed = await cli('enrolment', 'list')
  expect(listed.stdout).toMatch(/^bus-1 +pudong-bus +citygate-bus-unit +[0-9a-f]{12} +waiting +\S+ +\S+ +10\.0\.0\.1$/m)
  expect(await cli('enrolment', 'refuse', 'bus-2')).toMatchObject({ code: 0, stdout: 'refused bus-2\n' })
  expect(await cli('enrolment', 'approve', '--key', id)).toMatchObject({ code: 0, stdout: 'registered bus-1, bus-3\n' })
  await expect.poll(() => registry.device('bus-1', `${key}.${secret}`)).toBeDefined()
  expect(registry.get('bus-2')).toBeUndefined()
  await registry.stop()

  const keys = await cli('provisioning', 'list')
  expect(keys.stdout).toMatch(new RegExp(`^${id} +pudong-bus +citygate-bus-unit +bus-\\* +3 +5 +\\S+ +wait$`, 'm'))
  expect(keys.stdout + listed.stdout).not.toContain(key)
  expect(await cli('provisioning', 'remove', id)).toMatchObject({ code: 0 })
  expect((await cli('provisioning', 'list')).stdout).toBe('no provisioning keys\n')
  expect((await cli('enrolment', 'list')).stdout).toBe('no device waits\n')

  const refused: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['provisioning', 'remove', id], 1, /^ENROLMENT_UNKNOWN: no provisioning key/],
    [['provisioning', 'add', '--org', 'o', '--model', 'nothing'], 1, /^DEVICE_INVALID: model: there is no 'nothing'/],
    [['provisioning', 'add', '--org', 'o', '--model', 'citygate-bus-unit', '--accept', '--wait'], 2, /opposites/],
    [['provisioning', 'add', '--org', 'o', '--model', 'citygate-bus-unit', '--expires', 'never'], 2, /Expected a length of time/],
    [['enrolment', 'approve'], 2, /which devices/],
    [['enrolment', 'approve', 'nobody'], 1, /^ENROLMENT_UNKNOWN: no device nobody waits/],
    [['enrolment', 'refuse', '--key', id], 1, /^ENROLMENT_UNKNOWN: no device waits with the provisioning key/],
  ]
  for (const [args, code, message] of refused) expect(await cli(...args), args.join(' ')).toMatchObject({ code, stderr: expect.stringMatching(message) })
})
