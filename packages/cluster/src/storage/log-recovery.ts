import { DecodeError, type LogPosition, type NodeId } from '@quorate/core/model'
import type { DiskFile } from './disk.ts'
import {
  decodeBatch,
  decodeHead,
  decodePreface,
  type Frame,
  type FrameHead,
  firstFrame,
  frameHeadBytes,
  isIntact,
  isMagic,
  LogDamageError,
} from './log-format.ts'

/** Whose log it must be, and who takes what is in it. */
export interface LogOwner {
  readonly protocol: string
  readonly node: NodeId
  /** Comes first, if the log begins with a checkpoint: the encoded durable fields. */
  restore(checkpoint: Uint8Array): void
  /** Then each record in order, in bytes that stay as they are for ever. */
  replay(record: Uint8Array): void
}

/** Where a log stands after its contents were read. */
export interface RecoveredLog {
  readonly mark: number
  /** Where the batches begin: after the preface and its checkpoint. */
  readonly beginning: number
  /** The number of the last intact frame, and where it starts and ends. */
  readonly number: number
  readonly start: number
  readonly end: number
  /** How many records the log and its checkpoint stand for. */
  readonly position: LogPosition
  /** Bytes of the interrupted write after `end`, which was never confirmed; most often 0. */
  readonly torn: number
}

/** Bytes read from the file at once; a longer frame is read in one piece. */
const chunkBytes = 1 << 20
/** How far ahead the number of a later batch may be, for the mark in front of it to be no accident. */
const maxLaterBatches = 1 << 16

/**
 * Reads a log from its beginning and hands its contents to the owner.
 * @throws LogDamageError if the log is not the owner's, or damaged anywhere but in its last write
 */
export async function recoverLog(
  file: DiskFile,
  path: string,
  owner: LogOwner,
): Promise<RecoveredLog> {
  const frames = new FrameReader(file, await file.size())
  if (!isMagic(await file.read(0, firstFrame))) {
    throw new LogDamageError(`${path} is not a log of this version: it must begin with QUORATE 1`)
  }
  const preface = readPreface(path, await frames.at(firstFrame), owner)
  if (preface.checkpoint !== undefined) owner.restore(preface.checkpoint)

  let { position } = preface
  let number = 0
  let start = firstFrame
  const beginning = frames.end
  let end = beginning
  for (;;) {
    const frame = await frames.at(end)
    if (frame?.mark !== preface.mark || frame.number !== number + 1 || !isIntact(frame)) break
    const records = decodeBatch(frame.payload)
    if (records === undefined) throw damage(path, end, number + 1, 'its lengths do not add up')
    for (const record of records) owner.replay(record)
    position += records.length
    number += 1
    start = end
    end = frames.end
  }
  const later = await findLaterHead(frames, preface.mark, end, number + 1)
  if (later !== undefined) {
    throw damage(path, end, number + 1, `yet batch ${later.number} follows at byte ${later.start}`)
  }
  return { mark: preface.mark, beginning, number, start, end, position, torn: frames.size - end }
}

function readPreface(path: string, frame: Frame | undefined, owner: LogOwner) {
  if (frame === undefined || frame.number !== 0 || !isIntact(frame)) {
    throw damage(path, firstFrame, 0, 'which says whose log this is')
  }
  try {
    const preface = decodePreface(frame.payload)
    if (preface.mark !== frame.mark) throw new DecodeError('the mark is not that of the frame')
    if (preface.protocol !== owner.protocol || preface.node !== owner.node) {
      throw new LogDamageError(
        `${path} belongs to node ${preface.node} of ${preface.protocol}, not to node ${owner.node} of ${owner.protocol}: give each node a data directory of its own`,
      )
    }
    return preface
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw damage(path, firstFrame, 0, error.message)
  }
}

function damage(path: string, byte: number, number: number, why: string): LogDamageError {
  return new LogDamageError(
    `${path} is damaged at byte ${byte} (batch ${number}), ${why}: this is no interrupted write, so records that were durable are lost; replace this node by a new one, or restore the file from a copy made while the node was stopped`,
  )
}

/**
 * The head of a batch after the damaged one, which starts at `from`. The bytes before it are torn or
 * damaged, so nothing but the mark tells where it may start.
 */
async function findLaterHead(
  frames: FrameReader,
  mark: number,
  from: number,
  damaged: number,
): Promise<{ number: number; start: number } | undefined> {
  const pattern = Buffer.alloc(4)
  pattern.writeUInt32LE(mark)
  let start = from + 1
  while (start < frames.size) {
    const chunk = Buffer.from(await frames.bytes(start, chunkBytes))
    const found = chunk.indexOf(pattern)
    if (found === -1) {
      // The mark may straddle the end of the chunk.
      start += Math.max(1, chunk.length - 3)
      continue
    }
    start += found
    const head = await frames.headAt(start)
    if (head && head.number > damaged && head.number <= damaged + maxLaterBatches) {
      return { number: head.number, start }
    }
    start += 1
  }
  return undefined
}

/** Reads frames at given places, a chunk of the file at a time. */
class FrameReader {
  readonly #file: DiskFile
  readonly size: number
  #chunk: Uint8Array = new Uint8Array(0)
  #chunkStart = 0
  /** Where the frame read last ends. */
  end = 0

  constructor(file: DiskFile, size: number) {
    this.#file = file
    this.size = size
  }

  /** Up to `length` bytes, as a view of a chunk that is never reused. */
  async bytes(start: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.size - start))
    const within = start - this.#chunkStart
    if (within < 0 || within + wanted > this.#chunk.length) {
      this.#chunk = await this.#file.read(
        start,
        Math.min(Math.max(wanted, chunkBytes), this.size - start),
      )
      this.#chunkStart = start
      return this.#chunk.subarray(0, wanted)
    }
    return this.#chunk.subarray(within, within + wanted)
  }

  async headAt(start: number): Promise<FrameHead | undefined> {
    const bytes = await this.bytes(start, frameHeadBytes)
    return bytes.length < frameHeadBytes ? undefined : decodeHead(bytes)
  }

  /** The frame that starts here; undefined where the file ends too early for what its head says. */
  async at(start: number): Promise<Frame | undefined> {
    const head = await this.headAt(start)
    if (head === undefined || head.length > this.size - start - frameHeadBytes) return undefined
    const payload = await this.bytes(start + frameHeadBytes, head.length)
    this.end = start + frameHeadBytes + head.length
    return { ...head, payload }
  }
}
