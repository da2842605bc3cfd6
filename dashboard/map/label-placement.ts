/** A text that wants to stand beside its mark. CSS pixels. */
export interface Wish {
  readonly device: string
  /** The middle of the mark. */
  readonly x: number
  readonly y: number
  readonly width: number
}

/** CSS pixels of a label's line, with air around it. */
const HEIGHT = 18
/** Between the middle of the mark and the text. */
export const LABEL_OFFSET = 13
/** Half of a mark: texts keep off other marks too. */
const HALF_MARK = 8
const CELL = 64

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Which of the texts can stand without touching another or another's mark: those first that come first. At most `most`. */
export function placeLabels(wishes: readonly Wish[], most: number): ReadonlySet<string> {
  const taken = new Map<number, Box[]>()
  const placed = new Set<string>()
  const marks = wishes.map(({ x, y }) => ({ left: x - HALF_MARK, top: y - HALF_MARK, right: x + HALF_MARK, bottom: y + HALF_MARK }))
  for (const mark of marks) put(taken, mark)
  wishes.forEach(({ device, x, y, width }, index) => {
    if (placed.size >= most) return
    const label = { left: x + LABEL_OFFSET, top: y - HEIGHT / 2, right: x + LABEL_OFFSET + width, bottom: y + HEIGHT / 2 }
    const own = marks[index]
    if (near(taken, label).some(box => box !== own && touch(box, label))) return
    placed.add(device)
    put(taken, label)
  })
  return placed
}

/** About how wide a text is at the size of labels: twelve pixels a Chinese character, six and a half any other. */
export function labelWidth(text: string): number {
  let width = 8
  for (const letter of text) width += letter > '\u2e80' ? 12 : 6.6
  return Math.min(width, 160)
}

function touch(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

function put(taken: Map<number, Box[]>, box: Box): void {
  for (const key of cellsOf(box)) {
    const cell = taken.get(key)
    if (cell) cell.push(box)
    else taken.set(key, [box])
  }
}

function near(taken: ReadonlyMap<number, Box[]>, box: Box): readonly Box[] {
  return [...cellsOf(box)].flatMap(key => taken.get(key) ?? [])
}

function* cellsOf({ left, top, right, bottom }: Box): Iterable<number> {
  for (let row = Math.floor(top / CELL); row <= Math.floor(bottom / CELL); row += 1) {
    for (let column = Math.floor(left / CELL); column <= Math.floor(right / CELL); column += 1) yield row * 100_000 + column
  }
}
