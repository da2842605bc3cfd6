import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Registry } from '../../gateway/registry/registry.ts'
import { commandLine } from './run-citygate.ts'

const { folder, run } = commandLine()
const bus = ['--id', 'bus-0417', '--model', 'citygate-bus-unit', '--org', 'pudong-bus']
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

async function withRegistry<T>(data: string, look: (registry: Registry) => Promise<T> | T): Promise<T> {
  const registry = new Registry({ file: join(data, 'registry.db'), log: quiet, now: Date.now })
  await registry.start()
  try {
    return await look(registry)
  } finally {
    await registry.stop()
  }
}

describe('citygate device', () => {
  test('add prints the secret once and how to use it; list and remove know the device', async () => {
    const data = folder()
    const more = ['--group', 'North depot', '--tags', 'night, v2', '--sim', '89860321849876543210', '--stage', 'planned']
    const added = await run(['device', 'add', ...bus, '--name', '浦东17路', '--lat', '31.2304', '--lon', '121.4737', ...more, '--data', data])
    expect(added).toMatchObject({ code: 0, stderr: '' })
    const [, secret = ''] = /shown only this once: (\S{43})/.exec(added.stdout) ?? []
    expect(added.stdout).toContain(`mosquitto_pub -h 127.0.0.1 -p 1883 -i bus-0417 -u bus-0417 -P '${secret}' -q 1 -t up/bus-0417/telemetry`)
    await withRegistry(data, registry => {
      expect(registry.device('bus-0417', secret)).toEqual({ type: 'device', device: 'bus-0417' })
      expect(registry.get('bus-0417')).toEqual({
        id: 'bus-0417',
        model: 'citygate-bus-unit',
        org: 'pudong-bus',
        name: '浦东17路',
        group: 'North depot',
        tags: ['night', 'v2'],
        sim: '89860321849876543210',
        stage: 'planned',
        place: { lat: 31.2304, lon: 121.4737 },
      })
    })
    const listed = await run(['device', 'list', '--data', data])
    expect(listed.stdout).toBe(
      [
        'id        organisation  model              name      group        tags      stage    place              reached',
        'bus-0417  pudong-bus    citygate-bus-unit  浦东17路  North depot  night,v2  planned  31.2304, 121.4737  signs in\n',
      ].join('\n'),
    )
    expect(listed.stdout).not.toContain(secret)
    expect(await run(['device', 'remove', 'bus-0417', '--data', data])).toMatchObject({ code: 0, stdout: 'removed bus-0417; what was stored stays\n' })
    expect(JSON.parse((await run(['device', 'list', '--json', '--data', data])).stdout)).toEqual([])
    expect(await run(['device', 'remove', 'bus-0417', '--data', data])).toMatchObject({ code: 1, stderr: 'DEVICE_UNKNOWN: no device bus-0417 is registered\n' })
  })

  test('change says it anew of one device or of all that are meant, and takes away', async () => {
    const data = folder()
    await withRegistry(data, registry =>
      registry
        .as({ type: 'cli', name: 'tester' })
        .addDevices(
          ['bus-1', 'bus-2', 'bus-3'].map(id => ({ device: { id, org: 'o', model: 'citygate-bus-unit', group: id === 'bus-3' ? 'South' : 'North' } })),
        ),
    )
    const change = (...args: string[]) => run(['device', 'change', ...args, '--data', data])
    expect(await change('bus-3', '--name', '17路', '--lat', '31.2', '--lon', '121.4', '--tags', 'night,v2', '--stage', 'planned')).toMatchObject({
      code: 0,
      stdout: 'changed bus-3\n',
    })
    expect(await change('bus-3', '--clear', 'group,place', '--stage', 'enrolled')).toMatchObject({ code: 0 })
    expect(await change('--where', 'org=o', '--where', 'group=North', '--group', 'East')).toMatchObject({ code: 0, stdout: 'changed bus-1, bus-2\n' })
    await withRegistry(data, registry => {
      expect(registry.get('bus-3')).toEqual({ id: 'bus-3', org: 'o', model: 'citygate-bus-unit', name: '17路', tags: ['night', 'v2'] })
      expect([...registry.all()].map(({ group }) => group)).toEqual(['East', 'East', undefined])
    })
    const refused: readonly (readonly [readonly string[], number, RegExp])[] = [
      [['bus-1'], 2, /nothing to change/],
      [['--name', 'x'], 2, /which devices/],
      [['bus-1', '--where', 'org=o', '--name', 'x'], 2, /which devices/],
      [['--where', 'colour=red', '--name', 'x'], 2, /Expected one of org=…/],
      [['bus-1', '--clear', 'org'], 2, /There is no 'org' to clear/],
      [['bus-1', '--name', 'x', '--clear', 'name'], 1, /^DEVICE_INVALID: name: is given and cleared/],
      [['bus-1', '--lat', '1'], 1, /^DEVICE_INVALID: place/],
      [['bus-1', '--model', 'nothing'], 1, /^DEVICE_INVALID: model: there is no 'nothing'/],
      [['bus-1', 'nobody', '--name', 'x'], 1, /^DEVICE_UNKNOWN: no device nobody/],
      [['--where', 'group=West', '--name', 'x'], 1, /^DEVICE_UNKNOWN: no device is as --where says/],
    ]
    for (const [args, code, message] of refused) expect(await change(...args), args.join(' ')).toMatchObject({ code, stderr: expect.stringMatching(message) })
    await withRegistry(data, registry => expect(registry.get('bus-1')).toEqual({ id: 'bus-1', org: 'o', model: 'citygate-bus-unit', group: 'East' }))
  })

  test('labels writes a page for those that are meant', async () => {
    const data = folder()
    const out = join(data, 'labels.html')
    await withRegistry(data, registry =>
      registry
        .as({ type: 'cli', name: 'tester' })
        .addDevices(['bus-1', 'bus-2', 'bus-3'].map(id => ({ device: { id, org: 'o', model: 'citygate-bus-unit' } }))),
    )
    const labels = (...args: string[]) => run(['device', 'labels', ...args, '--out', out, '--data', data])
    expect(await labels('--base-url', 'https://city.example/')).toMatchObject({ code: 0, stdout: expect.stringContaining(`3 labels written to ${out}`) })
    expect(await labels('bus-2', '--base-url', 'https://city.example')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 label written/) })
    expect(readFileSync(out, 'utf8').match(/<h2>.*?<\/h2>/g)).toEqual(['<h2>bus-2</h2>'])
    const refused: readonly (readonly [readonly string[], number, RegExp])[] = [
      [['--base-url', 'city.example'], 2, /Expected the address of the dashboard/],
      [['nobody', '--base-url', 'https://city.example'], 1, /^DEVICE_UNKNOWN: no device nobody/],
      [['--base-url', 'https://city.example', '--org', 'other'], 1, /^DEVICE_UNKNOWN: there is no device to label/],
    ]
    for (const [args, code, message] of refused) expect(await labels(...args), args.join(' ')).toMatchObject({ code, stderr: expect.stringMatching(message) })
  })

  test('secret replaces a secret; the one before works for the time of grace', async () => {
    const data = folder()
    const { secret: first }: { secret: string } = JSON.parse((await run(['device', 'add', ...bus, '--json', '--data', data])).stdout)
    const rotated = await run(['device', 'secret', 'bus-0417', '--grace', '7d', '--data', data])
    const [, second = ''] = /shown only this once: (\S{43})/.exec(rotated.stdout) ?? []
    await withRegistry(data, registry => {
      for (const secret of [first, second]) expect(registry.device('bus-0417', secret)).toBeDefined()
    })
    expect(await run(['device', 'secret', 'bus-0417', '--grace', 'soon', '--data', data])).toMatchObject({ code: 2, stdout: '' })
    expect(await run(['device', 'secret', 'nobody', '--data', data])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^DEVICE_UNKNOWN/) })
    expect((await run(['device', 'list', '--stage', 'planned', '--data', data])).stdout).toBe('no devices\n')
  })

  test('add reaches a registry that is in use within a second', async () => {
    const data = folder()
    await withRegistry(data, async running => {
      const added = await run(['device', 'add', ...bus, '--json', '--data', data])
      const { secret, device }: { secret: string; device: unknown } = JSON.parse(added.stdout)
      await expect.poll(() => running.device('bus-0417', secret), { timeout: 1_000 }).toEqual({ type: 'device', device: 'bus-0417' })
      expect(running.get('bus-0417')).toEqual(device)
    })
  })

  test('add takes a given secret, does not repeat it, and warns about a short one', async () => {
    const data = folder()
    const added = await run(['device', 'add', ...bus, '--secret', 'tiny-pw', '--data', data])
    expect(added.code).toBe(0)
    expect(added.stderr).toMatch(/^warning: secrets shorter than 16 characters/)
    expect(added.stdout + added.stderr).not.toContain('tiny-pw')
    expect(await withRegistry(data, registry => registry.device('bus-0417', 'tiny-pw'))).toBeDefined()
  })

  test('add registers what is polled and what stands behind a concentrator', async () => {
    const data = folder()
    const meter = ['device', 'add', '--id', 'meter-1', '--model', 'eastron-sdm630', '--org', 'grid', '--data', data]
    const added = await run([...meter, '--link', 'modbus-tcp://10.0.0.5:502', '--unit', '7'])
    expect(added.stdout).toContain('the gateway polls it at modbus-tcp://10.0.0.5:502, unit 7')
    const behind = await run(['device', 'add', '--id', 'meter-2', '--model', 'tuf-2000m', '--org', 'grid', '--behind', 'meter-1', '--data', data])
    expect(behind.stdout).toContain(`-u meter-1 -P 'SECRET-OF-meter-1' -q 1 -t up/meter-2/modbus`)
    const listed = await run(['device', 'list', '--json', '--data', data])
    expect(JSON.parse(listed.stdout)).toEqual([
      { id: 'meter-1', org: 'grid', model: 'eastron-sdm630', link: { url: 'modbus-tcp://10.0.0.5:502', unit: 7 } },
      { id: 'meter-2', org: 'grid', model: 'tuf-2000m', behind: 'meter-1' },
    ])
  })

  test.each([
    [
      'a model that does not exist',
      bus.with(3, 'citygate-bus-unti'),
      /^DEVICE_INVALID: model: there is no 'citygate-bus-unti'; did you mean citygate-bus-unit\?/,
    ],
    ['half a place', [...bus, '--lat', '31'], /^DEVICE_INVALID: place: --lat and --lon belong together/],
    ['a latitude off the globe', [...bus, '--lat', '-91', '--lon', '0'], /^DEVICE_INVALID: lat: -91 is outside/],
    [
      'a link without a unit',
      [...bus.with(3, 'eastron-sdm630'), '--link', 'modbus-tcp://h:502'],
      /^DEVICE_INVALID: unit: which device on the line\? Give the Modbus unit/,
    ],
    ['a link for what is not polled', [...bus, '--link', 'modbus-tcp://h:502', '--unit', '1'], /^DEVICE_INVALID: link: citygate-bus-unit speaks telemetry/],
    ['an id that no topic can hold', bus.with(1, 'bus/+'), /^DEVICE_INVALID: id: 'bus\/\+' is no id/],
  ])('add refuses %s in one line', async (_, args, expected) => {
    const refused = await run(['device', 'add', ...args, '--data', folder()])
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(expected)
    expect(refused.stderr.trim().split('\n')).toHaveLength(1)
    const unlike = await run(['device', 'add', '--id', 'x', '--model', 'wuxi-tram', '--org', 'o', '--data', folder()])
    expect(unlike.stderr).toMatch(/^DEVICE_INVALID: model: there is no 'wuxi-tram'\. There are: .*citygate-bus-unit, .*; --models names the folder of others$/m)
  })

  test('add says so when the id is taken', async () => {
    const data = folder()
    await run(['device', 'add', ...bus, '--data', data])
    expect(await run(['device', 'add', ...bus, '--data', data])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^DEVICE_EXISTS: device bus-0417/) })
  })

  test('works on the data folder that the environment or the file names', async () => {
    const cwd = folder()
    await run(['device', 'add', ...bus], { cwd, env: { CITYGATE_DATA: 'by-variable' } })
    expect(existsSync(join(cwd, 'by-variable', 'registry.db'))).toBe(true)
    writeFileSync(join(cwd, 'citygate.yaml'), 'data: by-variable\n')
    expect((await run(['device', 'list'], { cwd })).stdout).toContain('bus-0417')
    expect(await run(['device', 'list'], { cwd, env: { CITYGATE_DTA: 'x' } })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('did you mean CITYGATE_DATA?'),
    })
  })

  test('list of a folder where nothing was registered says so and makes nothing', async () => {
    const data = join(folder(), 'not-there')
    expect(await run(['device', 'list', '--data', data])).toMatchObject({
      code: 0,
      stdout: 'no devices\n',
      stderr: expect.stringContaining('is --data right?'),
    })
    expect(existsSync(data)).toBe(false)
  })

  test('list of a folder whose way can not be walked does not call it empty', async () => {
    const data = folder()
    symlinkSync('loop', join(data, 'loop'))
    expect(await run(['device', 'list', '--data', join(data, 'loop')])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^REGISTRY_UNUSABLE: the registry .*registry.db can not be read/),
    })
  })

  test('a folder that can not be written is an error that says what to do', async () => {
    const refused = await run(['device', 'add', ...bus, '--data', '/proc/citygate'])
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^REGISTRY_UNUSABLE: .*\/proc\/citygate\/registry.db.*Check that the data folder/),
    })
  })
})

