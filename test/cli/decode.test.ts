import { describe, expect, test } from 'vitest'
import { encodeTelemetry } from '../../devices/protocols/telemetry/encode.ts'
import { readHex } from '../../gateway/model/frame-text.ts'
import { commandLine } from './run-citygate.ts'

const { run } = commandLine()
/** Eastron's own example of a read of voltage L1: request and answer. */
const volts = '01 04 00 00 00 02 71 cb 01 04 04 43 66 33 34 1b 38'
const sdm630 = ['decode', '--protocol', 'modbus', '--model', 'eastron-sdm630']
const at = '2026-01-01T00:00:00.000Z'

describe('citygate decode', () => {
  test('prints one JSON line a frame; the time of receipt stands in where a frame has none', async () => {
    const decoded = await run([...sdm630, '--received-at', '2026-01-01T08:00:00+08:00', '--hex', volts])
    expect(decoded).toEqual({ code: 0, stdout: `{"ok":true,"readings":[{"at":"${at}","values":{"voltageL1":230.20001}}]}\n`, stderr: '' })
  })

  test('takes hex as people have it: unquoted, with colons, several times', async () => {
    const unquoted = await run([...sdm630, '--received-at', at, '--hex', ...volts.split(' ')])
    const twice = await run([...sdm630, '--received-at', at, '--hex', volts.replaceAll(' ', ':'), '--hex', volts.toUpperCase().replaceAll(' ', '')])
    expect(unquoted.stdout.split('\n')).toHaveLength(2)
    expect(twice.stdout).toBe(unquoted.stdout + unquoted.stdout)
  })

  test('reads lines of standard input, says what is wrong with each, and exits with 1', async () => {
    const lines = [volts, '', volts.replace('71 cb', '71 cc'), 'no hex', volts.slice(0, -1), volts]
    const decoded = await run([...sdm630, '--received-at', at], { input: lines.join('\r\n') })
    const answers: { ok: boolean; reason?: string; detail?: string }[] = decoded.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(answers.map(answer => answer.reason ?? 'ok')).toEqual(['ok', 'CRC_MISMATCH', 'MALFORMED', 'MALFORMED', 'ok'])
    expect(answers[2]?.detail).toContain("'n' is no hexadecimal digit")
    expect(answers[3]?.detail).toContain("'3' is half a byte")
    expect(decoded).toMatchObject({ code: 1, stderr: '' })
  })

  test('telemetry needs no model: it says by itself what it is about', async () => {
    const bus = encodeTelemetry({ bus: { fixTimeMs: 1_767_225_600_000, latitude: 31.2304, longitude: 121.4737, speedKmh: 33 } })
    const decoded = await run(['decode', '--protocol', 'telemetry', '--hex', Buffer.from(bus).toString('hex')])
    expect(decoded.stdout).toMatch(
      /^\{"ok":true,"readings":\[\{"at":"2026-01-01T00:00:00.000Z","values":\{.*"speed":33.*\},"position":\{"lat":31.2304,"lon":121.4737\}\}\]\}\n$/,
    )
    const nothing = await run(['decode', '--protocol', 'telemetry', '--hex', 'ff'])
    expect(JSON.parse(nothing.stdout)).toMatchObject({ ok: false, reason: expect.stringMatching(/^(MALFORMED|TRUNCATED)$/) })
    expect(nothing.code).toBe(1)
  })

  test('without a model all of the protocol are tried: the most plausible is used, and the others are named', async () => {
    const found = await run(['decode', '--protocol', 'modbus', '--json', '--hex', volts])
    const json: { model: string; tried: { model: string; values: number; reason?: string }[]; readings: object[]; parts?: object[] } = JSON.parse(found.stdout)
    expect(json).toMatchObject({ protocol: 'modbus', model: json.tried[0]?.model, header: { unit: 1, function: 4 } })
    expect(json.tried.find(({ model }) => model === 'eastron-sdm630')).toEqual({ model: 'eastron-sdm630', values: 1 })
    expect(json.tried.find(({ model }) => model === 'renke-rs-fsxcs-n01')).toMatchObject({ values: 0, reason: 'NO_VALUES' })
    expect(json.parts).toBeUndefined()
  })

  test('without a protocol it is recognised, and says so', async () => {
    const found = await run(['decode', '--explain', '--lang', 'en', '--hex', volts])
    expect(found.stdout).toContain('protocol: modbus (recognised by its frame, a read request and its answer, 1)')
    const bus = Buffer.from(encodeTelemetry({ bus: { fixTimeMs: 1_767_225_600_000, speedKmh: 33 } })).toString('hex')
    expect((await run(['decode', '--json', '--hex', bus])).stdout).toContain('"protocol":"telemetry","recognised":{"by":"values"},"model":"citygate-bus-unit"')
    const nothing = await run(['decode', '--hex', 'fe fe'])
    expect(nothing).toMatchObject({ code: 1, stderr: '' })
    expect(JSON.parse(nothing.stdout)).toMatchObject({ ok: false, reason: 'MALFORMED', detail: expect.stringContaining('no protocol recognises') })
  })

  test('explains each byte as a table, in both languages', async () => {
    const english = await run([...sdm630, '--explain', '--lang', 'en', '--hex', volts])
    expect(english.stdout).toMatch(/^11–14 +43 66 33 34 +Voltage L1 +230\.20001 V +f32, order ABCD; → voltageL1 +0x0000–0x0001$/m)
    expect(english.stdout).toMatch(/^6–7 +71 CB +CRC +71 CB +holds; low byte first +Modbus Serial Line V1\.02 § 2\.5\.1\.2$/m)
    const chinese = await run([...sdm630, '--explain', '--lang', 'zh', '--hex', volts.replace('71 cb', '71 cc')])
    expect(chinese.stdout).toMatch(/^6–7 +71 CC +CRC 校验 +71 CC +! 不正确：按这些字节应为 71 CB/m)
    expect(chinese.stdout).toContain('拒收原因: CRC_MISMATCH')
    expect(chinese.code).toBe(1)
  })

  test('gives the parts as JSON, and takes a frame as text', async () => {
    const parts = await run([...sdm630, '--explain', '--json', '--hex', volts])
    expect(JSON.parse(parts.stdout)).toMatchObject({
      ok: true,
      model: 'eastron-sdm630',
      parts: [
        { from: 0, to: 8 },
        { from: 8, to: 17 },
      ],
    })
    const json = await run(['decode', '--protocol', 'telemetry', '--text', '{"bus":{"fixTimeMs":"1767225600000","speedKmh":12.5}}', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({ model: 'citygate-bus-unit', header: { form: 'JSON' }, readings: [{ values: { speed: 12.5 } }] })
  })

  test.each([
    ['a protocol that does not exist', ['decode', '--protocol', 'modbuss', '--hex', '01'], /no protocol 'modbuss'; did you mean modbus\?/],
    [
      'a model of another protocol',
      ['decode', '--protocol', 'telemetry', '--model', 'eastron-sdm630', '--hex', '01'],
      /eastron-sdm630 speaks modbus, not telemetry/,
    ],
    ['a model that does not exist', ['decode', '--protocol', 'modbus', '--model', 'sdm630', '--hex', '01'], /no model 'sdm630'/],
    ['a time without a zone', [...sdm630, '--received-at', '2026-01-01T00:00:00', '--hex', '01'], /Expected a time with its zone/],
    ['bytes that follow nothing', [...sdm630, '01', '02'], /bytes without --hex/],
  ])('refuses %s as a wrong call', async (_, args, expected) => {
    const refused = await run(args)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toMatch(expected)
  })
})

test.each([
  ['01 04', [1, 4]],
  ['01:04', [1, 4]],
  ['0x01, 0x04', [1, 4]],
  ['[01][04]', [1, 4]],
  ['0104', [1, 4]],
  ['\t01\n', [1]],
  ['', []],
] as const)('hex as %j', (text, bytes) => {
  expect(readHex(text)).toEqual({ bytes: Uint8Array.from(bytes) })
})

test.each(['1 2', '0104f', 'g0', '0 1', '０1'])('no hex: %j', text => {
  const read = readHex(text)
  expect(read).toHaveProperty('problem')
})

test('a password is shown neither as a text nor in hex', async () => {
  const text = '##0101QN=20160801085857223;ST=32;CN=1062;PW=s3cr3t;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&0000'
  for (const words of [['--explain'], ['--json', '--explain'], []]) {
    const { stdout } = await run(['decode', '--protocol', 'hj212', ...words, '--text', text])
    expect(stdout).not.toMatch(/s3cr3t|73 33 63 72 33 74|733363723374/i)
  }
})
