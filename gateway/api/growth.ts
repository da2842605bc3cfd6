/** A counter within one stretch of time: its first and last reading and its extremes. */
export interface CounterBucket {
  /** Start of the stretch, milliseconds since 1970. */
  readonly at: number
  readonly first: number
  readonly last: number
  readonly min: number
  readonly max: number
}

/** What a counter grew by. */
export interface Growth {
  /** By the start of each stretch that has readings; a stretch after a gap holds what grew in the gap. Never negative. */
  readonly amounts: ReadonlyMap<number, number>
  readonly total: number
  /** How often it fell: a meter that was swapped or set to zero. What it counted between its last reading and the fall is not known. */
  readonly resets: number
  /** How often it went over its highest figure and began at zero: counted on. */
  readonly rollovers: number
  /** Steps too large to be true, a swap for a meter that had counted already: left out. */
  readonly jumps: number
}

/** More than so many times what it grew by otherwise is taken for a jump. A pipe that bursts grows a few hundred times its usual day. */
const JUMP = 1_000
/** A counter rolls over only from the last hundredth of its figures to the first. */
const NEAR = 0.99
/** What it may seem to grow by over a roll-over, as a multiple of what it grew by otherwise at most. */
const ROLLOVER = 5
/** Falls of this share are the rounding of floating point, not a reset. */
const ROUNDING = 1e-6

/** A step from one reading to the next, before it is known what is usual for the counter. */
interface Step {
  readonly at: number
  readonly amount: number
  readonly kind: 'plain' | 'reset' | 'rollover'
  /** Counted instead where the amount can not be true. */
  readonly otherwise: number
}

/**
 * What a counter grew by, from stretches in the order of time. A fall never counts as negative; a swap or a roll-over never as an absurd amount: what would be one is left out and told in `resets` and
 * `jumps`. `before` is its last reading before the first stretch, if that is known.
 */
export function growthOf(buckets: Iterable<CounterBucket>, before?: number): Growth {
  const steps: Step[] = []
  let previous = before
  for (const bucket of buckets) {
    if (previous !== undefined) steps.push(stepBetween(bucket.at, previous, bucket.first))
    steps.push(...stepsWithin(bucket))
    previous = bucket.last
  }
  return summed(steps)
}

function stepBetween(at: number, from: number, to: number): Step {
  const amount = to - from
  if (amount >= 0) return { at, amount, kind: 'plain', otherwise: 0 }
  if (-amount <= Math.abs(from) * ROUNDING) return { at, amount: 0, kind: 'plain', otherwise: 0 }
  const capacity = 10 ** Math.ceil(Math.log10(from))
  const overflows = from > 0 && from >= capacity * NEAR && to >= 0 && to <= capacity * (1 - NEAR)
  return overflows ? { at, amount: capacity - from + to, kind: 'rollover', otherwise: 0 } : { at, amount: 0, kind: 'reset', otherwise: 0 }
}

function stepsWithin({ at, first, last, min, max }: CounterBucket): Step[] {
  const net = Math.max(0, last - first)
  // It only grew; or it fell and came back, or leapt and came back: a broken reading in between.
  if (last >= first && (min >= first || max <= last)) return [{ at, amount: net, kind: 'plain', otherwise: 0 }]
  if (last < first && max <= first && min >= last) {
    const fall = stepBetween(at, first, last)
    return fall.kind === 'plain' ? [fall] : [{ ...fall, otherwise: 0 }]
  }
  // It grew to its highest, fell to its lowest, and grew from there.
  const fall = stepBetween(at, max, min)
  const grown = max - first + (last - min)
  return [{ at, amount: grown, kind: 'plain', otherwise: net }, fall]
}

function summed(steps: readonly Step[]): Growth {
  const plain = steps.filter(step => step.kind === 'plain')
  const usual = largest(plain)
  const amounts = new Map<number, number>()
  let total = 0
  let resets = 0
  let rollovers = 0
  let jumps = 0
  for (const step of steps) {
    let { amount } = step
    if (step.kind === 'reset') resets++
    else if (step.kind === 'rollover') {
      // A meter that is swapped at 9,990 looks the same, but for how much it would have used.
      if (amount <= usual.most * ROLLOVER) rollovers++
      else {
        resets++
        amount = step.otherwise
      }
    } else if (amount > JUMP * usual.otherThan(amount)) {
      jumps++
      amount = step.otherwise
    }
    total += amount
    amounts.set(step.at, (amounts.get(step.at) ?? 0) + amount)
  }
  return { amounts, total, resets, rollovers, jumps }
}

/** The largest step, and the largest beside one of a given size. Infinite where there is no other that grew: nothing is known of what is usual. */
function largest(steps: readonly Step[]): { readonly most: number; otherThan(amount: number): number } {
  let most = 0
  let second = 0
  for (const { amount } of steps) {
    if (amount > most) {
      second = most
      most = amount
    } else if (amount > second) second = amount
  }
  return { most, otherThan: amount => (amount < most ? most : second) || Number.POSITIVE_INFINITY }
}
