import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const SOURCE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
/** Web Content Accessibility Guidelines 2.2 at the levels A and AA, as axe names its rules. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe finds wrong with the page as it is shown now, a line each: rule, element, what is wrong. A page without any is no proof that it is accessible; one with some is proof that it is not. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  // The label of a button that works is hidden behind its spinner.
  await page.locator('button[data-loading="true"]').first().waitFor({ state: 'detached' })
  // A colour on its way from one to the other is neither.
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter(animation => animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
    await Promise.allSettled(ending.map(animation => animation.finished))
  })
  // Through the browser's own door: the page's content security policy lets no script in.
  await page.evaluate(await readFile(SOURCE, 'utf8'))
  const { violations, passes } = await page.evaluate<AxeResults>(`axe.run(document, { runOnly: ${JSON.stringify(RULES)} })`)
  if (passes.length < 5) throw new Error(`axe judged ${passes.length} rules only: was there a page?`)
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`.replaceAll(/\s+/g, ' ')))
}
