/** Names one scheduled event, for `cancel`. */
export type EventHandle = number
/** Names one timer: 0, 1, 2 and so on in the order of `addTimer`. */
export type TimerSlot = number

const levels = 6
const slotBits = 10
const slotsPerLevel = 1024
const slotMask = slotsPerLevel - 1
/** A time is split in two integers of three levels each. */
const twoTo30 = 1 << 30
const nowhere = -1
const disarmed = -1
const entryBits = 26
const generationMask = (1 << 27) - 1
const smallestCapacity = 64

/**
 * The queue of all that is going to happen: a hierarchical timing wheel (Varghese and Lauck,
 * "Hashed and hierarchical timing wheels", 1987) over integer microseconds from 0 to 2^53 − 1.
 *
 * Level 0 has a slot for each of 1,024 microseconds, level 1 for each of 1,024 times 1,024, and so
 * on: an event lies at the level of the highest 10-bit digit in which its time differs from the
 * wheel's cursor. Where the next event shares its slot with others, the cursor moves there and they
 * move down; alone in its slot, it is taken from where it is. A bitmap a level finds the next slot
 * that is not empty, so idle time costs nothing.
 *
 * Order is total: by time, then by sequence number. Every `schedule` and every `setTimer` takes the
 * next sequence number, so that events of one time come out in the order in which they were asked
 * for, and a timer that was moved counts from its latest arming.
 *
 * A timer has one entry for its life. To arm it later only writes its deadline; when the entry
 * comes up early it moves to where it belongs, and nobody sees it.
 *
 * Events live in typed columns with a free list; `pop` puts the event into the wheel's own fields.
 * Nothing is allocated for an event, unless the columns have to grow.
 */
export class TimingWheel {
  /** The time of the event popped last, or the limit of a `pop` that found none. */
  time = 0
  /** What that event was scheduled with. */
  kind = 0
  node = 0
  a = 0
  b = 0
  payload: unknown = undefined
  /** Events scheduled and timers armed that are still to come. */
  pending = 0

  #nextSequence = 0
  /** Where the wheel stands, in two parts: never later than `time`, nor than any entry. */
  #cursorHigh = 0
  #cursorLow = 0

  #times = new Float64Array(smallestCapacity)
  #sequences = new Float64Array(smallestCapacity)
  #kinds = new Int32Array(smallestCapacity)
  #nodes = new Int32Array(smallestCapacity)
  #as = new Int32Array(smallestCapacity)
  #bs = new Int32Array(smallestCapacity)
  #payloads: unknown[] = []
  /** Of an event its generation (≥ 0), which tells a stale handle; of a timer ~slot (< 0). */
  #owners = new Int32Array(smallestCapacity)
  #slots = new Int32Array(smallestCapacity)
  #nexts = new Int32Array(smallestCapacity)
  #previous = new Int32Array(smallestCapacity)
  #entries = 0
  #firstFree = nowhere

  readonly #heads = new Int32Array(levels * slotsPerLevel).fill(nowhere)
  readonly #tails = new Int32Array(levels * slotsPerLevel).fill(nowhere)
  /** One bit a slot, and one bit a word of those. */
  readonly #occupied = new Int32Array((levels * slotsPerLevel) / 32)
  readonly #occupiedWords = new Int32Array(levels)

  #timerEntries: number[] = []
  #deadlines: number[] = []
  #armings: number[] = []

  /**
   * Adds an event.
   * @param time microseconds, not before `time`
   * @throws RangeError for a time that is past or no integer
   */
  schedule(
    time: number,
    kind: number,
    node: number,
    a: number,
    b: number,
    payload: unknown,
  ): EventHandle {
    // Apart, so that a handle that nobody wants, a number too large for a small integer, is never made.
    const entry = this.#add(time, kind, node, a, b, payload)
    return (this.#owners[entry] as number) * (1 << entryBits) + entry
  }

  #add(time: number, kind: number, node: number, a: number, b: number, payload: unknown): number {
    this.#checkTime(time)
    let entry = this.#firstFree
    if (entry === nowhere) entry = this.#newEntry()
    else this.#firstFree = this.#nexts[entry] as number
    this.#kinds[entry] = kind
    this.#nodes[entry] = node
    this.#as[entry] = a
    this.#bs[entry] = b
    this.#payloads[entry] = payload
    this.#times[entry] = time
    this.#sequences[entry] = this.#nextSequence++
    this.pending++
    this.#place(entry)
    return entry
  }

