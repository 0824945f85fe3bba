/** Words of the block that all threads see; the numbers of each thread follow it. */
const words = {
  lock: 0,
  stopped: 1,
  working: 2,
  offers: 3,
  offered: 4,
  growing: 5,
  parked: 6,
  moves: 7,
  slots: 8,
  claimed: 9,
  full: 10,
} as const
const headWords = 16
const perThread = 4
/** For the ways to states that are handed over, in words. */
const offerWords = 1 << 18
/** A thread that waits looks around after so long, whatever it was told. */
const waitMs = 50

/** What the threads of a search share, as it is sent to each of them. */
export interface SharedMemory {
  readonly threads: number
  readonly control: SharedArrayBuffer
  readonly offers: SharedArrayBuffer
  /** The table of states seen, which grows. */
  readonly table: SharedArrayBuffer
}

/** How far one thread has come. */
export interface ThreadProgress {
  readonly uniqueStates: number
  readonly waiting: number
  readonly depth: number
}

/**
 * How threads share a search: states that one has to spare are handed to another that has none, all
 * notice when none has any left, and all stand still while one of them moves the table of states to a
 * larger array. Everything lies in shared memory: threads that search do not look at messages.
 */
export class SharedWork {
  readonly #threads: number
  readonly #control: Int32Array
  readonly #offers: Int32Array

  constructor({ threads, control, offers }: SharedMemory) {
    this.#threads = threads
    this.#control = new Int32Array(control)
    this.#offers = new Int32Array(offers)
  }

  /** The first thread works from the beginning on; all others wait for something to do. */
  static create(
    threads: number,
    slots: number,
    tableBytes: number,
    maximumBytes: number,
  ): SharedMemory {
    const control = new SharedArrayBuffer((headWords + threads * perThread) * 4)
    const numbers = new Int32Array(control)
    numbers[words.working] = 1
    numbers[words.slots] = slots
    return {
      threads,
      control,
      offers: new SharedArrayBuffer(offerWords * 4),
      table: new SharedArrayBuffer(tableBytes, { maxByteLength: maximumBytes }),
    }
  }

