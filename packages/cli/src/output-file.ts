import { randomUUID } from 'node:crypto'
import {
  closeSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { UsageError } from './exit-codes.ts'
import { plainReason } from './scenario-file.ts'

/**
 * A file that is written at the end of a command, whole or not at all: under another name first.
 * That it can be written is known at the beginning.
 */
export class OutputFile {
  readonly #path: string
  /** Where it is written first; undefined for what is no regular file, such as /dev/stdout. */
  readonly #temporary: string | undefined

  /** @throws UsageError if the file cannot be written */
  constructor(path: string) {
    try {
      const target = existing(path)
      if (target?.isFolder) throw new UsageError(`cannot write '${path}': it is a folder`)
      this.#path = target?.path ?? path
      this.#temporary =
        target === undefined || target.isFile ? `${this.#path}.${randomUUID()}.part` : undefined
      closeSync(openSync(this.#temporary ?? this.#path, this.#temporary ? 'wx' : 'w'))
    } catch (error) {
      if (error instanceof UsageError) throw error
      throw new UsageError(`cannot write '${path}': ${plainReason(error)}`)
    }
  }

  /** @throws UsageError if the disk is full, or the file was taken away meanwhile */
  write(bytes: Uint8Array): void {
    try {
      writeFileSync(this.#temporary ?? this.#path, bytes)
      if (this.#temporary !== undefined) renameSync(this.#temporary, this.#path)
    } catch (error) {
      throw new UsageError(`cannot write '${this.#path}': ${plainReason(error)}`)
    }
  }

  /** Takes away what was begun and not finished. */
  discard(): void {
    if (this.#temporary !== undefined) rmSync(this.#temporary, { force: true })
  }
}

/** What is at a path, where its links lead; undefined if there is nothing. */
function existing(path: string): { path: string; isFile: boolean; isFolder: boolean } | undefined {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return undefined
  return { path: realpathSync(path), isFile: status.isFile(), isFolder: status.isDirectory() }
}
