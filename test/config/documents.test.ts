import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../gateway/config/config.ts'
import { documents } from '../../gateway/config/documents.ts'
import { settings } from '../../gateway/config/settings.ts'

test.each([...documents()])('%s is what the schema says (npm run docs:config)', (file, content) => {
  expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).toBe(content)
})

test('flags and variables have names of their own', () => {
  expect(new Set(settings.map(setting => setting.variable)).size).toBe(settings.length)
  for (const variable of ['CITYGATE_DATA', 'CITYGATE_HTTP', 'CITYGATE_MQTT', 'CITYGATE_SERIES', 'CITYGATE_INFLUX_URL', 'CITYGATE_INFLUX_DB']) {
    expect(
      settings.some(setting => setting.variable === variable),
      variable,
    ).toBe(true)
  }
  expect(settings.filter(setting => setting.secret && setting.option !== undefined)).toEqual([])
})

test('both examples can be used with every # removed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'citygate-config-'))
  try {
    const yaml = documents().get('deploy/citygate.example.yaml') ?? ''
    writeFileSync(join(folder, 'citygate.yaml'), yaml.replaceAll(/^( *)#(?! )/gm, '$1'))
    const fromFile = loadConfig({ env: {}, workingFolder: folder })
    const variables = (documents().get('deploy/citygate.env.example') ?? '').split('\n').flatMap(line => {
      const [, name = '', value = ''] = /^#(CITYGATE_\w+)=(.*)$/.exec(line) ?? []
      return name === '' ? [] : [[name, value] as const]
    })
    expect(variables).toHaveLength(settings.length)
    writeFileSync(join(folder, 'citygate.yaml'), '')
    expect(loadConfig({ env: Object.fromEntries(variables), workingFolder: folder })).toEqual(fromFile)
    expect(fromFile.influx.password).toBe('change-me')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
