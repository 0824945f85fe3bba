/**
 * What it takes to revert the latest commands of a store, one note a command: the key that it wrote
 * and the value before, or nothing if it wrote nothing. A command writes at most one key.
 */
export class UndoNotes<Value> {
  /** Two columns rather than objects: a note costs no allocation of its own. */
  private keys: (string | undefined)[] = []
  private values: (Value | undefined)[] = []
  /** Notes before this one are forgotten. */
  private start = 0

  /** Begins the note of the next command. */
  begin(): void {
    this.keys.push(undefined)
    this.values.push(undefined)
  }

  /** Writes into the latest note: `key` had the value `previous`; `undefined`: it was absent. */
  wrote(key: string, previous: Value | undefined): void {
    const latest = this.keys.length - 1
    this.keys[latest] = key
    this.values[latest] = previous
  }

  /** @throws Error if no note is left. */
  takeLatest(): { key: string | undefined; previous: Value | undefined } {
    if (this.keys.length === this.start) throw new Error('no command left that can be undone')
    return { key: this.keys.pop(), previous: this.values.pop() }
  }

  /** Forgets all but the latest `depth` notes. */
  forget(depth: number): void {
    if (!(depth >= 0)) throw new RangeError(`undo depth is ${depth}; expected 0 or more`)
    this.start = Math.max(this.start, this.keys.length - depth)
    // Moving the rest costs as much as it frees, so that forgetting is cheap however often.
    if (this.start * 2 < this.keys.length) return
    this.keys.splice(0, this.start)
    this.values.splice(0, this.start)
    this.start = 0
  }
}
