import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readSerial, sttyArguments } from '../../../gateway/links/bus/serial-port.ts'
import { type RunningProgram, run, runOn } from '../../support/programs.ts'
import { quickModel } from '../fixtures.ts'
import { addressesOf, addressUnits, onLine, patient, Things } from './bus-fixtures.ts'

const things = new Things()
afterEach(() => things.stop())
const poll = { timeout: 15_000, interval: 20 }

/** Two ends of a serial line, as the kernel has them. They know no parity: `stty` says so and refuses to set one. */
async function pty(second = 'pty,raw,echo=0'): Promise<{ readonly ends: readonly string[]; readonly program: RunningProgram }> {
  const program = runOn('socat', ['-d', '-d', 'pty,raw,echo=0', second])
  things.add(() => program.stop())
  const ends = (): string[] => [...program.lines.join('\n').matchAll(/PTY is (\S+)/g)].map(match => match[1] ?? '')
  await expect.poll(() => ends().length, poll).toBe(second.startsWith('pty') ? 2 : 1)
  return { ends: ends(), program }
}

/** A simulated bus behind a pseudo-terminal. */
async function busOnPty(...units: readonly number[]): Promise<{ readonly path: string; readonly program: RunningProgram }> {
  const { server } = await things.bus(addressUnits(...units))
  const { ends, program } = await pty(`tcp:127.0.0.1:${server.port},nodelay`)
  return { path: ends[0] ?? '', program }
}

const serialUrl = (path: string, more = ''): string => `serial://${path}?baud=19200&parity=none&bits=8&stop=1${more}`

describe('a serial line', () => {
  it('is polled through the kernel’s terminal driver', async () => {
    const { path } = await busOnPty(5, 6)
    const { journal, master } = things.master([onLine(serialUrl(path), 5), onLine(serialUrl(path), 6)], { settings: patient })
    await expect.poll(() => Math.min(journal.of('unit-5').length, journal.of('unit-6').length), poll).toBeGreaterThan(3)
    for (const { asked, answered } of journal.frames.map(addressesOf)) expect(answered).toBe(asked)
    expect(master.lines()[0]).toMatchObject({ connected: true, timeouts: 0 })
  })

  it('carries bytes that a terminal would take for something else', async () => {
    // XON, XOFF, Ctrl-C, Ctrl-D, Ctrl-Z, CR, LF, DEL and FF stand in addresses and answers.
    const odd = [0x0311, 0x1304, 0x1a0d, 0x0a7f, 0xff11]
    const models = odd.map(address => ({
      ...quickModel,
      id: `odd-${address}`,
      mapping: { read: { function: 4, every: '100ms' }, points: [{ field: 'voltageL1', address, type: 'u16' }] },
    }))
    const { path } = await busOnPty(17, 19, 3, 4, 26)
    const { journal } = things.master(
      models.map((model, index) => onLine(serialUrl(path), [17, 19, 3, 4, 26][index] ?? 1, model.id)),
      { models },
    )
    await expect.poll(() => new Set(journal.frames.map(frame => addressesOf(frame).answered)).size, poll).toBe(odd.length)
  })

  it('is tried again when the port goes away, keeps no descriptor of it open, and says why it can not be opened', async () => {
    const { path, program } = await busOnPty(5)
    const open = (): number => readdirSync('/proc/self/fd').filter(each => target(each).startsWith(path)).length
    const { journal, master } = things.master([onLine(serialUrl(path), 5)])
    await expect.poll(() => journal.frames.length, poll).toBeGreaterThan(2)
    expect(open()).toBe(1)
    await program.stop()
    await expect.poll(() => master.lines()[0]?.disconnects, poll).toBeGreaterThan(2)
    expect(open()).toBe(0)
    expect(master.lines()[0]).toMatchObject({ connected: false })
  })

  it('is asked by mbpoll, which is not ours, and the simulated bus answers it', async () => {
    const { path } = await busOnPty(5)
    const text = (
      await run('mbpoll', ['-m', 'rtu', '-b', '19200', '-P', 'none', '-a', '5', '-t', '3', '-0', '-r', '100', '-c', '3', '-1', '-q', path])
    ).toString()
    expect([...text.matchAll(/^\[(\d+)\]:\s+(\d+)/gm)].map(match => [Number(match[1]), Number(match[2])])).toEqual([
      [100, 100],
      [101, 101],
      [102, 102],
    ])
  })

  it('is answered by libmodbus, which is not ours', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'citygate-libmodbus-'))
    things.add(() => rmSync(folder, { recursive: true, force: true }))
    const program = join(folder, 'server')
    await run('cc', ['-I', '/usr/include/modbus', '-o', program, join(import.meta.dirname, '..', '..', 'support', 'libmodbus_server.c'), '-lmodbus'])
    const { ends } = await pty()
    const server = runOn(program, [ends[1] ?? '', '19200', '9'])
    things.add(() => server.stop())
    await expect.poll(() => server.lines, poll).toContain('ready')
    const model = {
      ...quickModel,
      mapping: { read: { function: 3, every: '100ms' }, points: [7, 120].map((address, index) => ({ field: `voltageL${index + 1}`, address, type: 'u16' })) },
    }
    const { journal, master } = things.master([onLine(serialUrl(ends[0] ?? ''), 9), onLine(serialUrl(ends[0] ?? ''), 10)], {
      models: [model],
      settings: { timeoutMs: 1000 },
    })
    await expect.poll(() => new Set(journal.of('unit-9').map(frame => addressesOf(frame).answered)), poll).toEqual(new Set([7, 120]))
    expect(journal.of('unit-10')).toHaveLength(0)
    expect(master.lines()[0]?.exceptions).toBe(0)
  })
})

describe('the settings of a port', () => {
  it.each([
    ['serial:///dev/ttyUSB0', ['9600', 'cs8', '-cstopb', '-parenb']],
    ['serial:///dev/ttyUSB0?baud=2400&parity=even&bits=8&stop=1', ['2400', 'cs8', '-cstopb', 'parenb', '-parodd']],
    ['serial:///dev/ttyS1?baud=1200&parity=odd&bits=7&stop=2', ['1200', 'cs7', 'cstopb', 'parenb', 'parodd']],
  ])('%s', (url, expected) => {
    const settings = readSerial(url)
    const words = settings ? sttyArguments(settings) : []
    for (const word of [...expected, 'raw', '-echo', '-ixon', '-crtscts']) expect(words).toContain(word)
  })

  it.each(['serial://host/dev/ttyUSB0', 'serial:///etc/passwd', 'serial:///dev/ttyUSB0?baud=fast', 'rtu-tcp://10.0.0.5:502'])('%s is none', url => {
    expect(readSerial(url)).toBeUndefined()
  })
})

function target(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return ''
  }
}
