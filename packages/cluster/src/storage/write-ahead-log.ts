import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LogPosition } from '@quorate/core/model'
import { Disk, type DiskFile } from './disk.ts'
import { encodeBatch, encodeBeginning } from './log-format.ts'
import { type LogOwner, type RecoveredLog, recoverLog } from './log-recovery.ts'

export interface WriteAheadLogOptions {
  /** Where the log lives. It must exist, and nobody else may use it (see `DirectoryLock`). */
  readonly directory: string
  readonly owner: LogOwner
  /** Every record up to `position` has reached the disk. Never called from inside `append`. */
  durable(position: LogPosition): void
  /** A write or a sync failed: nothing more will become durable. The node must stop (see `WriteAheadLog`). */
  failed(error: Error): void
  /** Where given, what the fold of all records appended so far is: the encoded durable fields. */
  readonly checkpoint?: () => Uint8Array
  /** A log this long is replaced by a checkpoint, unless the checkpoint itself is half as long. */
  readonly checkpointBytes?: number
  readonly disk?: Disk
}

const fileName = 'log'
/** The log that is to replace the present one, while it is written. */
const nextFileName = 'log.next'
/** A batch takes no more records once it is this long. */
const maxBatchBytes = 8 << 20
const usualCheckpointBytes = 64 << 20

/**
 * An append-only file of records, with group commit: while one batch is written and synced, further
 * records gather, and they make the next batch.
 *
 * After an error nothing is known of what reached the disk, and a second sync that succeeds proves
 * nothing, for the system may have dropped the pages that it could not write (the "fsyncgate" of
 * PostgreSQL, 2018). So the first error is the last: it is reported once, and nothing is durable after it.
 * For the same reason the last batch found at the start is written again before anything is built on
 * it: it may never have been synced, and read from memory all the same.
 */
export class WriteAheadLog {
  readonly #options: WriteAheadLogOptions
  readonly #disk: Disk
  #file: DiskFile
  #mark: number
  /** The number of the frame written last, and where it ends. */
  #number: number
  #end: number
  #checkpointAt: number
  #appended: LogPosition
  #durable: LogPosition
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  #state: 'idle' | 'committing' | 'failed' | 'closed' = 'idle'
  #commit: Promise<void> = Promise.resolve()
  /** Bytes of the interrupted write that was cut off when the log was opened. */
  readonly torn: number

