import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A running process uses the data directory. */
export class DirectoryInUseError extends Error {
  override readonly name = 'DirectoryInUseError'
}

const fileName = 'lock'

/**
 * Keeps a data directory to one process. The lock is a file that names its holder; it is stale, and
 * taken over, once that process is gone. A process is told from a later one with the same number by
 * when it started, where the system says so (Linux).
 */
export class DirectoryLock {
  readonly #path: string
  readonly #content: string

  /** @throws DirectoryInUseError */
  static acquire(directory: string): DirectoryLock {
    const path = join(directory, fileName)
    const content = `${process.pid} ${statusOf(process.pid)?.start ?? 'unknown'}\n`
    const draft = `${path}.${process.pid}`
    // A link appears with its content, or not at all; a file would be empty at first.
    writeFileSync(draft, content)
    try {
      while (!tryLink(draft, path)) breakStaleLock(path, directory)
    } finally {
      unlinkSync(draft)
    }
    return new DirectoryLock(path, content)
  }

  private constructor(path: string, content: string) {
    this.#path = path
    this.#content = content
  }

  release(): void {
    if (readIfThere(this.#path) === this.#content) rmSync(this.#path)
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes the lock if its holder is gone. */
function breakStaleLock(path: string, directory: string): void {
  const held = readIfThere(path)
  if (held === undefined) return
  const holder = holderOf(held)
  if (holder !== undefined && isRunning(holder)) {
    throw new DirectoryInUseError(
      `${directory} is in use by process ${holder.pid}: stop it, or give this node a directory of its own`,
    )
  }
  // Two processes may both find the lock stale; only what was judged stale may be removed.
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (readIfThere(aside) !== held) tryLink(aside, path)
  rmSync(aside, { force: true })
}

interface Holder {
  readonly pid: number
  readonly start: string
}

/** Undefined for what no process has written, such as a file that a power cut left empty. */
function holderOf(content: string): Holder | undefined {
  const match = /^(\d+) (\S+)\n$/.exec(content)
  return match ? { pid: Number(match[1]), start: match[2] as string } : undefined
}

function isRunning({ pid, start }: Holder): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = statusOf(pid)
  if (now === undefined) return true
  // A zombie ('Z') has ended; only its parent has not looked yet.
  return now.state !== 'Z' && (start === 'unknown' || now.start === start)
}

/** Where the system tells: the state of a process, and when it started (the boot, and the clock ticks since). */
function statusOf(pid: number): { state: string; start: string } | undefined {
  const status = readIfThere(`/proc/${pid}/stat`)
  const boot = readIfThere('/proc/sys/kernel/random/boot_id')
  if (status === undefined || boot === undefined) return undefined
  // The second field is the program's name in parentheses, which may hold spaces; fields 3 and 22 count.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
  return { state: String(fields[0]), start: `${boot.trim()}:${fields[19]}` }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}
