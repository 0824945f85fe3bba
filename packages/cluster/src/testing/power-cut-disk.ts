import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Disk, DiskFile } from '../storage/disk.ts'

class PowerCut extends Error {
  override readonly name = 'PowerCut'
}

/** What a disk writes in one piece: a power cut keeps all of it or nothing. */
const sectorBytes = 512

/** What the platters hold, apart from what the system shows while it runs. */
interface Platters {
  synced: Buffer
  /** Writes and truncations since the last sync, in order. */
  readonly unsynced: Change[]
}

type Change =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly size: number }

/**
 * A disk in a directory that can lose power: what was not synced is then lost in part, sector by
 * sector, and renames that were not made durable by `syncDirectory` may be undone.
 */
export class PowerCutDisk extends Disk {
  /** The operations after this many throw: the power is gone. */
  cutAfter = Number.POSITIVE_INFINITY
  operations = 0
  readonly #names = new Map<string, Platters>()
  #durableNames = new Map<string, Platters>()
  /** The names as they were after each change since the last `syncDirectory`. */
  #namesSince: Map<string, Platters>[] = []
  readonly #files: PowerCutFile[] = []
  readonly #directory: string

  constructor(directory: string) {
    super()
    this.#directory = directory
    for (const name of readdirSync(directory)) {
      const path = join(directory, name)
      this.#names.set(path, { synced: readFileSync(path), unsynced: [] })
    }
    this.#durableNames = new Map(this.#names)
  }

  step(): void {
    if (this.operations >= this.cutAfter) throw new PowerCut('the power is gone')
    this.operations += 1
  }

  override async open(path: string, how: 'existing' | 'create'): Promise<DiskFile> {
    this.step()
    const handle = await open(path, how === 'create' ? 'w+' : 'r+')
    let platters = this.#names.get(path)
    if (how === 'create') {
      platters = { synced: Buffer.alloc(0), unsynced: [] }
      this.#names.set(path, platters)
      this.#namesSince.push(new Map(this.#names))
    }
    if (platters === undefined) throw new Error(`${path} is not a file of this directory`)
    const file = new PowerCutFile(handle, this, platters)
    this.#files.push(file)
    return file
  }

  override async rename(from: string, to: string): Promise<void> {
    this.step()
    await super.rename(from, to)
    this.#names.set(to, this.#names.get(from) as Platters)
    this.#names.delete(from)
    this.#namesSince.push(new Map(this.#names))
  }

  override async remove(path: string): Promise<void> {
    this.step()
    await super.remove(path)
    this.#names.delete(path)
    this.#namesSince.push(new Map(this.#names))
  }

  override async syncDirectory(path: string): Promise<void> {
    this.step()
    await super.syncDirectory(path)
    this.#durableNames = new Map(this.#names)
    this.#namesSince = []
  }

  /**
   * What the next process finds after this one was killed, or gave up because of a failed sync: all
   * that was written shows, yet after a failed sync the system has dropped what it could not write.
   */
  async killed(syncFailed: boolean): Promise<void> {
    for (const file of this.#files) await file.abandon()
    this.#files.length = 0
    this.cutAfter = Number.POSITIVE_INFINITY
    this.operations = 0
    if (!syncFailed) return
    for (const platters of this.#names.values()) platters.unsynced.length = 0
  }

  /** Leaves in the directory what a machine finds there when the power is back. */
  async cutPower(random: () => number): Promise<void> {
    for (const file of this.#files) await file.abandon()
    const outcomes = [this.#durableNames, ...this.#namesSince]
    const kept = outcomes[Math.floor(random() * outcomes.length)] as Map<string, Platters>
    for (const name of readdirSync(this.#directory)) rmSync(join(this.#directory, name))
    for (const [path, platters] of kept) writeFileSync(path, afterPowerCut(platters, random))
  }
}

class PowerCutFile extends DiskFile {
  readonly #disk: PowerCutDisk
  readonly #platters: Platters
  #open = true

  constructor(handle: DiskFile['handle'], disk: PowerCutDisk, platters: Platters) {
    super(handle)
    this.#disk = disk
    this.#platters = platters
  }

  override async write(bytes: Uint8Array, position: number): Promise<void> {
    this.#disk.step()
    await super.write(bytes, position)
    this.#platters.unsynced.push({ kind: 'write', position, bytes: Buffer.from(bytes) })
  }

  override async truncate(size: number): Promise<void> {
    this.#disk.step()
    await super.truncate(size)
    this.#platters.unsynced.push({ kind: 'truncate', size })
  }

  override async sync(): Promise<void> {
    this.#disk.step()
    await super.sync()
    const { unsynced } = this.#platters
    this.#platters.synced = unsynced.reduce(applyAll, this.#platters.synced)
    unsynced.length = 0
  }

  override async close(): Promise<void> {
    this.#disk.step()
    await this.abandon()
  }

  async abandon(): Promise<void> {
    if (this.#open) await super.close()
    this.#open = false
  }
}

function applyAll(content: Buffer, change: Change): Buffer {
  if (change.kind === 'truncate') return resized(content, change.size)
  const end = change.position + change.bytes.length
  const next = resized(content, Math.max(content.length, end))
  change.bytes.copy(next, change.position)
  return next
}

/** The synced content, with some of the sectors of the unsynced writes, in no order. */
function afterPowerCut(platters: Platters, random: () => number): Buffer {
  let content = platters.synced
  for (const change of platters.unsynced) {
    if (change.kind === 'truncate') {
      if (random() < 0.5) content = resized(content, change.size)
      continue
    }
    const likelihood = [0, 0.5, 0.9, 1][Math.floor(random() * 4)] as number
    let at = 0
    while (at < change.bytes.length) {
      const start = change.position + at
      const length = Math.min(sectorBytes - (start % sectorBytes), change.bytes.length - at)
      if (random() < likelihood) {
        const bytes = change.bytes.subarray(at, at + length)
        content = applyAll(content, { kind: 'write', position: start, bytes })
      }
      at += length
    }
  }
  return content
}

function resized(content: Buffer, size: number): Buffer {
  const next = Buffer.alloc(size)
  content.copy(next)
  return next
}
