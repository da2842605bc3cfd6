/** Shares the one thread: receipts come first, and work that may wait still gets its part. Whoever loops over many items asks `spent` every few of them. */
export interface Pace {
  /** Whether work that may wait has had its time for now: then `await rest()`. */
  readonly spent: boolean
  /** Lets sockets and receipts have their turn; resolves when the work may go on. */
  rest(): Promise<void>
}

/** For work that nobody waits behind: it never rests. */
export const unhurried: Pace = { spent: false, rest: () => Promise.resolve() }