describe('citygate token', () => {
  test('add prints the token once; it signs in until it is removed', async () => {
    const data = folder()
    const added = await run(['token', 'add', '--org', 'pudong-bus', '--kind', 'bus', '--command', '--expires', '90d', '--title', '报站屏', '--data', data])
    const [token = ''] = /cgt_[0-9a-f]{12}_[A-Za-z0-9_-]{43}/.exec(added.stdout) ?? []
    const id = token.split('_')[1] ?? ''
    expect(await withRegistry(data, registry => registry.token(token))).toEqual({ type: 'token', id, org: 'pudong-bus', kind: 'bus', command: true })
    const listed = await run(['token', 'list', '--json', '--data', data])
    expect(JSON.parse(listed.stdout)).toEqual([
      {
        id,
        org: 'pudong-bus',
        kind: 'bus',
        command: true,
        title: '报站屏',
        createdAt: expect.stringMatching(/Z$/),
        expiresAt: expect.stringMatching(/Z$/),
        lastUsedAt: expect.stringMatching(/Z$/),
      },
    ])
    const [{ createdAt, expiresAt }] = JSON.parse(listed.stdout)
    expect((Date.parse(expiresAt) - Date.parse(createdAt)) / 86_400_000).toBeCloseTo(90, 2)
    expect(await run(['token', 'remove', id, '--data', data])).toMatchObject({ code: 0, stdout: `removed ${id}\n` })
    expect(await withRegistry(data, registry => registry.token(token))).toBeUndefined()
    expect(await run(['token', 'remove', id, '--data', data])).toMatchObject({ code: 1, stderr: expect.stringMatching(/^TOKEN_UNKNOWN: /) })
  })

  test.each(['yesterday', '90', '2020-01-01T00:00:00Z'])('add refuses to end a token at %s', async expires => {
    const refused = await run(['token', 'add', '--org', 'pudong-bus', '--expires', expires, '--data', folder()])
    expect(refused).toMatchObject({ stdout: '', stderr: expect.stringMatching(/xpected .*(in how long|still to come)/) })
    expect(refused.code).toBeGreaterThan(0)
  })

  test('add refuses a kind that does not exist', async () => {
    const refused = await run(['token', 'add', '--org', 'pudong-bus', '--kind', 'tram', '--data', folder()])
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/there is no kind 'tram'\. There are: .*\bbus, /) })
  })
})
