import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'

/** Debian's Chromium, drawing WebGL in software. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-gpu-sandbox',
      '--no-first-run',
    ],
  })
}

/** What tests see and do on the dashboard's page, by what an operator sees: roles, words, places on the screen. */
export class DashboardPage {
  readonly page: Page
  /** Errors of the console and of scripts, refused content among them. */
  readonly problems: string[] = []

  private constructor(page: Page) {
    this.page = page
    page.on('console', message => {
      if (message.type() === 'error') this.problems.push(message.text())
    })
    page.on('pageerror', error => this.problems.push(error.message))
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions & { readonly patienceMs?: number } = {}): Promise<DashboardPage> {
    const { patienceMs = 12_000, ...rest } = options
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...rest })
    // Shorter than a test's own limit, so that it is the step that fails and says what it waited for.
    context.setDefaultTimeout(patienceMs)
    const dashboard = new DashboardPage(await context.newPage())
    await dashboard.page.goto(url)
    return dashboard
  }

  async close(): Promise<void> {
    await this.page.context().close()
  }

  /** The row of a kind in the legend; its accessible name tells the count. */
  kind(id: string): Locator {
    return this.page.locator(`.cg-legend-row[data-kind="${id}"]`)
  }

  state(id: 'fresh' | 'flagged' | 'stale'): Locator {
    return this.page.locator(`.cg-legend-row[data-state="${id}"]`)
  }

  /** Of a kind that is not in view there is no row. */
  async count(row: Locator): Promise<number> {
    if ((await row.count()) === 0) return 0
    return Number((await row.locator('.cg-legend-count').textContent())?.replaceAll(/\D/g, ''))
  }

  /** `live`, `delayed`, `offline` or `connecting`. */
  get link(): Locator {
    return this.page.locator('.cg-link')
  }

  get panel(): Locator {
    return this.page.locator('.cg-panel')
  }

  /** The label that goes with the selected device on the map. */
  get nameTag(): Locator {
    return this.page.locator('.cg-name-tag')
  }

  /** The middle of the name tag, CSS pixels. */
  async nameTagPlace(): Promise<{ readonly x: number; readonly y: number }> {
    const box = await this.nameTag.boundingBox()
    if (!box) throw new Error('the selected device has no name tag on the map')
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  }

  /** Notes where the name tag stands in every frame from now on; what it answers ends that and tells the places, left to right as they were seen. */
  async watchNameTag(): Promise<() => Promise<readonly number[]>> {
    const watched = await this.page.evaluateHandle(() => {
      const places: number[] = []
      const look = () => {
        const box = document.querySelector('.cg-name-tag')?.getBoundingClientRect()
        const place = box && box.x + box.width / 2
        if (place !== undefined && place !== places.at(-1)) places.push(place)
        requestAnimationFrame(look)
      }
      look()
      return places
    })
    return () => watched.jsonValue()
  }

  /** How many pixels of the map have a colour (`#rrggbb`), as a person would see it: taken from a screenshot. */
  async pixels(colour: string): Promise<number> {
    // What lies above the map has the same colours.
    const png = await this.page
      .locator('.cg-map .maplibregl-canvas')
      .screenshot({ mask: [this.page.locator('.cg-legend, .cg-map-tools, .cg-panel, .cg-crowd')] })
    return this.page.evaluate(
      async ([base64, hex]) => {
        const bytes = Uint8Array.from(atob(base64 ?? ''), letter => letter.charCodeAt(0))
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
        const context = new OffscreenCanvas(image.width, image.height).getContext('2d')
        if (!context) throw new Error('no canvas')
        context.drawImage(image, 0, 0)
        const { data } = context.getImageData(0, 0, image.width, image.height)
        const wanted = Number.parseInt((hex ?? '').slice(1), 16)
        let found = 0
        for (let index = 0; index < data.length; index += 4) {
          const pixel = ((data[index] ?? 0) << 16) | ((data[index + 1] ?? 0) << 8) | (data[index + 2] ?? 0)
          if (pixel === wanted) found += 1
        }
        return found
      },
      [png.toString('base64'), colour],
    )
  }
}
