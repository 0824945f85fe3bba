/**
 * What it takes to revert the latest commands of a store, one note a command: the key that it wrote
 * and the value before, or nothing if it wrote nothing. A command writes at most one key.
 */
export class UndoNotes<Value> {
  /** Two columns rather than objects, whose places are used again: a note costs no allocation of its own. */
  private readonly keys: (string | undefined)[] = []
  private readonly values: (Value | undefined)[] = []
  /** The notes that are kept: from here, up to but not including there. */
  private start = 0
  private end = 0

  /** Begins the note of the next command. */
  begin(): void {
    this.keys[this.end] = undefined
    this.values[this.end] = undefined
    this.end++
  }

  /** Writes into the latest note: `key` had the value `previous`; `undefined`: it was absent. */
  wrote(key: string, previous: Value | undefined): void {
    this.keys[this.end - 1] = key
    this.values[this.end - 1] = previous
  }

  /** @throws Error if no note is left. */
  takeLatest(): { key: string | undefined; previous: Value | undefined } {
    if (this.end === this.start) throw new Error('no command left that can be undone')
    this.end--
    return { key: this.keys[this.end], previous: this.values[this.end] }
  }

  /** Forgets all but the latest `depth` notes. */
  forget(depth: number): void {
    if (!(depth >= 0)) throw new RangeError(`undo depth is ${depth}; expected 0 or more`)
    this.start = Math.max(this.start, this.end - depth)
    // Moving the rest costs as much as it frees, so that forgetting is cheap however often.
    if (this.start * 2 < this.end) return
    if (this.start < this.end) {
      this.keys.copyWithin(0, this.start, this.end)
      this.values.copyWithin(0, this.start, this.end)
    }
    this.end -= this.start
    this.start = 0
  }
}