  /**
   * Opens the log of a directory, creating it if there is none, and hands all that it holds to the owner.
   * @throws LogDamageError if it is not the owner's, or damaged anywhere but in its last write
   */
  static async open(options: WriteAheadLogOptions): Promise<WriteAheadLog> {
    const disk = options.disk ?? new Disk()
    const path = join(options.directory, fileName)
    await disk.remove(join(options.directory, nextFileName))
    if (!existsSync(path)) {
      const { file } = await createLog(disk, options, 0, undefined)
      await file.close()
    }
    const file = await disk.open(path, 'existing')
    try {
      const recovered = await recoverLog(file, path, options.owner)
      await confirm(file, recovered)
      // A rename just before a crash may be seen and not yet be durable either.
      await disk.syncDirectory(options.directory)
      return new WriteAheadLog(options, disk, file, recovered)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  private constructor(
    options: WriteAheadLogOptions,
    disk: Disk,
    file: DiskFile,
    recovered: RecoveredLog,
  ) {
    this.#options = options
    this.#disk = disk
    this.#file = file
    this.#mark = recovered.mark
    this.#number = recovered.number
    this.#end = recovered.end
    this.torn = recovered.torn
    this.#appended = recovered.position
    this.#durable = recovered.position
    this.#checkpointAt = this.#nextCheckpointAt(recovered.beginning)
  }

  /** How many records were ever appended. */
  get appended(): LogPosition {
    return this.#appended
  }

  /** How many of them have reached the disk. */
  get durable(): LogPosition {
    return this.#durable
  }

  /** Bytes of records that wait for the disk: what a host looks at to slow down its peers. */
  get pendingBytes(): number {
    return this.#pendingBytes
  }

  /** Appends a record, whose bytes must not change any more; `durable` tells when it has reached the disk. */
  append(record: Uint8Array): LogPosition {
    if (this.#state === 'closed') throw new Error('the log is closed')
    this.#appended += 1
    this.#pending.push(record)
    this.#pendingBytes += record.length
    if (this.#state === 'idle') {
      this.#state = 'committing'
      this.#commit = this.#commitAll()
    }
    return this.#appended
  }

  /** Waits until all that was appended is durable (or failed), and closes the file. */
  async close(): Promise<void> {
    await this.#commit
    if (this.#state === 'closed') return
    this.#state = 'closed'
    await this.#file.close()
  }

  /** Never rejects: what goes wrong is reported to `failed`. */
  async #commitAll(): Promise<void> {
    try {
      // The events at hand may append more: let them, before the first write.
      await new Promise(setImmediate)
      while (this.#pending.length > 0) {
        const { checkpoint } = this.#options
        if (checkpoint !== undefined && this.#end >= this.#checkpointAt) {
          await this.#replaceByCheckpoint(checkpoint())
        } else {
          await this.#writeBatch()
        }
      }
      this.#state = 'idle'
    } catch (error) {
      this.#state = 'failed'
      this.#options.failed(error instanceof Error ? error : new Error(String(error)))
    }
  }

  async #writeBatch(): Promise<void> {
    const records = this.#takeBatch()
    const recordBytes = records.reduce((sum, record) => sum + record.length, 0)
    const frame = encodeBatch(this.#mark, this.#number + 1, records, recordBytes)
    await this.#file.write(frame, this.#end)
    await this.#file.sync()
    this.#number += 1
    this.#end += frame.length
    this.#becameDurable(records.length, recordBytes)
  }

  #takeBatch(): Uint8Array[] {
    const all = this.#pending
    let count = 0
    for (let bytes = 0; count < all.length && bytes < maxBatchBytes; count += 1) {
      bytes += (all[count] as Uint8Array).length
    }
    this.#pending = all.slice(count)
    return count === all.length ? all : all.slice(0, count)
  }

  /**
   * Replaces the log by one that begins with a checkpoint. The checkpoint folds in the records that
   * still wait, for a record is applied before it is appended; so they become durable with it.
   */
  async #replaceByCheckpoint(checkpoint: Uint8Array): Promise<void> {
    const records = this.#pending.length
    const recordBytes = this.#pendingBytes
    this.#pending = []
    const position = this.#durable + records
    const { file, mark, end } = await createLog(this.#disk, this.#options, position, checkpoint)
    await this.#file.close()
    this.#file = file
    this.#mark = mark
    this.#number = 0
    this.#end = end
    this.#checkpointAt = this.#nextCheckpointAt(end)
    this.#becameDurable(records, recordBytes)
  }

  /** Where the file must end for the next checkpoint, if it now begins with one of `beginning` bytes. */
  #nextCheckpointAt(beginning: number): number {
    return Math.max(this.#options.checkpointBytes ?? usualCheckpointBytes, 2 * beginning)
  }

  #becameDurable(records: number, recordBytes: number): void {
    this.#durable += records
    this.#pendingBytes -= recordBytes
    this.#options.durable(this.#durable)
  }
}

/** Makes durable what was found: cuts off the interrupted write, and writes the last batch again. */
async function confirm(file: DiskFile, { number, start, end, torn }: RecoveredLog): Promise<void> {
  if (torn > 0) await file.truncate(end)
  if (number > 0) await file.write(await file.read(start, end - start), start)
  await file.sync()
}

/**
 * Creates the log of a directory, or replaces it in one step: whatever happens on the way, the
 * directory has the old log or the new one, whole.
 */
async function createLog(
  disk: Disk,
  options: WriteAheadLogOptions,
  position: LogPosition,
  checkpoint: Uint8Array | undefined,
): Promise<{ file: DiskFile; mark: number; end: number }> {
  const { directory, owner } = options
  const mark = randomInt(1, 2 ** 32)
  const { protocol, node } = owner
  const beginning = encodeBeginning({ protocol, node, mark, position, checkpoint })
  const file = await disk.open(join(directory, nextFileName), 'create')
  await file.write(beginning, 0)
  await file.sync()
  await disk.rename(join(directory, nextFileName), join(directory, fileName))
  await disk.syncDirectory(directory)
  return { file, mark, end: beginning.length }
}
