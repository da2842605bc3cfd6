import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { collected, commandLine, freePort } from './run-citygate.ts'

const { folder, start, run } = commandLine()

test('serve runs until it is told to end, and doctor and device add work beside it', async () => {
  const data = folder()
  const place = ['--data', data, '--http', String(await freePort()), '--mqtt', String(await freePort())]
  const gateway = start(['serve', ...place, '--log-format', 'json'])
  const stderr = collected(gateway, 'stderr')
  await expect.poll(stderr, { timeout: 20_000 }).toContain('citygate is up')

  const looked = await run(['doctor', ...place])
  expect(looked.stdout).toMatch(/✓ HTTP port: .*running Citygate .*: ok/)
  expect(looked.stdout).toMatch(/✓ MQTT port: .*held by the running Citygate/)

  const added = await run(['device', 'add', '--id', 'bus-1', '--model', 'citygate-bus-unit', '--org', 'pudong-bus', '--data', data])
  expect(added.code).toBe(0)
  await expect.poll(async () => (await fetch(`http://127.0.0.1:${place[3]}/api/v1/devices/bus-1`)).status, { timeout: 2_000 }).toBe(200)

  expect(await run(['serve', ...place])).toMatchObject({ code: 1, stderr: expect.stringMatching(/DATA_FOLDER_IN_USE: /) })

  const ended = new Promise(resolve => gateway.once('close', resolve))
  gateway.kill('SIGTERM')
  expect(await ended).toBe(0)
})

test('serve on a port that is taken says which one and ends', async () => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    const refused = await run(['serve', '--data', folder(), '--http', String(await freePort()), '--mqtt', String(port)])
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(new RegExp(`PORT_IN_USE: .*${port}`))
  } finally {
    await new Promise(resolve => other.close(resolve))
  }
})
