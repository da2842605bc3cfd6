/** A rule between settings. Asked only when none of them is already refused by itself. */
export interface CrossCheck {
  readonly keys: readonly string[]
  /** The key whose place is named in the message, if it was set. */
  readonly blames: string
  problem(value: (key: string) => unknown): string | undefined
}
