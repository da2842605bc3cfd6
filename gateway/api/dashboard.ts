import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import express, { type RequestHandler, type Response } from 'express'

/** What stands where the dashboard is not built. */
const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Citygate</title>
<style>body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>
<h1>Citygate</h1>
<p>The gateway runs; its dashboard is not built yet. Build it with <code>npm run build:dashboard</code>, then load this page again.</p>
<p lang="zh">网关正在运行，但监控页面尚未构建。请运行 <code>npm run build:dashboard</code>，然后刷新本页。</p>
<p><a href="/api/v1/docs">API</a> · <a href="/api/v1/health">Health</a></p>
</html>
`

/** Paths that are never a page of the dashboard: what is unknown there is an error. */
const NOT_PAGES = /^\/(api|mqtt|metrics|assets)(\/|$)/i

/**
 * Serves the built dashboard. Vite names assets by their content, so those never change; `index.html` names them, so it is asked for each time.
 * The page has its own routes: any other path a browser navigates to gets `index.html` too.
 */
export function dashboard(folder: string): readonly RequestHandler[] {
  const files = express.static(folder, {
    index: false,
    redirect: false,
    setHeaders: (response: Response, path: string) => {
      response.set('Cache-Control', path.startsWith(join(folder, 'assets')) ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  const page: RequestHandler = async (request, response, next) => {
    const navigates = request.path === '/' || (request.headers.accept ?? '').includes('text/html')
    if (!['GET', 'HEAD'].includes(request.method) || !navigates || NOT_PAGES.test(request.path)) {
      next()
      return
    }
    response.set('Cache-Control', 'no-cache')
    if (await isFile(join(folder, 'index.html'))) response.sendFile('index.html', { root: folder, cacheControl: false })
    else response.status(503).type('html').send(NOT_BUILT)
  }
  return [files, page]
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
