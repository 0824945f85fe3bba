import type { LogPosition, Micros } from '../model/index.ts'
import type { Random } from '../model/random.ts'

/** What a disk costs, and what a power cut does to it. */
export interface DiskModel {
  /** How long a sync takes on average, apart from its bytes. */
  readonly syncMicros: Micros
  /** The share of `syncMicros` by which one sync may take less or more, from 0 to 1. */
  readonly syncJitter: number
  readonly bytesPerSecond: number
  /** How likely a crash leaves half a record behind, where a record was being written. */
  readonly tornProbability: number
}

/** A data-centre NVMe drive: a sync of a short append takes 100 to 300 µs, and a gigabyte a second. */
export const usualDisk: DiskModel = {
  syncMicros: 200,
  syncJitter: 0.5,
  bytesPerSecond: 1_000_000_000,
  tornProbability: 0.5,
}

/** A disk that takes no time, for questions in which it plays no part. Crashes are still crashes. */
export const instantDisk: DiskModel = {
  syncMicros: 0,
  syncJitter: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  tornProbability: 0.5,
}

/**
 * What a node finds on its disk when it starts.
 * - `intact`: all that was durable, and perhaps more.
 * - `torn`: the same; a last record, never acknowledged, was written in part, and its checksum dropped it.
 * - `corrupt`: the checksum of a durable record does not match, so that what the node once promised
 *   cannot be known. A node that starts all the same is no longer the node it was.
 * - `lost`: the disk is empty though it was not.
 */
export type DiskCondition = 'intact' | 'torn' | 'corrupt' | 'lost'

/**
 * The disk of one node: an append-only list of records, each with a checksum.
 *
 * Records are appended to a cache and become durable by a sync. One sync is in flight at a time; it
 * covers what was appended before it began, and what comes meanwhile waits for the next (group
 * commit). A crash keeps what is durable and a drawn prefix of the rest, for the drive writes its
 * cache when it likes; a record that was reached in part is torn.
 *
 * Faults: `lose`, `corrupt`, `lying` and `slowness`. A log that keeps its synced length apart can
 * tell a damaged last record from a torn one, and this one does.
 *
 * Positions count the records ever persisted, as in the contract. The disk knows neither the records
 * nor the protocol; the world asks `startSync` when a step has ended, and calls `completeSync` at the
 * time it was given.
 */
export class Disk {
  /** A fault: how many times longer than usual a sync takes. */
  slowness = 1
  /** A fault: syncs are acknowledged, but what they cover is only cached. */
  lying = false
  /** Found by the last crash, or made by a fault since. */
  condition: DiskCondition = 'intact'
  /** How much the node may rely on: everything up to here was acknowledged by a sync. */
  durablePosition: LogPosition = 0

  readonly #model: DiskModel
  readonly #random: Random
  /** The records from `#firstPosition` on: what came before is folded into `#checkpoint`. */
  #records: unknown[] = []
  #firstPosition: LogPosition = 0
  #checkpoint: unknown = undefined
  /** What really survives any crash; behind `durablePosition` where the disk lied. */
  #stablePosition: LogPosition = 0
  #unsyncedBytes = 0
  /** What the sync in flight covers, or −1. */
  #syncingTo: LogPosition = -1

  constructor(model: DiskModel, random: Random) {
    this.#model = model
    this.#random = random
  }

  /** How many records were appended, durable or not. */
  get position(): LogPosition {
    return this.#firstPosition + this.#records.length
  }

  get syncing(): boolean {
    return this.#syncingTo >= 0
  }

  /** Adds a record to the cache and returns the position just after it. */
  append(record: unknown, bytes: number): LogPosition {
    this.#records.push(record)
    this.#unsyncedBytes += bytes
    return this.position
  }

