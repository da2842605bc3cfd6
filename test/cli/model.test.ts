import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandLine } from './run-citygate.ts'

const { folder, run } = commandLine()
const guide = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8')
/** The worked example of docs/models.md, in a folder of its own. */
const example = /```json\n(\{[\s\S]*?\n\})\n```/.exec(guide)?.[1] ?? ''
function withExample(text = example): string {
  const cwd = folder()
  writeFileSync(join(cwd, 'acme-em3.json'), text)
  return cwd
}

describe('citygate model check', () => {
  test('answers what the guide says it answers, and the guide’s frame decodes to what it says', async () => {
    const cwd = withExample()
    const checked = await run(['model', 'check', 'acme-em3.json'], { cwd })
    expect(checked).toMatchObject({ code: 0, stderr: '' })
    expect(guide).toContain(checked.stdout.trimEnd())
    const hex = /--hex '([0-9A-F ]+)'/.exec(guide)?.[1] ?? ''
    const decoded = await run(['decode', '--models', '.', '--model', 'acme-em3', '--hex', hex], { cwd })
    expect(decoded.stdout).toContain('"values":{"voltageL1":230.2}')
  })

  test('tells all that is wrong with line and what was expected, and exits with 1', async () => {
    const broken = example.replace('"u16", "scale": 0.1', '"u17", "scale": 0').replace('"times"', '"time"').replace('"is": [1]', '"is": []')
    const line = (part: string): number => broken.slice(0, broken.indexOf(part)).split('\n').length
    const { code, stdout } = await run(['model', 'check', 'acme-em3.json'], { cwd: withExample(broken) })
    expect(code).toBe(1)
    expect(stdout).toContain(`error: acme-em3.json:${line('"u17"')}: points[0].type: expected a register type: u16`)
    expect(stdout).toContain(`acme-em3.json:${line('"u17"')}: points[0].scale: expected a number that is not 0`)
    expect(stdout).toMatch(/points\[1\]\.time: unknown key "time"/)
    expect(stdout).toMatch(/quality\[0\]\.is: /)
  })

  test('warns, in Chinese to whom reads Chinese, and as JSON to scripts', async () => {
    const odd = example.replace('"address": 1, "type": "u16", "scale": 0.1', '"address": 22, "type": "u16", "scale": 0.1')
    const cwd = withExample(odd)
    const chinese = await run(['model', 'check', 'acme-em3.json'], { cwd, env: { LANG: 'zh_CN.UTF-8' } })
    expect(chinese).toMatchObject({ code: 0 })
    expect(chinese.stdout).toMatch(/^acme-em3\.json: 有效\n警告: acme-em3\.json:\d+: points\[1\]\.address: overlaps points\[0\]/)
    expect(chinese.stdout).toContain('A相电压')
    const json = JSON.parse((await run(['model', 'check', '--json', 'acme-em3.json'], { cwd })).stdout)
    expect(json).toMatchObject({ ok: true, problems: [], model: { id: 'acme-em3', requests: [{ answerBytes: expect.any(Number) }, {}] } })
    expect(json.warnings).toHaveLength(1)
  })

  test('says when there is no such file', async () => {
    expect(await run(['model', 'check', 'nothing.json'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^MODEL_INVALID: nothing\.json cannot be read/),
    })
  })
})

describe('citygate model list and show', () => {
  test('list by kind and protocol', async () => {
    const { stdout } = await run(['model', 'list', '--kind', 'heat-meter', '--protocol', 'modbus', '--json'])
    const models: { id: string; kind: string }[] = JSON.parse(stdout)
    expect(models.map(model => model.id)).toContain('2flow-mag-11')
    expect(new Set(models.map(model => model.kind))).toEqual(new Set(['heat-meter']))
    expect((await run(['model', 'list', '--kind', 'none'])).stdout).toBe('no models\n')
    expect((await run(['model', 'list', '--kind', 'lift', '--lang', 'zh'])).stdout).toMatch(/citygate-lift-rtu +Citygate 模拟电梯控制器/)
  })

  test('show one, with its orders; a name that is nearly right is told so', async () => {
    const { stdout } = await run(['model', 'show', 'peacefair-pzem-016'])
    expect(stdout).toMatch(/activePower +Active power +kW +input register 3 \(0x0003\) +u32 CDAB × 0\.0001/)
    expect(stdout).toMatch(/powerAlarm +Power that raises.* 0 – 25000 W/)
    expect(await run(['model', 'show', 'eastron-sdm63'])).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean eastron-sdm630?') })
  })
})

describe('citygate model new', () => {
  const flags = ['--id', 'acme-w1', '--maker', 'Acme', '--title-en', 'Acme W1', '--title-zh', 'Acme W1 水表', '--kind', 'water-meter', '--source', 'manual 1.0']

  test('writes a file that can be used, and never over another', async () => {
    const cwd = folder()
    const points = ['--point', 'flow:1:f32', '--point', 'total:0x0009:u32:0.001']
    const made = await run(['model', 'new', ...flags, '--first-address', '1', '--order', 'CDAB', ...points], { cwd })
    expect(made).toMatchObject({ code: 0, stderr: '' })
    const checked = await run(['model', 'check', 'acme-w1.json', '--json'], { cwd })
    expect(JSON.parse(checked.stdout)).toMatchObject({
      ok: true,
      warnings: [],
      model: { points: [{ field: 'flow', where: 'holding register 0 (0x0000)' }, { how: 'u32 CDAB × 0.001' }] },
    })
    expect(await run(['model', 'new', ...flags, ...points], { cwd })).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') })
  })

  test('says what it can not ask for without a terminal, and writes nothing that is wrong', async () => {
    const cwd = folder()
    expect(await run(['model', 'new', '--id', 'x'], { cwd })).toMatchObject({ code: 2, stderr: expect.stringMatching(/give --maker, --title-en, .*--point/) })
    const wrong = await run(['model', 'new', ...flags, '--point', 'speed:1:u16'], { cwd })
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/nothing was written:\nacme-w1\.json:\d+: points\[0\]\.field: kind water-meter has no field "speed"/),
    })
    expect(await run(['model', 'check', 'acme-w1.json'], { cwd })).toMatchObject({ code: 1 })
    expect(await run(['model', 'new', ...flags, '--point', 'flow'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Expected FIELD:ADDRESS:TYPE'),
    })
  })
})
