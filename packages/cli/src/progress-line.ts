/** How long a command may be silent before it says how far it is. */
const patienceMillis = 2_000
const refreshMillis = 200

/** One line on stderr that says how far a command is, once it has taken two seconds; on a terminal alone. */
export class ProgressLine {
  readonly #started = performance.now()
  #shownAt = 0
  #shown = false

  show(text: () => string): void {
    const now = performance.now()
    if (!process.stderr.isTTY || now - this.#started < patienceMillis) return
    if (now - this.#shownAt < refreshMillis) return
    this.#shownAt = now
    this.#shown = true
    // A terminal that does not know its width says 0.
    const columns = process.stderr.columns || 80
    process.stderr.write(`\r\x1b[K${text().slice(0, columns - 1)}`)
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\x1b[K')
    this.#shown = false
  }
}
