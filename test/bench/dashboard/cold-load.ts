import type { Browser } from 'playwright-core'

/** From the first byte asked for until marks move on the map, with nothing in the cache. */
export interface ColdLoad {
  readonly script: number
  readonly scriptBeforeMap: number
  readonly all: number
  readonly legendMs: number
  readonly movingMs: number
}

/** Opens the page with the processor slowed down so many times, as a phone would. Sizes are those on the wire, compressed. */
export async function coldLoad(browser: Browser, url: string, slowed: number): Promise<ColdLoad> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowed })
  const urls = new Map<string, string>()
  let script = 0
  let scriptBeforeMap = 0
  let all = 0
  cdp.on('Network.responseReceived', ({ requestId, response }) => void urls.set(requestId, response.url))
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const address = urls.get(requestId) ?? ''
    all += encodedDataLength
    if (!/\.m?js$/.test(address)) return
    script += encodedDataLength
    if (!/maplibre|map-canvas/.test(address)) scriptBeforeMap += encodedDataLength
  })
  const start = performance.now()
  await page.goto(url)
  await page.locator('.cg-legend-row').first().waitFor({ timeout: 120_000 })
  const legendMs = performance.now() - start
  // The picture of the map changes by itself: something moves on it.
  const canvas = page.locator('.cg-map .maplibregl-canvas')
  await canvas.waitFor({ timeout: 120_000 })
  const clip = { x: 500, y: 250, width: 500, height: 400 }
  let before = await page.screenshot({ clip })
  let changes = 0
  // Tiles of the base map change the picture as well: two changes after marks are counted are movement.
  while (changes < 2) {
    const counted = await page.locator('.cg-legend-row[data-kind="bus"] .cg-legend-count').textContent()
    const now = await page.screenshot({ clip })
    if (!before.equals(now) && counted !== '0') changes += 1
    before = now
  }
  const movingMs = performance.now() - start
  await context.close()
  return { script, scriptBeforeMap, all, legendMs, movingMs }
}
