import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import manifest from '../../package.json' with { type: 'json' }
import { sessionCookie } from './cookies.ts'
import { PROBLEM_MEDIA_TYPE } from './problem.ts'
import { type Route, type RouteFacts, route, type Upload } from './route.ts'
import { ProblemSchema } from './schemas.ts'

/** An OpenAPI 3.1 document. */
type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'A parameter can not be used; `errors` says which and why.',
  401: 'Whoever asks must sign in or show a token, or what was shown is wrong.',
  403: 'A token does not reach this, or a page of another site asked.',
  409: 'It can not be so beside what there is; `code` says why.',
  404: 'There is no such thing, or it is not the asker’s to see.',
  413: 'The file is larger than is taken.',
  429: 'Asked too often; `Retry-After` says when to try again.',
  502: 'The series store refused the query.',
  503: 'Not at the moment; `Retry-After` says when to try again.',
}

const TAGS = [
  { name: 'Devices', description: 'Devices, their latest values and their readings over time.' },
  { name: 'Live', description: 'The picture of the city now.' },
  { name: 'Tables', description: 'Many devices over a stretch of time.' },
  { name: 'Account', description: 'What became of every frame.' },
  { name: 'Frames', description: 'What the bytes of devices mean.' },
  { name: 'Kinds and models', description: 'What things measure, and how products are understood.' },
  { name: 'People', description: 'Signing in, and who may do what.' },
  { name: 'Operation', description: 'How the gateway is.' },
]

/** The document of the given routes: the schemas that validate are the schemas that are published. */
function openApiDocument(routes: readonly Route[]): OpenApiDocument {
  const registry = new OpenAPIRegistry()
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'Made with `citygate token add --org ORG [--kind KIND]`. On the gateway’s own machine the operator needs none.',
  })
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookie,
    description:
      'Set by `POST /api/v1/session`; over TLS it is called `__Host-citygate_session`. Counts for what changes something only with an `Origin` or `Sec-Fetch-Site` of this server.',
  })
  for (const { facts } of routes) {
    registry.registerPath({
      method: facts.method,
      path: facts.path,
      operationId: facts.id,
      tags: [facts.tag],
      summary: facts.summary,
      ...(facts.description !== undefined && { description: facts.description }),
      security: facts.for === 'everybody' ? [] : [{ token: [] }, { session: [] }],
      request: {
        ...(facts.params && { params: facts.params }),
        ...(facts.query && { query: facts.query }),
        ...(facts.body && { body: { required: true, content: { 'application/json': { schema: facts.body } } } }),
        ...(facts.upload && { body: { required: true, content: uploadContent(facts.upload) } }),
        ...(facts.requestHeaders && { headers: facts.requestHeaders }),
      },
      responses: responsesOf(facts),
    })
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Citygate',
      version: manifest.version,
      description:
        'Devices of a city, what they measure and where they are. Times in answers are RFC 3339 in UTC; times in questions need a zone. Positions are WGS-84. Errors are problem+json (RFC 9457). Fields may be added to answers; none is taken away within v1.',
      license: { name: manifest.license, identifier: manifest.license },
    },
    tags: TAGS,
  })
}

/** The routes, and one more: the document that describes them and itself. */
export function withOpenApi(routes: readonly Route[]): readonly Route[] {
  const own = route({
    method: 'get',
    path: '/api/v1/openapi.json',
    id: 'getOpenApi',
    tag: 'Operation',
    summary: 'This description, as OpenAPI 3.1',
    for: 'everybody',
    caching: 'revalidate',
    response: z.looseObject({ openapi: z.string() }),
    handle: () => ({ ...document }),
  })
  const all = [...routes, own]
  const document = openApiDocument(all)
  return all
}

function uploadContent({ content }: Upload): Record<string, { schema: { type: 'string'; format: 'binary'; description: string } }> {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, description]) => [mediaType, { schema: { type: 'string', format: 'binary', description } }]),
  )
}

function responsesOf(facts: RouteFacts): Record<string, ResponseConfig> {
  const content: NonNullable<ResponseConfig['content']> = {}
  if (facts.response) content[facts.mediaType ?? 'application/json'] = { schema: facts.response }
  for (const [mediaType, description] of Object.entries(facts.texts ?? {})) content[mediaType] = { schema: { type: 'string', description } }
  const headers: NonNullable<ResponseConfig['headers']> = {}
  for (const [name, description] of Object.entries(facts.headers ?? {})) Object.assign(headers, { [name]: { description, schema: { type: 'string' } } })
  const responses: Record<string, ResponseConfig> = { 200: { description: facts.summary, content, ...(facts.headers && { headers }) } }
  for (const [status, description] of Object.entries(facts.alsoStatus ?? {})) responses[status] = { description, content }
  const problems = new Set<number>([
    ...(facts.for === 'everybody' ? [] : [401]),
    ...(facts.for === 'everybody' || facts.for === 'read' ? [] : [403]),
    ...(facts.problems ?? []),
    429,
  ])
  if (facts.params ?? facts.query ?? facts.body ?? facts.requestHeaders) problems.add(400)
  if (facts.upload) problems.add(413)
  for (const status of [...problems].sort((a, b) => a - b)) {
    responses[status] = { description: PROBLEMS[status] ?? 'An error.', content: { [PROBLEM_MEDIA_TYPE]: { schema: ProblemSchema } } }
  }
  return responses
}
