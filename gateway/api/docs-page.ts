import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import express, { type Express } from 'express'

const OWN = fileURLToPath(new URL('docs-page/', import.meta.url))
const SWAGGER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

/** The page's address. */
const DOCS_PATH = '/api/v1/docs'

/** The readable page of the API. All of it comes from this server: it works without a network and under a policy that forbids inline scripts. */
export function mountDocsPage(app: Express): void {
  const files = express.Router({ caseSensitive: true })
  for (const name of ['page.css', 'page.js']) files.get(`/${name}`, (_request, response) => response.sendFile(name, { root: OWN, maxAge: '1h' }))
  for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']) {
    files.get(`/${name}`, (_request, response) => response.sendFile(name, { root: SWAGGER, maxAge: '1h' }))
  }
  // With and without a slash at the end: the page's own links are absolute.
  files.get('/', (_request, response) => response.sendFile('index.html', { root: OWN, cacheControl: false, headers: { 'Cache-Control': 'no-cache' } }))
  app.use(DOCS_PATH, files)
}
