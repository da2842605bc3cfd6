import { createServer } from 'node:net'
import { z } from 'zod'
import type { Config } from '../config/config.ts'
import { plainMqttHost } from '../open-doors.ts'
import type { ClockPair, Finding } from './doctor-finding.ts'
import { gatewayFetch } from './gateway-fetch.ts'

/** How long another program may take to answer. */
const answerMs = 5_000

/** As much of a health report as anybody gets, and what the operator gets besides. */
const Health = z.object({
  status: z.enum(['ok', 'degraded', 'failing']),
  version: z.string().optional(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), advice: z.string().optional() })).optional(),
})
type Health = z.output<typeof Health>

/** Whether both ports are free, or held by a running Citygate, and then how that is. */
export async function checkPorts(config: Config): Promise<readonly Finding[]> {
  const http = await bindProblem(config.http.host, config.http.port)
  const mqttHost = plainMqttHost(config)
  const mqtt = await bindProblem(mqttHost, config.mqtt.port)
  const health = http === 'EADDRINUSE' ? await askHealth(config) : undefined
  const held = { en: `port ${config.mqtt.port} is held by the running Citygate`, zh: `端口 ${config.mqtt.port} 由正在运行的 Citygate 使用` }
  return [
    health ? running(config, health) : portFinding('HTTP', config.http.host, config.http.port, http, '--http'),
    health && mqtt === 'EADDRINUSE' ? { name: portName('MQTT'), ok: true, found: held } : portFinding('MQTT', mqttHost, config.mqtt.port, mqtt, '--mqtt'),
    ...(await tlsPort(config, health !== undefined)),
  ]
}

/** The port of MQTT over TLS, if there is to be one. */
async function tlsPort({ mqtt: { host, tlsPort: port } }: Config, isRunning: boolean): Promise<readonly Finding[]> {
  if (port === undefined) return []
  const problem = await bindProblem(host, port)
  const held = { en: `port ${port} is held by the running Citygate`, zh: `端口 ${port} 由正在运行的 Citygate 使用` }
  return [
    isRunning && problem === 'EADDRINUSE' ? { name: portName('MQTTS'), ok: true, found: held } : portFinding('MQTTS', host, port, problem, '--mqtt-tls-port'),
  ]
}

/** Whether InfluxDB answers, and what its clock says. `/ping` is the same in InfluxDB 1.x, 2.x and 3.x and asks for no user. */
export async function checkInflux(url: string): Promise<{ readonly finding: Finding; readonly clock?: ClockPair }> {
  const name = { en: 'InfluxDB', zh: 'InfluxDB' }
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/ping`, { signal: AbortSignal.timeout(answerMs) })
    const theirs = Date.parse(response.headers.get('date') ?? '')
    const version = response.headers.get('x-influxdb-version')
    if (!response.ok || version === null) {
      const advice = { en: 'check influx.url: something else answers there', zh: '请检查 influx.url：该地址不是 InfluxDB' }
      return {
        finding: {
          name,
          ok: false,
          found: { en: `${url} answers ${response.status}, not as InfluxDB does`, zh: `${url} 返回 ${response.status}，不像 InfluxDB` },
          advice,
        },
      }
    }
    const found = { en: `${url}: version ${version}`, zh: `${url}：版本 ${version}` }
    return { finding: { name, ok: true, found }, ...(!Number.isNaN(theirs) && { clock: { theirs, ours: Date.now() } }) }
  } catch (error) {
    const advice = {
      en: 'start it or correct influx.url; until it answers, readings wait in the journal',
      zh: '请启动 InfluxDB 或更正 influx.url；在此之前读数保留在日志中',
    }
    return { finding: { name, ok: false, found: { en: `${url} does not answer: ${reasonOf(error)}`, zh: `${url} 没有响应：${reasonOf(error)}` }, advice } }
  }
}

function portFinding(what: string, host: string, port: number, problem: string | undefined, flag: string): Finding {
  const name = portName(what)
  if (problem === undefined) return { name, ok: true, found: { en: `${host}:${port} is free`, zh: `${host}:${port} 空闲` } }
  if (problem === 'EADDRINUSE') {
    const advice = { en: `stop it, or choose another port with ${flag}`, zh: `请停止该程序，或用 ${flag} 指定其他端口` }
    return { name, ok: false, found: { en: `${host}:${port} is held by another program`, zh: `${host}:${port} 被其他程序占用` }, advice }
  }
  const advice =
    problem === 'EACCES'
      ? { en: `this user may not listen there: choose a port from 1024 on with ${flag}`, zh: `当前用户无权监听：请用 ${flag} 指定 1024 以上的端口` }
      : { en: `choose an address of this machine with ${flag}-host`, zh: `请用 ${flag}-host 指定本机地址` }
  return { name, ok: false, found: { en: `can not listen on ${host}:${port}: ${problem}`, zh: `无法监听 ${host}:${port}：${problem}` }, advice }
}

function running({ http: { port, tls } }: Config, health: Health): Finding {
  const name = portName('HTTP')
  const version = health.version === undefined ? '' : ` ${health.version}`
  const found = {
    en: `port ${port} is held by a running Citygate${version}: ${health.status}`,
    zh: `端口 ${port} 由正在运行的 Citygate${version} 使用：${health.status}`,
  }
  if (health.status === 'ok') return { name, ok: true, found }
  const advice = (health.checks ?? []).flatMap(check => (check.ok ? [] : [`${check.name}: ${check.advice ?? ''}`])).join('\n')
  const url = `${tls === 'on' ? 'https' : 'http'}://127.0.0.1:${port}/api/v1/health`
  const ask = { en: `see ${url}`, zh: `详见 ${url}` }
  return { name, ok: false, found, advice: advice === '' ? ask : { en: advice, zh: advice } }
}

function portName(what: string): Finding['name'] {
  return { en: `${what} port`, zh: `${what} 端口` }
}

/** The code of the error that listening there gives, if it gives one. */
function bindProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', error => resolve('code' in error ? String(error.code) : error.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

async function askHealth(config: Config): Promise<Health | undefined> {
  const { host, port, tls } = config.http
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  try {
    const response = await gatewayFetch(config, `${tls === 'on' ? 'https' : 'http'}://${reached}:${port}/api/v1/health`, {
      signal: AbortSignal.timeout(answerMs),
    })
    return Health.safeParse(await response.json()).data
  } catch {
    // Whatever holds the port speaks no HTTP, or not ours.
    return undefined
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message || error.message : error.message
}
