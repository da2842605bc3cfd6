import type { z } from 'zod'
import type { Config } from '../config/config.ts'
import { GatewayError } from '../model/errors.ts'
import { DataFolder } from '../ops/data-folder.ts'

const ANSWER_MS = 10_000

/** Asks the gateway that runs on the data folder. Throws `LINK_FAILED` that says what to do when there is none, or when it refuses. */
export async function askGateway<S extends z.ZodType>(config: Config, path: string, schema: S, method: 'GET' | 'POST' = 'GET'): Promise<z.output<S>> {
  const address = new DataFolder(config.data).announced()?.http.replace(/\/\/(0\.0\.0\.0|::|\[::\])(?=:)/, '//127.0.0.1')
  if (address === undefined)
    throw new GatewayError('LINK_FAILED', `no gateway runs on ${config.data}: start it with citygate serve, or name its folder with --data`)
  let answer: Response
  try {
    answer = await fetch(`${address}/api/v1${path}`, { method, signal: AbortSignal.timeout(ANSWER_MS) })
  } catch (cause) {
    throw new GatewayError('LINK_FAILED', `the gateway at ${address} does not answer: is it still running?`, { cause, retryable: true })
  }
  const body: unknown = await answer.json().catch(() => undefined)
  if (!answer.ok) throw new GatewayError('LINK_FAILED', `the gateway at ${address} answers ${answer.status}${detailOf(body)}`)
  return schema.parse(body)
}

function detailOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'detail' in body ? `: ${String(body.detail)}` : ''
}
