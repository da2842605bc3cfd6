import type { Router } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildApp } from '../../gateway/api/app.ts'
import { apiRoutes } from '../../gateway/api/routes.ts'
import { get } from './ask.ts'
import { type City, startCity } from './city.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly security: readonly object[]
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: object }[]
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>
}

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

let city: City
let document: Document

beforeAll(async () => {
  city = await startCity()
  document = (await get(city, '/api/v1/openapi.json')).json as Document
})

afterAll(() => city.server.stop())

const operations = (): [string, string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, string, Operation] => [path, method, operation]),
  )

/** A label leads to an address that only whoever prints it knows; a table is of one kind: there is nothing to fall back on. */
const NEEDED = new Set(['/api/v1/labels base', '/api/v1/meters kind', '/api/v1/sites kind', '/api/v1/fleets kind', '/api/v1/lines/plan url'])

describe('the OpenAPI document', () => {
  it('is 3.1 and lists the routes the router has, no more and no fewer', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    const router: Router = buildApp(city.options).router
    const mounted = router.stack.flatMap(({ route }) => (route === undefined ? [] : methodsOf(route).map(method => `${method} ${route.path}`)))
    const described = operations().map(([path, method]) => `${method} ${path.replace(/\{([^}]+)\}/g, ':$1')}`)
    expect(mounted.length).toBeGreaterThan(15)
    expect(described.sort()).toEqual(mounted.sort())
  })

  it('has no route without a schema of its answer, and no operation named twice', () => {
    const routes = apiRoutes(city.options)
    expect(routes.filter(({ facts }) => facts.response === undefined && facts.texts === undefined)).toEqual([])
    expect(new Set(routes.map(({ facts }) => facts.id)).size).toBe(routes.length)
  })

  it('resolves every $ref', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(match => match[1] ?? '')
    expect(refs.length).toBeGreaterThan(20)
    for (const ref of refs) expect(document.components.schemas, ref).toHaveProperty([ref.replace('#/components/schemas/', '')])
  })

  it('describes every parameter of every path, and every answer', () => {
    for (const [path, method, operation] of operations()) {
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(match => match[1])
      const parameters = operation.parameters ?? []
      expect(
        parameters.filter(parameter => parameter.in === 'path').map(parameter => parameter.name),
        path,
      ).toEqual(inPath)
      for (const parameter of parameters) {
        const needed = parameter.in === 'path' || NEEDED.has(`${path} ${parameter.name}`)
        expect(parameter.required, `${path} ${parameter.name}`).toBe(needed)
        expect(parameter.schema, `${path} ${parameter.name}`).toMatchObject({
          type: expect.stringMatching(/^(string|integer)$/),
          description: expect.any(String),
        })
      }
      expect(Object.keys(operation.responses), `${method} ${path}`).toContain('200')
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect(answer.description, `${path} ${status}`).not.toBe('')
        if (Number(status) >= 400 && !(path === '/api/v1/health')) expect(Object.keys(answer.content ?? {})).toEqual(['application/problem+json'])
      }
      expect(operation.security.length > 0, path).toBe(Object.keys(operation.responses).includes('401'))
    }
  })

  it('states the limits of readings', () => {
    const readings = document.paths['/api/v1/devices/{device}/readings']?.get
    expect(JSON.stringify(readings)).toContain('at most 10000 rows')
    const limit = readings?.parameters?.find(parameter => parameter.name === 'limit')
    expect(limit?.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 10_000, default: 10_000 })
    expect(Object.keys(readings?.responses[200]?.content ?? {})).toEqual(['application/json', 'text/csv'])
  })
})

function methodsOf(route: { readonly stack: readonly { readonly method?: string }[] }): string[] {
  return [...new Set(route.stack.flatMap(layer => (layer.method === undefined ? [] : [layer.method])))]
}
