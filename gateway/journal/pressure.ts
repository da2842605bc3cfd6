/** How full the budget is. `full`: no frame is taken. */
export type PressureState = 'normal' | 'pressed' | 'full'

/** Shares of the budget at which the state changes. It goes back later than it came, so that it does not flutter. */
const PRESSED_AT = 0.8
const NORMAL_BELOW = 0.75
const ROOM_BELOW = 0.9

/** normal → pressed → full → normal, from the bytes in use. */
export class Pressure {
  readonly #budget: number
  #state: PressureState = 'normal'

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes
  }

  get state(): PressureState {
    return this.#state
  }

  /** Below this the state is normal: what is worth making room for. */
  get normalBytes(): number {
    return this.#budget * NORMAL_BELOW
  }

  /** Whether there is room, when so much would be in use with what is asked for. Asked with every frame. */
  admits(used: number): boolean {
    if (this.#state !== 'full' && used <= this.#budget) return true
    this.#state = 'full'
    return false
  }

  /** Takes note of what is in use. */
  update(used: number): void {
    const before = this.#state
    const share = used / this.#budget
    if (share > 1) this.#state = 'full'
    else if (before === 'full' && share >= ROOM_BELOW) this.#state = 'full'
    else if (share >= PRESSED_AT) this.#state = 'pressed'
    else if (share >= NORMAL_BELOW && before !== 'normal') this.#state = 'pressed'
    else this.#state = 'normal'
  }
}
