/** One value of a new model, as it was told. */
export interface DraftPoint {
  readonly field: string
  readonly address: string
  readonly type: string
  readonly scale?: number
}

/** What a new model is made of. */
export interface Answers {
  readonly id: string
  readonly maker: string
  readonly titleEn: string
  readonly titleZh: string
  readonly kind: string
  readonly source: string
  readonly function: string
  readonly firstAddress: string
  readonly order: string
  readonly points: readonly DraftPoint[]
}

/** The file of a new model, one value a line, as people edit it. */
export function draftText(answers: Answers): string {
  const { points } = answers
  const head = {
    model: answers.id,
    maker: answers.maker,
    title: { en: answers.titleEn, zh: answers.titleZh },
    kind: answers.kind,
    protocol: 'modbus',
    source: answers.source,
    verified: 'not yet: no frame of it was seen',
    read: {
      function: Number(answers.function),
      order: answers.order,
      firstAddress: Number(answers.firstAddress),
      largestBlock: 64,
      largestGap: 4,
      every: '30s',
    },
  }
  const lines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${spaced(value)},`)
  const rows = points.map(({ field, address, type, scale }) => {
    const place = address.startsWith('0x') ? address : Number(address)
    return `    ${spaced({ field, address: place, type, ...(scale !== undefined && { scale }) })}`
  })
  return `{\n${lines.join('\n')}\n  "points": [\n${rows.join(',\n')}\n  ]\n}\n`
}

/** JSON on one line, with the spaces that people put. */
function spaced(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{ ${Object.entries(value)
    .map(([key, each]) => `${JSON.stringify(key)}: ${spaced(each)}`)
    .join(', ')} }`
}
