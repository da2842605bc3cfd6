import { defineConfig } from 'vitest/config'

/** Tests of gateways and lines with little to do: they mostly wait, so four files run at a time. */
const LIGHT = [
  'test/conformance/**/*.test.ts',
  'test/e2e/bad-input.test.ts',
  'test/e2e/dtu-over-mqtt.test.ts',
  'test/e2e/environment-station.test.ts',
  'test/e2e/frames.test.ts',
  'test/e2e/meters-behind-a-dtu.test.ts',
  'test/e2e/sparkplug*.test.ts',
  'test/e2e/terminals.test.ts',
  'test/e2e/transport.test.ts',
  'test/links/**/*.test.ts',
]
/** Pages in a real browser, each file with a browser and a gateway of its own: two files at a time on the two cores of a small machine. */
const BROWSERS = [
  'test/dashboard/audit-page.test.ts',
  'test/dashboard/frames.test.ts',
  'test/dashboard/people.test.ts',
  'test/dashboard/pages/**/*.test.ts',
  'test/api/pages.test.ts',
]
/** Tests of faults, and of what moves on the map: one file after the other, so that what they wait for, and how long, depends on them alone. */
const WHOLE = ['test/e2e/**/*.test.ts', 'test/chaos/**/*.test.ts', 'test/dashboard/dashboard.test.ts']
const root = new URL('..', import.meta.url).pathname
// A condition that is waited for has most of the test's time to come true: how long it takes on a busy machine is no finding.
const common = { root, testTimeout: 30_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } }, pool: 'forks' } as const

export default defineConfig({
  test: {
    root,
    projects: [
      {
        test: {
          ...common,
          name: 'rooms',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...LIGHT, ...BROWSERS, ...WHOLE],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...common, name: 'light', include: LIGHT, maxWorkers: 4, sequence: { groupOrder: 1 } } },
      { test: { ...common, name: 'browsers', include: BROWSERS, maxWorkers: 2, sequence: { groupOrder: 2 } } },
      { test: { ...common, name: 'whole', include: WHOLE, exclude: LIGHT, maxWorkers: 1, fileParallelism: false, sequence: { groupOrder: 3 } } },
    ],
  },
})
