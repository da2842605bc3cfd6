import { z } from 'zod'
import type { Config } from '../config/config.ts'
import { GatewayError } from '../model/errors.ts'
import { DataFolder } from '../ops/data-folder.ts'
import { gatewayFetch } from './gateway-fetch.ts'

const ANSWER_MS = 10_000
const ProblemSchema = z.object({ code: z.string(), detail: z.string() })

/** Asks the gateway that runs on the data folder, as its operator. */
export interface AskGateway {
  readonly address: string
  get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>>
  post<S extends z.ZodType>(path: string, body: object, schema: S): Promise<z.output<S>>
}

/** Throws LINK_FAILED when no gateway is to be reached; what it refuses, with its own words. */
export function askGateway(config: Config): AskGateway {
  const address = new DataFolder(config.data).announced()?.http.replace(/\/\/(0\.0\.0\.0|::|\[::\])(?=:)/, '//127.0.0.1')
  if (address === undefined)
    throw new GatewayError('LINK_FAILED', `no gateway runs on the data folder ${config.data}: start one with citygate serve, or name its folder with --data`)
  const ask = async <S extends z.ZodType>(
    path: string,
    schema: S,
    init: { readonly method?: string; readonly body?: string; readonly headers?: Record<string, string> },
  ): Promise<z.output<S>> => {
    const answer = await gatewayFetch(config, `${address}/api/v1${path}`, { ...init, signal: AbortSignal.timeout(ANSWER_MS) }).catch((cause: unknown) => {
      throw new GatewayError('LINK_FAILED', `the gateway at ${address} can not be reached`, { retryable: true, cause })
    })
    const json: unknown = await answer.json()
    if (answer.ok) return schema.parse(json)
    const problem = ProblemSchema.safeParse(json)
    throw new GatewayError(codeOf(problem.data?.code), problem.data?.detail ?? `the gateway at ${address} answers ${answer.status} to ${path}`)
  }
  return {
    address,
    get: (path, schema) => ask(path, schema, {}),
    post: (path, body, schema) => ask(path, schema, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  }
}

function codeOf(code: string | undefined): 'DEVICE_UNKNOWN' | 'COMMAND_INVALID' | 'LINK_FAILED' {
  return code === 'DEVICE_UNKNOWN' || code === 'COMMAND_INVALID' ? code : 'LINK_FAILED'
}
