import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadCatalogue } from '../../devices/catalogue.ts'
import type { Config } from '../config/config.ts'
import { registryPlace } from '../registry/place.ts'
import { Registry } from '../registry/registry.ts'
import { commandLog } from './command-log.ts'
import type { ClockPair, Finding } from './doctor-finding.ts'

/** The oldest Node that runs TypeScript files as they are and is kept up. */
const oldestNode = 24

/** Whether this Node runs Citygate. */
export function checkNode(version = process.versions.node): Finding {
  const ok = Number(version.split('.')[0]) >= oldestNode
  return {
    name: { en: 'Node.js', zh: 'Node.js' },
    ok,
    found: { en: version, zh: version },
    ...(!ok && { advice: { en: `use Node.js ${oldestNode} or newer; npm run brings its own`, zh: `请使用 Node.js ${oldestNode} 或更新版本；npm run 会自带` } }),
  }
}

/** Whether the data folder can be written and has room for all that the journal may take. */
export function checkDataFolder(config: Config): readonly Finding[] {
  const name = { en: 'data folder', zh: '数据目录' }
  const problem = writeProblem(config.data)
  if (problem !== undefined) {
    const advice = { en: 'make it writable for this user, or choose another with --data', zh: '请让当前用户可写，或用 --data 指定其他目录' }
    return [{ name, ok: false, found: { en: `${config.data}: ${problem}`, zh: `${config.data}：${problem}` }, advice }]
  }
  const free = freeBytes(config.data)
  const needed = Math.max(0, config.journal.budgetBytes - bytesIn(join(config.data, 'journal')))
  const enough = free >= needed
  const room: Finding = {
    name: { en: 'disk space', zh: '磁盘空间' },
    ok: enough,
    found: {
      en: `${gigabytes(free)} free; the journal may grow by ${gigabytes(needed)}`,
      zh: `剩余 ${gigabytes(free)}；日志最多还会增长 ${gigabytes(needed)}`,
    },
    ...(!enough && { advice: { en: 'free some space, or lower journal.budgetBytes', zh: '请释放空间，或调低 journal.budgetBytes' } }),
  }
  const state = existsSync(config.data) ? { en: 'can be written', zh: '可写' } : { en: 'will be made', zh: '将会创建' }
  return [{ name, ok: true, found: { en: `${config.data}: ${state.en}`, zh: `${config.data}：${state.zh}` } }, room]
}

/** Whether the registry can be read, if there is one. */
export async function checkRegistry(config: Config): Promise<Finding> {
  const name = { en: 'registry', zh: '设备登记' }
  const place = registryPlace(config)
  if ('file' in place && !existsSync(place.file)) return { name, ok: true, found: { en: 'none yet', zh: '尚未建立' } }
  const registry = new Registry({ ...place, log: commandLog, now: Date.now })
  try {
    await registry.start()
    const tokens = registry.listTokens().length
    return { name, ok: true, found: { en: `${registry.size} devices, ${tokens} tokens`, zh: `${registry.size} 台设备，${tokens} 个令牌` } }
  } catch (error) {
    return refused(name, error)
  } finally {
    await registry.stop()
  }
}

/** Whether all models can be used, ours and the city's. */
export async function checkModels(config: Config): Promise<Finding> {
  const name = { en: 'models', zh: '设备型号' }
  try {
    const catalogue = await loadCatalogue({ folders: config.models })
    const [models, kinds] = [[...catalogue.models()].length, [...catalogue.kinds()].length]
    return { name, ok: true, found: { en: `${models} models of ${kinds} kinds`, zh: `${kinds} 个类别，${models} 个型号` } }
  } catch (error) {
    return refused(name, error)
  }
}

/** More than this apart, and event times of good devices look wrong. */
const mostApartMs = 60_000

/** Whether this clock can be right: not before Citygate was installed, and near that of the time-series store if there is one to ask. */
export function checkClock(
  pair: ClockPair | undefined,
  now = Date.now(),
  installed = statSync(new URL('../../package.json', import.meta.url)).mtimeMs,
): Finding {
  const name = { en: 'clock', zh: '时钟' }
  const at = new Date(now).toISOString()
  const advice = { en: 'set the clock and keep it right with NTP: readings are stored by time', zh: '请校准时钟并启用 NTP：读数按时间存储' }
  if (now < installed) return { name, ok: false, found: { en: `${at} is before Citygate was installed`, zh: `${at} 早于 Citygate 的安装时间` }, advice }
  const apart = pair ? Math.round((pair.ours - pair.theirs) / 1000) : 0
  if (pair && Math.abs(pair.ours - pair.theirs) > mostApartMs) {
    return { name, ok: false, found: { en: `${at} is ${apart} s from the clock of InfluxDB`, zh: `${at} 与 InfluxDB 的时钟相差 ${apart} 秒` }, advice }
  }
  return { name, ok: true, found: { en: at, zh: at } }
}

function refused(name: Finding['name'], error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error)
  return { name, ok: false, found: { en: message, zh: message } }
}

/** What keeps this user from writing there. A folder that is still to be made is tried and left as it was. */
function writeProblem(folder: string): string | undefined {
  try {
    if (!existsSync(folder)) {
      // Permissions alone do not tell: a read-only or special file system refuses even root.
      const level = firstMissing(folder)
      mkdirSync(level)
      rmdirSync(level)
      return undefined
    }
    const probe = join(folder, `doctor-${process.pid}.tmp`)
    writeFileSync(probe, 'probe', { flush: true })
    rmSync(probe)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function firstMissing(folder: string): string {
  return existsSync(dirname(folder)) ? folder : firstMissing(dirname(folder))
}

function nearest(folder: string): string {
  return existsSync(folder) ? folder : nearest(dirname(folder))
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(nearest(folder))
  return bavail * bsize
}

function bytesIn(folder: string): number {
  if (!existsSync(folder)) return 0
  return readdirSync(folder).reduce((sum, file) => sum + (statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0), 0)
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