  /**
   * Begins a sync of all that was appended. Returns when it is going to end, or undefined if one is
   * in flight already or nothing is left to sync.
   */
  startSync(nowMicros: Micros): Micros | undefined {
    if (this.#syncingTo >= 0 || this.position === this.durablePosition) return undefined
    this.#syncingTo = this.position
    const duration = this.#syncMicros(this.#unsyncedBytes)
    this.#unsyncedBytes = 0
    return nowMicros + duration
  }

  /** Ends the sync in flight. Returns the position up to which records are durable now. */
  completeSync(): LogPosition {
    if (this.#syncingTo < 0) throw new Error('completeSync: no sync is in flight')
    this.durablePosition = this.#syncingTo
    this.#syncingTo = -1
    if (!this.lying) this.#stablePosition = this.durablePosition
    return this.durablePosition
  }

  /**
   * Power fails: a sync in flight dies, and of what is not on the medium a drawn number of records,
   * the first ones, survives. Those are durable from now on.
   */
  crash(): void {
    const atRisk = this.position - this.#stablePosition
    const kept = atRisk === 0 ? 0 : this.#random.below(atRisk + 1)
    const torn = kept < atRisk && this.#random.bernoulli(this.#model.tornProbability)
    this.#records.length = this.#stablePosition + kept - this.#firstPosition
    this.#stablePosition = this.position
    this.durablePosition = this.position
    this.#syncingTo = -1
    this.#unsyncedBytes = 0
    if (this.condition === 'intact' || this.condition === 'torn') {
      this.condition = torn ? 'torn' : 'intact'
    }
  }

  /**
   * The surviving records after the checkpoint, oldest first, for a node that starts again.
   * @throws Error if the disk is corrupt: look at `condition` first
   */
  recover(): unknown[] {
    if (this.condition === 'corrupt') {
      throw new Error(
        'recover: a durable record does not match its checksum, so none can be trusted',
      )
    }
    return this.#records.slice()
  }

  /** The state that stands for all records up to `checkpointPosition`, or undefined. */
  get checkpointState(): unknown {
    return this.#checkpoint
  }

  get checkpointPosition(): LogPosition {
    return this.#firstPosition
  }

  /**
   * Lets a state stand for the records that it is the fold of, so that long runs need not keep them.
   * Costs nothing: it changes what the simulator stores, not what the simulated node wrote.
   * @param position up to which records are folded, at most `durablePosition`
   * @returns false, and nothing changes, where a lying disk could still lose one of them
   */
  checkpoint(state: unknown, position: LogPosition): boolean {
    if (!(position >= this.#firstPosition && position <= this.durablePosition)) {
      const range = `from ${this.#firstPosition} (the last checkpoint) to ${this.durablePosition} (durable)`
      throw new RangeError(`checkpoint at ${position}: must be ${range}`)
    }
    if (position > this.#stablePosition) return false
    this.#records = this.#records.slice(position - this.#firstPosition)
    this.#firstPosition = position
    this.#checkpoint = state
    return true
  }

  /** A fault of a node that is down: everything is gone. */
  lose(): void {
    const wasEmpty = this.position === 0
    this.#records = []
    this.#firstPosition = 0
    this.#checkpoint = undefined
    this.#stablePosition = 0
    this.durablePosition = 0
    this.#syncingTo = -1
    this.#unsyncedBytes = 0
    this.condition = wasEmpty ? 'intact' : 'lost'
  }

  /** A fault of a node that is down: a durable record is damaged, and its checksum shows it. False if there is none. */
  corrupt(): boolean {
    if (this.#stablePosition === 0) return false
    this.condition = 'corrupt'
    return true
  }

  #syncMicros(bytes: number): Micros {
    const { syncMicros, syncJitter, bytesPerSecond } = this.#model
    const jitter = 1 + syncJitter * this.#random.uniform(-1, 1)
    const transfer = (bytes * 1_000_000) / bytesPerSecond
    return Math.round((syncMicros * jitter + transfer) * this.slowness)
  }
}
