import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../../devices/catalogue.ts'
import { loadExampleFrames } from '../../../devices/example-frames.ts'
import { openModelBench } from '../../../devices/model-bench.ts'
import { CatalogueFrameReader } from '../../../gateway/pipeline/frame-reader.ts'
import { startCity } from '../../api/city.ts'
import { PeopleInMemory, signInOver } from '../../api/people-in-memory.ts'
import { axeFindings } from '../axe.ts'
import { CityPages, password } from './city-pages.ts'

const PICTURES = process.env.CITYGATE_PICTURES
/** Eastron's own example of a read of voltage L1: request and answer. */
const volts = '01040000000271cb010404436633341b38'
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

/** The pages of models in a real browser against the gateway's own API, with every protocol and model it has. */
describe('the pages of models', () => {
  const people = new PeopleInMemory()
  const pages = CityPages.over(async dashboardFolder => {
    const catalogue = await loadCatalogue()
    const city = await startCity({
      access: 'sign-in',
      catalogue,
      dashboardFolder,
      bench: await openModelBench(catalogue),
      frames: new CatalogueFrameReader(catalogue, await loadExampleFrames(catalogue)),
      ...signInOver(people),
    })
    for (const number of [1, 2, 3]) city.directory.put({ id: `meter-${number}`, org: 'pudong', model: 'eastron-sdm630' })
    people.put({ id: 'viewer', grants: [{ org: 'pudong', role: 'viewer' }] }, password)
    people.put({ id: 'engineer', grants: [{ org: 'pudong', role: 'engineer' }] }, password)
    if (PICTURES) await mkdir(PICTURES, { recursive: true })
    return city
  })
  const open = (path: string, options: Parameters<typeof pages.openAs>[2] = {}): Promise<Page> => pages.openAs('engineer', path, options)
  const picture = async (page: Page, name: string): Promise<void> => {
    if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true })
  }
  /** A phone makes the page as wide as what is in it: compared with the screen. */
  const beyond = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - window.screen.width)
  const verdict = (page: Page, state: string) => page.locator(`.cg-editor-verdict[data-state="${state}"]`)

  it('list the products, those in use first, narrowed by what stands in the address, and lead to their devices', async () => {
    const page = await open('/models')
    const rows = page.locator('tr[data-model]')
    await rows.first().waitFor()
    expect(await rows.first().getAttribute('data-model')).toBe('eastron-sdm630')
    expect(await rows.count()).toBeGreaterThan(50)
    expect(await axeFindings(page)).toEqual([])
    await picture(page, 'models-en')
    await page.getByRole('searchbox', { name: 'Find models' }).fill('siemens meter')
    await expect.poll(() => rows.evaluateAll(found => found.map(row => row.getAttribute('data-model')))).toEqual(['siemens-pac3200'])
    expect(new URL(page.url()).searchParams.get('text')).toBe('siemens meter')
    await page.goto(`${pages.origin}/models?used=1&protocol=modbus`)
    await expect.poll(() => rows.count()).toBe(1)
    await rows.first().getByRole('link', { name: '3', exact: true }).click()
    await page.waitForURL(/\/devices\?model=eastron-sdm630$/)
    await page.goBack()
    await page.getByRole('link', { name: 'Eastron SDM630' }).click()
    await page.waitForURL(/\/models\/eastron-sdm630$/)
  })

  it('show one: its values in the kind’s words, its registers, its plan at a speed, and what a real frame says', async () => {
    const page = await open('/models/eastron-sdm630')
    const row = page.locator('tr[data-point="voltageL1"]')
    await row.waitFor()
    expect(await row.locator('td').allTextContents()).toEqual([
      'Voltage L1 voltageL1',
      'V',
      expect.stringMatching(/^\d+ – \d+$/),
      'input register 0 (0x0000)',
      'f32',
      'ABCD',
      '',
      '10 secs',
    ])
    await page.locator('tr[data-poll]').first().waitFor()
    expect(await page.locator('.cg-register-block').count()).toBe(2)
    const words = page.locator('.cg-plan-words')
    const before = await words.textContent()
    await page.getByRole('combobox', { name: 'Line speed' }).click()
    await page.getByRole('option', { name: '1,200 baud' }).click()
    await expect.poll(() => words.textContent()).toContain('at 1,200 baud')
    expect(await words.textContent()).not.toBe(before)
    expect(new URL(page.url()).searchParams.get('baud')).toBe('1200')
    await page.getByRole('combobox', { name: 'A frame of this model' }).click()
    await page.getByRole('option').first().click()
    await page.locator('[data-field="voltageL1"]').waitFor()
    expect(new URL(page.url()).hash).toContain('hex=')
    await page.locator('.cg-parts tbody tr').filter({ hasText: 'Voltage L1' }).first().waitFor()
    expect(await axeFindings(page)).toEqual([])
    await picture(page, 'model-en')
    await page.reload()
    await page.locator('[data-field="voltageL1"]').waitFor()
    await page.goto(`${pages.origin}/models/nobody`)
    await page.getByText('There is no model “nobody”.').waitFor()
  })

  it('let a copy be edited: an error is marked at its line, repaired, tried on a frame, kept over a reload, downloaded', async () => {
    const page = await open('/models/eastron-sdm630')
    await page.getByRole('link', { name: 'Edit a copy' }).click()
    await verdict(page, 'sound').waitFor()
    const area = page.getByRole('textbox', { name: 'The model, as JSON' })
    const text = await area.inputValue()
    expect(text).toContain('"model": "eastron-sdm630-copy"')
    await page.getByText('Try it', { exact: true }).click()
    await page.getByLabel('Frame, in hex or as text').fill(volts)
    await expect.poll(() => page.locator('[data-field="voltageL1"]').textContent()).toBe('Voltage L1230.20001 V')

    const wrong = text.replace('"type": "f32"', '"type": "f33"')
    await area.fill(wrong)
    await verdict(page, 'unsound').waitFor()
    const at = wrong.indexOf('"f33"')
    const line = wrong.slice(0, at).split('\n').length
    await page.locator(`.cg-source-gutter [data-line="${line}"][data-mark="problem"]`).waitFor()
    const problem = page.locator('.cg-findings li button')
    expect(await problem.textContent()).toContain(`Line ${line}, column ${at - wrong.lastIndexOf('\n', at)}points[0].type: expected a register type`)
    expect(await area.getAttribute('aria-invalid')).toBe('true')
    expect(await axeFindings(page)).toEqual([])
    await picture(page, 'model-editor-wrong-en')
    await problem.click()
    expect(await area.evaluate(node => [node === document.activeElement, node instanceof HTMLTextAreaElement && node.selectionStart])).toEqual([true, at])

    await area.fill(text.replace('"type": "f32"', '"type": "f32", "scale": 0.5').replace('"eastron-sdm630-copy"', '"acme-em9"'))
    await verdict(page, 'sound').waitFor()
    expect(await page.locator('.cg-findings li').count()).toBe(0)
    await expect.poll(() => page.locator('[data-field="voltageL1"]').textContent()).toMatch(/^Voltage L1115\.1/)
    await page.reload()
    await expect.poll(() => page.locator('[data-field="voltageL1"]').textContent()).toMatch(/^Voltage L1115\.1/)
    await page.getByText('How it is asked', { exact: true }).click()
    await page.locator('.cg-register-block').first().waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download acme-em9.json' }).click()])
    expect(download.suggestedFilename()).toBe('acme-em9.json')
    expect(await readFile(await download.path(), 'utf8')).toBe(await area.inputValue())
    await page.getByText('citygate model check acme-em9.json').waitFor()

    await page.goto(`${pages.origin}/models`)
    await page.getByRole('link', { name: 'copy of eastron-sdm630' }).click()
    await page.getByRole('button', { name: 'Start over', exact: true }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await area.inputValue()).toContain('acme-em9')
    await page.getByRole('button', { name: 'Start over', exact: true }).click()
    await page.getByRole('button', { name: 'Yes, start over' }).click()
    expect(await area.inputValue()).toBe(text)
  })

  it('take whatever is written: no JSON, markup, a great deal', async () => {
    const page = await open('/models/new/modbus')
    await verdict(page, 'sound').waitFor()
    const area = page.getByRole('textbox', { name: 'The model, as JSON' })
    await area.fill('{\n  "model": "<img src=x onerror=alert(1)>",\n  oops\n}')
    await page.locator('.cg-source-gutter [data-line="3"]').waitFor()
    expect(await page.locator('.cg-findings li').textContent()).toBe('Problem: Line 3, column 3expected JSON: a key in double quotes; here is "oops"')
    await page.getByRole('button', { name: 'Download model.json' }).waitFor()
    await area.fill(' '.repeat(60_001))
    await page.getByText('60000 characters').waitFor()
  })

  it('begin a new model from a template, on a phone in Chinese and in the dark, by keyboard', async () => {
    const page = await open('/models', { ...phone, locale: 'zh-CN', colorScheme: 'dark' })
    await page.locator('tr[data-model]').first().waitFor()
    expect(await beyond(page)).toBeLessThanOrEqual(0)
    await picture(page, 'models-zh-phone-dark')
    await page.getByRole('combobox', { name: '新建型号' }).click()
    await page.getByRole('option', { name: /CJ\/T 188/ }).click()
    await page.waitForURL(/\/models\/new\/cjt188$/)
    await verdict(page, 'sound').waitFor()
    expect(await beyond(page)).toBeLessThanOrEqual(0)
    expect(await axeFindings(page)).toEqual([])
    await picture(page, 'model-new-zh-phone-dark')
    const area = page.getByRole('textbox', { name: '型号（JSON）' })
    await area.focus()
    await page.keyboard.press('Tab')
    expect(await area.evaluate(node => node === document.activeElement)).toBe(false)
    await page.goto(`${pages.origin}/models/eastron-sdm630?baud=2400#hex=${volts}`)
    await page.locator('[data-field="voltageL1"]').waitFor()
    expect(await beyond(page)).toBeLessThanOrEqual(0)
    expect(await axeFindings(page)).toEqual([])
    await picture(page, 'model-zh-phone-dark')
  })

  it('are for engineers; who may only look is told why', async () => {
    const page = await pages.openAs('viewer', '/models/eastron-sdm630')
    await page.getByText('Models are looked at and written by engineers.').waitFor()
    expect(await page.getByRole('link', { name: 'Models', exact: true }).count()).toBe(0)
    const other = await open('/models/eastron-sdm630')
    await other.locator('tr[data-point="voltageL1"]').waitFor()
    expect(await other.getByRole('link', { name: 'Models', exact: true }).count()).toBe(1)
  })
})