  /** Takes an event out. False if it has happened already, or was cancelled. */
  cancel(handle: EventHandle): boolean {
    const generation = Math.floor(handle / (1 << entryBits))
    const entry = handle - generation * (1 << entryBits)
    if (this.#owners[entry] !== generation || this.#slots[entry] === nowhere) return false
    this.#unlink(entry)
    this.#free(entry)
    this.pending--
    return true
  }

  /** Adds a timer, disarmed; when it fires, `pop` shows these values. */
  addTimer(kind: number, node: number, a: number, b: number, payload: unknown): TimerSlot {
    const entry = this.#newEntry()
    const timer = this.#timerEntries.length
    this.#timerEntries.push(entry)
    this.#deadlines.push(disarmed)
    this.#armings.push(0)
    this.#owners[entry] = ~timer
    this.#kinds[entry] = kind
    this.#nodes[entry] = node
    this.#as[entry] = a
    this.#bs[entry] = b
    this.#payloads[entry] = payload
    return timer
  }

  /**
   * Arms a timer, or moves its deadline.
   * @param deadline microseconds, not before `time`
   * @throws RangeError for a deadline that is past or no integer
   */
  setTimer(timer: TimerSlot, deadline: number): void {
    this.#checkTime(deadline)
    const entry = this.#timerEntries[timer] as number
    const sequence = this.#nextSequence++
    if (this.#deadlines[timer] === disarmed) this.pending++
    this.#deadlines[timer] = deadline
    this.#armings[timer] = sequence
    if (this.#slots[entry] !== nowhere) {
      if (deadline >= (this.#times[entry] as number)) return
      this.#unlink(entry)
    }
    this.#times[entry] = deadline
    this.#sequences[entry] = sequence
    this.#place(entry)
  }

  /** Disarms a timer; it need not be armed. */
  cancelTimer(timer: TimerSlot): void {
    if (this.#deadlines[timer] === disarmed) return
    this.#deadlines[timer] = disarmed
    this.pending--
  }

  /** When a timer is going to fire, or undefined while it is not armed. */
  deadlineOf(timer: TimerSlot): number | undefined {
    const deadline = this.#deadlines[timer]
    return deadline === disarmed ? undefined : deadline
  }

  /**
   * Takes out the next event and shows it in `time`, `kind`, `node`, `a`, `b` and `payload`. False
   * if there is none up to and including `limit`; then the wheel's time is the limit, if finite.
   */
  pop(limit: number = Number.POSITIVE_INFINITY): boolean {
    for (;;) {
      const slot = this.#firstOccupied()
      if (slot === nowhere) break
      const entry = this.#heads[slot] as number
      if (slot >= slotsPerLevel && this.#nexts[entry] !== nowhere) {
        if (!this.#enter(slot, limit)) break
        continue
      }
      const time = this.#times[entry] as number
      if (time > limit) break
      this.#unlink(entry)
      if ((this.#owners[entry] as number) < 0) {
        if (!this.#fire(entry)) continue
      } else {
        this.#show(entry)
        this.#free(entry)
      }
      this.time = time
      this.pending--
      return true
    }
    if (limit > this.time && limit !== Number.POSITIVE_INFINITY) this.time = limit
    return false
  }

  #checkTime(time: number): void {
    if (time >= this.time && time <= Number.MAX_SAFE_INTEGER && Math.floor(time) === time) return
    const range = `from ${this.time} (now) to 2^53 − 1`
    throw new RangeError(`time ${time}: must be an integer of microseconds ${range}`)
  }

  /** A timer's entry has come up: true, and shown, if that is its deadline. */
  #fire(entry: number): boolean {
    const timer = ~(this.#owners[entry] as number)
    const deadline = this.#deadlines[timer] as number
    if (deadline === disarmed) return false
    const arming = this.#armings[timer] as number
    if (arming !== this.#sequences[entry]) {
      this.#times[entry] = deadline
      this.#sequences[entry] = arming
      this.#place(entry)
      return false
    }
    this.#deadlines[timer] = disarmed
    this.#show(entry)
    return true
  }

  #show(entry: number): void {
    this.kind = this.#kinds[entry] as number
    this.node = this.#nodes[entry] as number
    this.a = this.#as[entry] as number
    this.b = this.#bs[entry] as number
    this.payload = this.#payloads[entry]
  }

  /**
   * Moves the cursor into a slot of level 1 or above, to the earliest time in it, and its entries
   * down, to levels that are all empty. False, and nothing moves, if that time is past the limit.
   */
  #enter(slot: number, limit: number): boolean {
    const head = this.#heads[slot] as number
    let earliest = this.#times[head] as number
    for (let e = this.#nexts[head] as number; e !== nowhere; e = this.#nexts[e] as number) {
      const time = this.#times[e] as number
      if (time < earliest) earliest = time
    }
    if (earliest > limit) return false
    this.#cursorHigh = Math.floor(earliest / twoTo30)
    this.#cursorLow = earliest - this.#cursorHigh * twoTo30
    this.#heads[slot] = nowhere
    this.#tails[slot] = nowhere
    this.#markEmpty(slot)
    let entry = head
    while (entry !== nowhere) {
      const next = this.#nexts[entry] as number
      this.#place(entry)
      entry = next
    }
    return true
  }

  /** Links an entry in at its time. */
  #place(entry: number): void {
    const time = this.#times[entry] as number
    const offset = time - this.#cursorHigh * twoTo30
    if (offset < twoTo30) {
      const difference = offset ^ this.#cursorLow
      if (difference <= slotMask) this.#linkInOrder(entry, offset & slotMask)
      else if (difference < 1 << 20) {
        this.#linkLast(entry, slotsPerLevel + ((offset >> slotBits) & slotMask))
      } else this.#linkLast(entry, 2 * slotsPerLevel + (offset >> 20))
    } else {
      const high = Math.floor(time / twoTo30)
      const difference = high ^ this.#cursorHigh
      if (difference <= slotMask) this.#linkLast(entry, 3 * slotsPerLevel + (high & slotMask))
      else if (difference < 1 << 20) {
        this.#linkLast(entry, 4 * slotsPerLevel + ((high >> slotBits) & slotMask))
      } else this.#linkLast(entry, 5 * slotsPerLevel + (high >> 20))
    }
  }

  #linkLast(entry: number, slot: number): void {
    const tail = this.#tails[slot] as number
    this.#slots[entry] = slot
    this.#previous[entry] = tail
    this.#nexts[entry] = nowhere
    this.#tails[slot] = entry
    if (tail === nowhere) {
      this.#heads[slot] = entry
      this.#markOccupied(slot)
    } else this.#nexts[tail] = entry
  }

  /**
   * A slot of level 0 holds one time, in order of sequence numbers. Entries come in that order, but
   * for a timer that was armed before others and moves here only now.
   */
  #linkInOrder(entry: number, slot: number): void {
    const sequence = this.#sequences[entry] as number
    let after = this.#tails[slot] as number
    if (after === nowhere || (this.#sequences[after] as number) < sequence) {
      this.#linkLast(entry, slot)
      return
    }
    while (after !== nowhere && (this.#sequences[after] as number) > sequence) {
      after = this.#previous[after] as number
    }
    const next = (after === nowhere ? this.#heads[slot] : this.#nexts[after]) as number
    this.#slots[entry] = slot
    this.#previous[entry] = after
    this.#nexts[entry] = next
    this.#previous[next] = entry
    if (after === nowhere) this.#heads[slot] = entry
    else this.#nexts[after] = entry
  }

  #unlink(entry: number): void {
    const slot = this.#slots[entry] as number
    const next = this.#nexts[entry] as number
    const before = this.#previous[entry] as number
    if (next === nowhere) this.#tails[slot] = before
    else this.#previous[next] = before
    if (before !== nowhere) this.#nexts[before] = next
    else {
      this.#heads[slot] = next
      if (next === nowhere) this.#markEmpty(slot)
    }
    this.#slots[entry] = nowhere
  }

  /** The first slot in use at the lowest level in use: whatever comes next is in it. */
  #firstOccupied(): number {
    for (let level = 0; level < levels; level++) {
      const words = this.#occupiedWords[level] as number
      if (words === 0) continue
      const word = level * (slotsPerLevel / 32) + lowestBit(words)
      return word * 32 + lowestBit(this.#occupied[word] as number)
    }
    return nowhere
  }

  #markOccupied(slot: number): void {
    const word = slot >> 5
    const level = slot >> slotBits
    this.#occupied[word] = (this.#occupied[word] as number) | (1 << (slot & 31))
    this.#occupiedWords[level] = (this.#occupiedWords[level] as number) | (1 << (word & 31))
  }

  #markEmpty(slot: number): void {
    const word = slot >> 5
    const level = slot >> slotBits
    const rest = (this.#occupied[word] as number) & ~(1 << (slot & 31))
    this.#occupied[word] = rest
    if (rest === 0) {
      this.#occupiedWords[level] = (this.#occupiedWords[level] as number) & ~(1 << (word & 31))
    }
  }

  #free(entry: number): void {
    this.#owners[entry] = ((this.#owners[entry] as number) + 1) & generationMask
    this.#payloads[entry] = undefined
    this.#nexts[entry] = this.#firstFree
    this.#firstFree = entry
  }

  #newEntry(): number {
    const entry = this.#entries++
    if (entry === this.#times.length) this.#grow()
    this.#slots[entry] = nowhere
    this.#payloads.push(undefined)
    return entry
  }

  #grow(): void {
    const capacity = this.#times.length * 2
    if (capacity > 1 << entryBits) throw new RangeError(`more than 2^${entryBits} pending events`)
    this.#times = grownFloats(this.#times, capacity)
    this.#sequences = grownFloats(this.#sequences, capacity)
    this.#kinds = grownInts(this.#kinds, capacity)
    this.#nodes = grownInts(this.#nodes, capacity)
    this.#as = grownInts(this.#as, capacity)
    this.#bs = grownInts(this.#bs, capacity)
    this.#owners = grownInts(this.#owners, capacity)
    this.#slots = grownInts(this.#slots, capacity)
    this.#nexts = grownInts(this.#nexts, capacity)
    this.#previous = grownInts(this.#previous, capacity)
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word)
}

function grownFloats(column: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(capacity)
  grown.set(column)
  return grown
}

function grownInts(column: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(capacity)
  grown.set(column)
  return grown
}
