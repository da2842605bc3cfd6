import { z } from 'zod'
import type { ExplainedPart } from '../model/explanation.ts'
import { TitleSchema } from './schemas.ts'

/** A run of bytes and what it means. */
export const ExplainedPartSchema = z
  .object({
    from: z.int().meta({ description: 'Its first byte, from 0.' }),
    to: z.int().meta({ description: 'One past its last byte.' }),
    name: TitleSchema,
    value: z.string().optional().meta({ description: 'As read, `raw → value` where they differ.', example: '2302 → 230.2 V' }),
    note: TitleSchema.optional(),
    source: z.string().optional().meta({ description: 'Paragraph of the standard, or place in the model’s map.' }),
    field: z.string().optional().meta({ description: 'The field of the kind it becomes.' }),
    problem: TitleSchema.optional().meta({ description: 'Why it is wrong, where it is.' }),
    get parts() {
      return z.array(ExplainedPartSchema).optional().meta({ description: 'Finer parts within it, in order.' })
    },
  })
  .meta({ id: 'ExplainedPart', description: 'A run of bytes of a frame and what it means.' })

export type PartJson = z.input<typeof ExplainedPartSchema>

/** Parts in one answer. A batch of thousands of fields is told by its outer parts. */
const MOST_PARTS = 4_000

/** The parts as they are published, outer ones first as far as the bound allows; `whole` says whether all finer ones are there. Always covers the frame. */
export function partsJson(parts: readonly ExplainedPart[]): { readonly parts: PartJson[]; readonly whole: boolean } {
  const top = shortened(parts)
  const answer = top.map(partJson)
  let left = MOST_PARTS - answer.length
  let whole = top.length === parts.length
  let level = top.map((part, index) => [part, answer[index]] as const)
  while (level.length > 0) {
    const next: (readonly [ExplainedPart, PartJson | undefined])[] = []
    for (const [part, json] of level) {
      if (part.parts === undefined || json === undefined) continue
      whole &&= part.parts.length <= left
      if (part.parts.length > left) continue
      left -= part.parts.length
      const inner = part.parts.map(partJson)
      json.parts = inner
      next.push(...part.parts.map((each, index) => [each, inner[index]] as const))
    }
    level = next
  }
  return { parts: answer, whole }
}

/** More outer parts than an answer holds: the last one stands for all the rest. */
function shortened(parts: readonly ExplainedPart[]): readonly ExplainedPart[] {
  if (parts.length <= MOST_PARTS) return parts
  const kept = parts.slice(0, MOST_PARTS - 1)
  const rest = { from: kept.at(-1)?.to ?? 0, to: parts.at(-1)?.to ?? 0, name: { en: 'More of the same kind, not listed', zh: '其余部分，未列出' } }
  return [...kept, rest]
}

/** Named one by one: what a protocol adds is not thereby published. */
function partJson({ from, to, name, value, note, source, field, problem }: ExplainedPart): PartJson {
  return {
    from,
    to,
    name: { ...name },
    ...(value !== undefined && { value }),
    ...(note && { note: { ...note } }),
    ...(source !== undefined && { source }),
    ...(field !== undefined && { field }),
    ...(problem && { problem: { ...problem } }),
  }
}