  get stopped(): boolean {
    return Atomics.load(this.#control, words.stopped) !== 0
  }

  /** Whether states were handed over that nobody has taken. */
  get anyOffered(): boolean {
    return Atomics.load(this.#control, words.offers) > 0
  }

  /** The slots of the table. */
  get slots(): number {
    return Atomics.load(this.#control, words.slots)
  }

  /** How many states were claimed in all, up to what threads have said. */
  get claimed(): number {
    return Atomics.load(this.#control, words.claimed)
  }

  /** Whether another thread wants all to stand still. */
  get moving(): boolean {
    return Atomics.load(this.#control, words.growing) !== 0
  }

  /** How many threads have nothing to do and nothing to take. */
  get hungry(): number {
    const working = Atomics.load(this.#control, words.working)
    return this.#threads - working - Atomics.load(this.#control, words.offers)
  }

  /** Whether the search was ended because there was no more memory to use. */
  get isFull(): boolean {
    return Atomics.load(this.#control, words.full) !== 0
  }

  /** Ends the search in all threads, because the table may not grow. */
  stopFull(): void {
    Atomics.store(this.#control, words.full, 1)
    this.stop()
  }

  /** Ends the search in all threads. */
  stop(): void {
    Atomics.store(this.#control, words.stopped, 1)
    for (const word of [words.lock, words.offers, words.moves]) Atomics.notify(this.#control, word)
  }

  note(
    thread: number,
    newlyClaimed: number,
    { uniqueStates, waiting, depth }: ThreadProgress,
  ): void {
    Atomics.add(this.#control, words.claimed, newlyClaimed)
    const at = headWords + thread * perThread
    this.#control[at] = uniqueStates
    this.#control[at + 1] = waiting
    this.#control[at + 2] = depth
  }

  /** How far all threads have come together. */
  progress(): ThreadProgress {
    let [uniqueStates, waiting, depth] = [0, 0, 0]
    for (let thread = 0; thread < this.#threads; thread += 1) {
      const at = headWords + thread * perThread
      uniqueStates += Atomics.load(this.#control, at)
      waiting += Atomics.load(this.#control, at + 1)
      depth = Math.max(depth, Atomics.load(this.#control, at + 2))
    }
    return { uniqueStates, waiting, depth }
  }

  /** Hands over the way to a state. Returns false where there is no room for it: then nobody gets it. */
  offer(way: Int32Array): boolean {
    this.#lock()
    const offered = this.#control[words.offered] as number
    const fits = offered + way.length + 1 <= this.#offers.length
    if (fits) {
      this.#offers.set(way, offered)
      this.#offers[offered + way.length] = way.length
      this.#control[words.offered] = offered + way.length + 1
      Atomics.add(this.#control, words.offers, 1)
    }
    this.#unlock()
    Atomics.notify(this.#control, words.offers, 1)
    return fits
  }

  /**
   * Waits for a state to go on from.
   * @param working whether the thread had something to do until now
   * @returns the way to it; undefined once no thread has any left, or the search was stopped
   */
  take(working: boolean): Int32Array | undefined {
    let counted = working
    for (;;) {
      this.#lock()
      if (this.stopped) {
        this.#unlock()
        return undefined
      }
      if (this.anyOffered) {
        if (!counted) Atomics.add(this.#control, words.working, 1)
        const way = this.#pop()
        this.#unlock()
        return way
      }
      if (counted) Atomics.sub(this.#control, words.working, 1)
      counted = false
      const over = Atomics.load(this.#control, words.working) === 0
      this.#unlock()
      if (over) {
        this.stop()
        return undefined
      }
      Atomics.wait(this.#control, words.offers, 0, waitMs)
    }
  }

  /** Stands still until the table was moved. */
  standStill(): void {
    let parked = false
    for (;;) {
      // Under the lock, so that nobody sets out while the table is being moved.
      this.#lock()
      const moves = Atomics.load(this.#control, words.moves)
      if (!this.moving || this.stopped) {
        if (parked) Atomics.sub(this.#control, words.parked, 1)
        return this.#unlock()
      }
      if (!parked) Atomics.add(this.#control, words.parked, 1)
      parked = true
      this.#unlock()
      Atomics.wait(this.#control, words.moves, moves, waitMs)
    }
  }

  /**
   * Moves the table while all other threads stand still. Returns at once where another thread is about to.
   * @param move returns the new number of slots
   */
  move(slotsBefore: number, move: () => number): void {
    this.#lock()
    if (this.moving || this.slots !== slotsBefore) return this.#unlock()
    Atomics.store(this.#control, words.growing, 1)
    while (!this.stopped && this.#othersMove()) {
      this.#unlock()
      Atomics.wait(this.#control, words.parked, Atomics.load(this.#control, words.parked), 1)
      this.#lock()
    }
    if (!this.stopped) Atomics.store(this.#control, words.slots, move())
    Atomics.store(this.#control, words.growing, 0)
    Atomics.add(this.#control, words.moves, 1)
    this.#unlock()
    Atomics.notify(this.#control, words.moves)
  }

  #othersMove(): boolean {
    const { parked, working } = words
    return Atomics.load(this.#control, parked) < Atomics.load(this.#control, working) - 1
  }

  #pop(): Int32Array {
    const end = (this.#control[words.offered] as number) - 1
    const length = this.#offers[end] as number
    this.#control[words.offered] = end - length
    Atomics.sub(this.#control, words.offers, 1)
    return this.#offers.slice(end - length, end)
  }

  #lock(): void {
    while (Atomics.compareExchange(this.#control, words.lock, 0, 1) !== 0) {
      Atomics.wait(this.#control, words.lock, 1, waitMs)
    }
  }

  #unlock(): void {
    Atomics.store(this.#control, words.lock, 0)
    Atomics.notify(this.#control, words.lock, 1)
  }
}
