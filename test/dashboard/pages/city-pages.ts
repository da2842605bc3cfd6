import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { City } from '../../api/city.ts'
import { buildDashboard } from '../built-dashboard.ts'
import { DashboardPage, launchBrowser } from '../dashboard-page.ts'

/** The password of everybody who signs in on these pages. */
export const password = 'tram ginger oblique 7'

type OpenOptions = Parameters<typeof DashboardPage.open>[2]

/** The dashboard's pages in one real browser over one city, for the tests of a file: both are there from before the first test until after the last, and a page is closed after the test that opened it. */
export class CityPages {
  #running: { readonly browser: Browser; readonly city: City } | undefined
  #shown: DashboardPage | undefined

  private constructor() {}

  /**
   * To be called where tests are declared: it declares what runs before and after them.
   *
   * @param start gets the folder of the built dashboard.
   * @param stop ends what the city stood on, once it is gone.
   */
  static over(start: (dashboardFolder: string) => Promise<City>, stop?: () => Promise<void>): CityPages {
    const pages = new CityPages()
    beforeAll(async () => {
      const { folder } = await buildDashboard()
      pages.#running = { browser: await launchBrowser(), city: await start(folder) }
    }, 120_000)
    afterEach(() => pages.#close())
    afterAll(async () => {
      await pages.#running?.browser.close()
      await pages.#running?.city.server.stop()
      await stop?.()
    })
    return pages
  }

  get city(): City {
    if (this.#running === undefined) throw new Error('no test runs')
    return this.#running.city
  }

  /** Where the gateway is. */
  get origin(): string {
    return `http://127.0.0.1:${this.city.server.port}`
  }

  /** What the browser complained of on the page that is open; this city speaks no MQTT, which is none of it. */
  get problems(): readonly string[] {
    return this.#shown?.problems.filter(problem => !problem.includes('/mqtt')) ?? []
  }

  /** Opens a page; the one that was open is closed. */
  async open(path: string, options: OpenOptions = {}): Promise<Page> {
    if (this.#running === undefined) throw new Error('no test runs')
    await this.#close()
    this.#shown = await DashboardPage.open(this.#running.browser, this.origin + path, options)
    return this.#shown.page
  }

  /** Opens a page as somebody who signs in there with {@link password}. */
  async openAs(person: string, path: string, options: OpenOptions = {}): Promise<Page> {
    const page = await this.open(path, options)
    await page.locator('form input').first().fill(person)
    await page.locator('form input[type=password]').fill(password)
    await page.locator('form button[type=submit]').click()
    return page
  }

  async #close(): Promise<void> {
    await this.#shown?.close()
    this.#shown = undefined
  }
}
