import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { expect } from 'vitest'
import { apiRoutes } from '../../gateway/api/routes.ts'
import { ProblemSchema } from '../../gateway/api/schemas.ts'
import type { City } from './city.ts'

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Parsed; tests say what they look for with `toMatchObject`. */
  readonly json: unknown
}

export interface Question {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly token?: string
}

/** A request over a real socket, with any header: `fetch` lets no one set Host. */
export async function ask(city: City, path: string, question: Question = {}): Promise<Answered> {
  const headers = { ...question.headers, ...(question.token !== undefined && { Authorization: `Bearer ${question.token}` }) }
  const { promise, resolve, reject } = Promise.withResolvers<Answered>()
  const sent = request({ host: '127.0.0.1', port: city.server.port, path, method: question.method ?? 'GET', headers, agent: false }, response => {
    const chunks: Buffer[] = []
    response.on('data', chunk => chunks.push(chunk))
    response.on('error', reject)
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const json: unknown = /json/.test(response.headers['content-type'] ?? '') && text !== '' ? JSON.parse(text) : undefined
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json })
    })
  })
  sent.on('error', reject)
  sent.end(question.body)
  return promise
}

/** The answer to a route of the API. Checks that it holds what its schema says and nothing else, or that it is a problem as RFC 9457 has it. */
export async function get(city: City, path: string, question: Question = {}): Promise<Answered> {
  const answered = await ask(city, path, question)
  conforms(city, question.method ?? 'GET', path, answered)
  return answered
}

function conforms(city: City, method: string, path: string, answered: Answered): void {
  if (answered.status >= 400 && answered.headers['content-type']?.startsWith('application/problem+json')) {
    expect(ProblemSchema.parse(answered.json)).toEqual(answered.json)
    expect(answered.json).toMatchObject({
      status: answered.status,
      type: expect.stringMatching(/^urn:citygate:problem:[a-z-]+$/),
      instance: path.split('?')[0],
    })
    return
  }
  const plain = path.split('?')[0] ?? ''
  const route = apiRoutes(city.options).find(
    ({ facts }) => facts.method === method.toLowerCase() && new RegExp(`^${facts.path.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(plain),
  )
  if (route === undefined) throw new Error(`${method} ${plain} is no route`)
  const type = answered.headers['content-type']?.split(';')[0] ?? ''
  if (answered.json === undefined) expect(Object.keys(route.facts.texts ?? {})).toContain(type)
  else {
    expect(type).toBe(route.facts.mediaType ?? 'application/json')
    // A schema drops what it does not know: being equal afterwards means there was nothing of the kind.
    expect(route.facts.response?.parse(answered.json)).toEqual(answered.json)
  }
}

/** Bytes as they are, and whatever comes back until the connection ends. */
export async function raw(city: City, text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(city.server.port, '127.0.0.1', () => socket.write(text))
  let got = ''
  socket.on('data', chunk => {
    got += chunk.toString('latin1')
  })
  socket.on('error', reject)
  socket.on('close', () => resolve(got))
  return promise
}
