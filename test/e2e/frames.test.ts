import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type GatewayProcess, startGateway } from '../support/gateway.ts'
import { run } from '../support/programs.ts'

/** Eastron's own example of a read of voltage L1, request and answer; and the same with a wrong CRC. */
const GOOD = '01040000000271cb010404436633341b38'
const WRONG = GOOD.replace('71cb', '71cc')
const SECRET = 'a-secret-of-the-dtu'

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await startGateway()
  const added = await gateway.citygate('device', 'add', '--id', 'meter-9', '--model', 'eastron-sdm630', '--org', 'power', '--secret', SECRET)
  expect(added).toMatchObject({ code: 0 })
  await vi.waitFor(() => gateway.get('/devices/meter-9'))
})

afterAll(async () => {
  await gateway?.stop()
})

it('what a DTU sent is listed as it came, with what became of it, and explained', async () => {
  for (const hex of [GOOD, WRONG]) {
    const words = ['-h', '127.0.0.1', '-p', String(gateway.mqttPort), '-u', 'meter-9', '-P', SECRET, '-q', '1', '-t', 'up/meter-9/modbus', '-s']
    await run('mosquitto_pub', words, Buffer.from(hex, 'hex'))
  }
  await expect
    .poll(() => gateway.get('/devices/meter-9/frames'))
    .toMatchObject({
      protocol: 'modbus',
      frames: [
        { bytes: WRONG, verdict: 'rejected', reason: 'CRC_MISMATCH' },
        { bytes: GOOD, verdict: 'accepted' },
      ],
    })
  const answer = await fetch(`${gateway.http}/api/v1/decode`, { method: 'POST', body: JSON.stringify({ hex: WRONG, model: 'eastron-sdm630' }) })
  const decoded = (await answer.json()) as { ok: boolean; reason: string; parts: { parts: { problem?: { zh: string } }[] }[] }
  expect(decoded).toMatchObject({ ok: false, reason: 'CRC_MISMATCH' })
  expect(decoded.parts[0]?.parts.at(-1)?.problem?.zh).toContain('71 CB')
})
