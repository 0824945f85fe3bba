import { parentPort } from 'node:worker_threads'
import {
  DepthFirst,
  type ExploredSubject,
  FingerprintTable,
  optionsOfSubject,
  type Tally,
} from '@quorate/core/explorer'
import type { AnyNode } from '@quorate/core/model'
import { limited, type SearchLimits } from './search-limits.ts'
import { type SharedMemory, SharedWork } from './shared-work.ts'

/** What a thread is told. */
export interface ThreadTask {
  readonly thread: number
  readonly subject: ExploredSubject
  readonly limits: SearchLimits
  readonly memory: SharedMemory
}

/** States expanded between two looks at the other threads: at most so many, and fewer while the table is small. */
const maximumPerLook = 256
const slotsPerExpanded = 1_024

parentPort?.once('message', (task: ThreadTask) => {
  parentPort?.postMessage(new ThreadSearch(task).run() satisfies Tally)
})

/** One thread's part of a search. */
class ThreadSearch {
  readonly #thread: number
  readonly #work: SharedWork
  readonly #buffer: SharedArrayBuffer
  readonly #table: FingerprintTable
  readonly #search: DepthFirst<AnyNode>
  readonly #depthLimit: number
  readonly #stateLimit: number
  #said = 0

  constructor({ thread, subject, limits, memory }: ThreadTask) {
    const options = limited(optionsOfSubject(subject), limits)
    const { depth, states } = options.bounds ?? {}
    this.#thread = thread
    this.#work = new SharedWork(memory)
    this.#buffer = memory.table
    this.#depthLimit = depth ?? Number.POSITIVE_INFINITY
    this.#stateLimit = states ?? Number.POSITIVE_INFINITY
    this.#table = new FingerprintTable(this.#depthLimit, this.#wordsFor(this.#work.slots))
    this.#search = new DepthFirst<AnyNode>(options, { visited: this.#table, begins: thread === 0 })
  }

  run(): Tally {
    let working = this.#thread === 0
    for (;;) {
      if (working) this.#searchOn()
      const way = this.#work.take(working)
      if (!way) return this.#search.tally()
      working = true
      this.#catchUp()
      this.#search.takeOver(way)
    }
  }

  /** Searches until nothing of its own is left, or all are to stop. */
  #searchOn(): void {
    while (!this.#work.stopped && this.#search.advance(this.#statesPerLook())) {
      this.#look()
      this.#share()
      this.#stopAtLimit()
    }
    this.#look()
    this.#stopAtLimit()
    if (this.#search.violated) this.#work.stop()
  }

  #stopAtLimit(): void {
    if (this.#work.claimed >= this.#stateLimit) this.#work.stop()
  }

  /** What they add must fit into the half of the table that is free. */
  #statesPerLook(): number {
    return Math.max(1, Math.min(maximumPerLook, this.#table.slots / slotsPerExpanded))
  }

  #look(): void {
    const { claimed } = this.#table
    this.#work.note(this.#thread, claimed - this.#said, this.#search.progress())
    this.#said = claimed
    if (this.#work.moving) this.#work.standStill()
    this.#catchUp()
    if (this.#work.claimed * 2 > this.#work.slots) this.#grow()
  }

  #share(): void {
    for (let hungry = this.#work.hungry; hungry > 0; hungry -= 1) {
      const way = this.#search.handOver()
      if (!way) return
      this.#work.offer(way)
    }
  }

  #grow(): void {
    const { slots } = this.#table
    this.#work.move(slots, () => {
      const bytes = FingerprintTable.bytesFor(2 * slots, this.#depthLimit)
      if (bytes > this.#buffer.maxByteLength) {
        this.#work.stopFull()
        return slots
      }
      this.#buffer.grow(bytes)
      this.#table.moveTo(this.#wordsFor(2 * slots))
      return 2 * slots
    })
    this.#catchUp()
  }

  /** Goes over to where the table was moved to. */
  #catchUp(): void {
    const { slots } = this.#work
    if (slots !== this.#table.slots) this.#table.use(this.#wordsFor(slots))
  }

  #wordsFor(slots: number): Int32Array {
    return new Int32Array(this.#buffer, 0, FingerprintTable.bytesFor(slots, this.#depthLimit) / 4)
  }
}
