const EVERY_MS = 500

/** One line on standard error that is written over and over, where people look on; nothing in a script. */
export class Progress {
  #at = 0
  #shown = false

  /** Shows a line, but not more often than eyes can follow. */
  show(line: () => string): void {
    if (!process.stderr.isTTY || Date.now() - this.#at < EVERY_MS) return
    this.#at = Date.now()
    this.#shown = true
    process.stderr.write(`\r\u001b[K${line()}`)
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K')
    this.#shown = false
  }
}
