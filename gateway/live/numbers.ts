/** Small numbers for the members of a group, from 1: those given back are given out again first, so that none is ever greater than the most members there were at a time. */
export class Numbers {
  #next = 1
  readonly #free: number[] = []

  take(): number {
    return this.#free.pop() ?? this.#next++
  }

  giveBack(number: number): void {
    this.#free.push(number)
  }
}
