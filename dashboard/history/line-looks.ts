import { type KindColour, type Scheme, tokens } from '../theme/tokens.ts'

/** How a line is told apart: by its colour and by its dashes, so that neither is needed alone. Lengths in CSS pixels. */
export interface LineLook {
  readonly colour: KindColour
  readonly dash: readonly number[]
}

const looks: readonly LineLook[] = [
  { colour: 'blue', dash: [] },
  { colour: 'amber', dash: [7, 3] },
  { colour: 'teal', dash: [2, 3] },
  { colour: 'violet', dash: [9, 3, 2, 3] },
  { colour: 'rose', dash: [4, 2] },
  { colour: 'green', dash: [12, 4] },
  { colour: 'blue', dash: [2, 2, 6, 2] },
  { colour: 'amber', dash: [1, 2] },
]

/** The look of the line at a place of the list. */
export function lineLook(place: number): LineLook {
  return looks[place % looks.length] ?? { colour: 'blue', dash: [] }
}

export function strokeOf(look: LineLook, scheme: Scheme): string {
  return tokens.kind[scheme][look.colour]
}
