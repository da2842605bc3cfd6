import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { checkWords, sinkWords, statusTexts } from '../../dashboard/status/status-texts.ts'

const gateway = new URL('../../gateway/', import.meta.url)

/** Every match of the pattern's first group in the gateway's sources that satisfy `where`. */
async function found(pattern: RegExp, where: (source: string) => boolean): Promise<readonly string[]> {
  const files = (await readdir(gateway, { recursive: true })).filter(file => file.endsWith('.ts'))
  const sources = await Promise.all(files.map(file => readFile(new URL(file, gateway), 'utf8')))
  return sources.filter(where).flatMap(source => Array.from(source.matchAll(pattern), match => match[1] ?? ''))
}

describe.each(Object.entries(statusTexts))('the status page in %s', (_, texts) => {
  it('has words for every sink of the gateway', async () => {
    const sinks = await found(/ readonly name = '([a-z-]+)'/g, source => /implements [\w, ]*Sink\b/.test(source))
    expect(sinks).toEqual(expect.arrayContaining(['series', 'live', 'city-topics', 'hours']))
    for (const sink of sinks) {
      expect(sinkWords(sink, texts)).not.toBe(sink)
      expect(checkWords(`sink ${sink}`, texts)).toContain(sinkWords(sink, texts))
    }
  })

  it('has words for every check of the gateway', async () => {
    const checks = await found(/name: '([a-z ]+)', ok/g, source => source.includes('HealthCheck'))
    expect(checks).toEqual(expect.arrayContaining(['journal', 'series store', 'journal files', 'certificates']))
    for (const check of checks) expect(checkWords(check, texts)).not.toBe(check)
  })

  it('shows a name it does not know as it is', () => {
    expect([sinkWords('toString', texts), checkWords('constructor', texts)]).toEqual(['toString', 'constructor'])
  })
})
