import { type FileHandle, open, rename, rm } from 'node:fs/promises'

/**
 * What the log asks of the file system, one promise an operation. The tests extend it to count, to
 * delay, to fail and to cut the power; below them the files are real.
 */
export class Disk {
  /** Opens a file for reading and writing; `create` makes it, or empties it. */
  async open(path: string, how: 'existing' | 'create'): Promise<DiskFile> {
    return new DiskFile(await open(path, how === 'create' ? 'w+' : 'r+'))
  }

  async rename(from: string, to: string): Promise<void> {
    await rename(from, to)
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true })
  }

  /** Makes creations and renames in a directory durable: syncing a file does not sync its name. */
  async syncDirectory(path: string): Promise<void> {
    const directory = await open(path, 'r')
    try {
      await directory.sync()
    } finally {
      await directory.close()
    }
  }
}

/** An open file. Every method either does all that it says or throws. */
export class DiskFile {
  readonly handle: FileHandle

  constructor(handle: FileHandle) {
    this.handle = handle
  }

  async size(): Promise<number> {
    return (await this.handle.stat()).size
  }

  /** Reads `length` bytes into a buffer of their own; fewer where the file ends. */
  async read(position: number, length: number): Promise<Uint8Array> {
    const buffer = Buffer.allocUnsafeSlow(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await this.handle.read(
        buffer,
        filled,
        length - filled,
        position + filled,
      )
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return buffer.subarray(0, filled)
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    let written = 0
    while (written < bytes.length) {
      const { bytesWritten } = await this.handle.write(
        bytes,
        written,
        bytes.length - written,
        position + written,
      )
      written += bytesWritten
    }
  }

  /** Returns once all that was written, and the file's length, would survive a loss of power. */
  async sync(): Promise<void> {
    await this.handle.datasync()
  }

  async truncate(size: number): Promise<void> {
    await this.handle.truncate(size)
  }

  async close(): Promise<void> {
    await this.handle.close()
  }
}
