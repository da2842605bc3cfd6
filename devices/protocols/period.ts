import { z } from 'zod'

const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/** A period as models write it, in milliseconds: `500ms`, `60s`, `15m`, `1h`. */
export function periodText(leastMs: number, mostMs: number, example: string) {
  return z.string({ error: `expected a period such as "${example}"` }).transform((text, context) => {
    const [, digits, unit] = /^(\d{1,6})(ms|s|m|h)$/.exec(text) ?? []
    const ms = Number(digits) * MS[(unit ?? 'ms') as keyof typeof MS]
    if (ms >= leastMs && ms <= mostMs) return ms
    context.issues.push({ code: 'custom', input: text, message: `expected a period such as "${example}", from ${leastMs} ms to ${mostMs} ms` })
    return z.NEVER
  })
}
