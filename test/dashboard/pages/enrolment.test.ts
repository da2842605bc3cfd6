import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import type { DeviceLists } from '../../../gateway/model/enrolment.ts'
import { ListTaker } from '../../../gateway/registry/enrolment/list-taker.ts'
import { xlsxOf } from '../../../gateway/registry/enrolment/xlsx-of.ts'
import { Arrivals } from '../../../gateway/registry/provisioning/arrivals.ts'
import { WaitingList } from '../../../gateway/registry/provisioning/waiting-list.ts'
import { Registry } from '../../../gateway/registry/registry.ts'
import { startCity } from '../../api/city.ts'
import { PeopleInMemory, signInOver } from '../../api/people-in-memory.ts'
import { type Fixture, startBroker } from '../../broker/fixture.ts'
import { MemoryLog } from '../../support/log.ts'
import { tester } from '../../support/tester.ts'
import { axeFindings } from '../axe.ts'
import { CityPages, password } from './city-pages.ts'

const secretOf = (id: string): string => `the own secret of ${id}`

/** The page of new devices in a real browser against the gateway's own API, a registry on disk, and a broker at which devices sign in. */
describe('the page of new devices', () => {
  const folder = mkdtempSync(join(tmpdir(), 'citygate-enrolment-page-'))
  const log = new MemoryLog()
  const registry = new Registry({ file: join(folder, 'registry.db'), log, now: Date.now })
  const arrivals = new Arrivals({ registry, log, now: Date.now, limits: { lookAgainAfterMs: 0 } })
  const people = new PeopleInMemory()
  let broker: Fixture
  /** After so many devices a file's connection breaks, once. */
  let cutAfter: number | undefined
  const breaking = (lists: DeviceLists): DeviceLists => ({
    take: (...brought) => lists.take(...brought),
    async *takeFile(...brought) {
      for await (const event of lists.takeFile(...brought)) {
        yield event
        if (event.state !== 'writing' || event.done !== cutAfter) continue
        cutAfter = undefined
        throw new Error('cut')
      }
    },
  })
  let key = ''
  const pages = CityPages.over(
    async dashboardFolder => {
      await registry.start()
      broker = await startBroker({ authenticator: registry, firstContact: arrivals, devices: [] })
      const catalogue = await loadCatalogue({})
      people.put({ id: 'engineer', grants: [{ org: 'pudong', role: 'engineer' }] }, password)
      people.put({ id: 'viewer', grants: [{ org: 'pudong', role: 'viewer' }] }, password)
      return startCity({
        ...signInOver(people),
        access: 'sign-in',
        catalogue,
        lists: breaking(new ListTaker(registry, catalogue)),
        directory: registry,
        enrolments: new WaitingList(registry),
        dashboardFolder,
        now: Date.now,
      })
    },
    async () => {
      await broker?.close()
      await arrivals.stop()
      await registry.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  )

  /** A device signs in with its key, and is turned away. */
  const announce = async (id: string, own = secretOf(id)): Promise<void> => {
    await expect(broker.connect({ username: id, password: `${key}.${own}` })).rejects.toThrow()
  }

  it('explains how devices get there, and has an engineer approve several, refuse one, and look twice at a doubtful one', async () => {
    const page = await pages.openAs('engineer', '/devices')
    await page.getByRole('link', { name: 'Enrolment' }).click()
    await page.getByText('How new devices get here').waitFor()
    await page.getByText('There is no key.', { exact: false }).waitFor()
    const rule = { org: 'pudong', model: 'citygate-bus-unit', accept: false, pattern: 'bus-*', most: 10, expiresAt: Date.now() + 86_400_000 }
    key = (await registry.as(tester).addProvisioningKey(rule)).key
    await registry.as(tester).addProvisioningKey({ ...rule, org: 'minhang' })
    for (const id of ['bus-1', 'bus-2', 'bus-3', 'bus-4']) await announce(id)
    await announce('bus-4', 'another secret that is long enough')
    await page.reload()
    const rows = page.locator('tr[data-newcomer]')
    await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(4)
    // The key of another organisation is not told.
    await expect.poll(() => page.locator('tr[data-key]').allTextContents(), { timeout: 10_000 }).toEqual([expect.stringContaining('bus-*4 of 10wait here')])
    expect(await rows.first().textContent()).toContain('pudong')
    expect(await axeFindings(page)).toEqual([])

    const choose = (id: string) => page.getByRole('checkbox', { name: `Choose ${id}` }).check()
    await choose('bus-1')
    await choose('bus-2')
    await page.getByRole('button', { name: 'Approve 2' }).click()
    await page.getByText('2 approved.', { exact: false }).waitFor()
    const labels = await page.getByRole('link', { name: 'Print labels with QR codes' }).getAttribute('href')
    expect(labels).toContain('ids=bus-1,bus-2')
    // The device that waited is let in with its own secret.
    expect([...registry.all()].map(({ id }) => id)).toEqual(['bus-1', 'bus-2'])
    expect(registry.device('bus-1', `${key}.${secretOf('bus-1')}`)).toBeDefined()

    await choose('bus-3')
    await page.getByRole('button', { name: 'Refuse 1' }).click()
    await page.getByText('1 refused.').waitFor()
    await choose('bus-4')
    await page.getByRole('button', { name: 'Approve 1' }).click()
    await page.getByText('Really approve?').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(registry.get('bus-4')).toBeUndefined()

    await page.getByText('Refused', { exact: true }).click()
    await page.getByRole('checkbox', { name: 'Choose bus-3' }).waitFor()
    expect(new URL(page.url()).search).toBe('?state=refused')
    await page.goBack()
    await page.getByRole('checkbox', { name: 'Choose bus-4' }).waitFor()
  })

  const fileOf = (lines: readonly string[], name = 'list.csv') => ({
    name,
    mimeType: 'text/csv',
    buffer: Buffer.from(`\uFEFFid,org,model\n${lines.join('\n')}\n`),
  })

  it('checks a list, names what is wrong with it a page at a time, and imports it when it is right; secrets are saved once', async () => {
    const page = await pages.openAs('engineer', '/enrolment', { acceptDownloads: true })
    const put = async (lines: readonly string[]) => await page.getByLabel('CSV or .xlsx file').setInputFiles(fileOf(lines))
    const wrong = page.locator('.cg-import-problems li')
    await put(['tram-1,pudong,citygate-bus-unit', ...Array.from({ length: 45 }, (_, index) => `tram-${index + 2},minhang,citygate-bus-unit`)])
    await page.getByText('45 problems.', { exact: false }).waitFor()
    expect((await wrong.allTextContents()).map(text => /^line \d+/.exec(text)?.[0])).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index + 3}`))
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('41–45 of 45').waitFor()
    expect(await wrong.count()).toBe(5)
    expect(await page.getByRole('button', { name: 'Import now' }).count()).toBe(0)
    await page.getByLabel('CSV or .xlsx file').setInputFiles({ name: 'large.csv', mimeType: 'text/csv', buffer: Buffer.alloc(16 * 2 ** 20 + 1, 'a') })
    await page.getByText('This file is larger than 16 MiB.', { exact: false }).waitFor()
    const table = [
      ['id', 'org', 'model'],
      ['tram-1', 'pudong', 'citygate-bus-unit'],
    ]
    await page.getByLabel('CSV or .xlsx file').setInputFiles({ name: 'list.xlsx', mimeType: 'application/octet-stream', buffer: xlsxOf(table, 'devices') })
    await page.getByText('Nothing is wrong with it.').waitFor()
    expect(registry.get('tram-1')).toBeUndefined()
    await page.getByRole('button', { name: 'Import now' }).click()
    await page.getByText('Imported.').waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save secrets' }).click()])
    const [, secret = ''] = /^tram-1,"(.+)"$/m.exec(await readFile(await download.path(), 'utf8')) ?? []
    expect(registry.device('tram-1', secret)).toBeDefined()
    expect(await page.evaluate(() => Object.keys(sessionStorage).filter(name => name.startsWith('citygate.import')))).toEqual([])
  })

  it('goes on with three thousand devices where the connection was lost, after a reload, and ends with the secrets of all', async () => {
    const file = fileOf(
      Array.from({ length: 3_000 }, (_, index) => `lamp-${index},pudong,citygate-bus-unit`),
      'lamps.csv',
    )
    const page = await pages.openAs('engineer', '/enrolment', { acceptDownloads: true })
    cutAfter = 1_000
    await page.getByLabel('CSV or .xlsx file').setInputFiles(file)
    await page.getByText('3,000 lines: 3,000 new').waitFor()
    await page.getByRole('button', { name: 'Import now' }).click()
    await page.getByText('What is written stays, and is passed over when you go on.').waitFor()
    // What was told last went down with the connection.
    await page.getByText(/^(\d00|1,000) of 3,000 devices are written$/).waitFor()
    await page.getByRole('progressbar', { name: 'Devices are being written' }).waitFor()
    expect(await axeFindings(page)).toEqual([])
    expect([...registry.all()].filter(({ id }) => id.startsWith('lamp-')).length).toBe(1_000)

    await page.reload()
    await page.getByText('An import of lamps.csv was not finished here', { exact: false }).waitFor()
    await page.getByLabel('CSV or .xlsx file').setInputFiles(file)
    await page.getByText('3,000 lines: 2,000 new · 0 changed · 1,000 as they are').waitFor()
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('3,000 devices have a secret to sign in with.', { exact: false }).waitFor({ timeout: 30_000 })
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save secrets' }).click()])
    const saved = [...(await readFile(await download.path(), 'utf8')).matchAll(/^(lamp-\d+),"(.+)"$/gm)]
    expect(saved.length).toBe(3_000)
    expect(saved.every(([, id = '', secret = '']) => registry.device(id, secret) !== undefined)).toBe(true)
    await page.reload()
    await page.getByLabel('CSV or .xlsx file').waitFor()
    expect(await page.getByText('was not finished here', { exact: false }).count()).toBe(0)
  })

  it('is not offered to a viewer, who is told why when it is opened by link', async () => {
    const page = await pages.openAs('viewer', '/enrolment', { locale: 'zh-CN' })
    await page.getByText('新设备由工程师处理。').waitFor()
    expect(await page.getByRole('link', { name: '接入' }).count()).toBe(0)
  })
})
