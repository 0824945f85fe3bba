import {
  appendFileSync,
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  openSync,
  readFileSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { ScenarioError, type SweepPlan } from '@quorate/core/experiments'
import { UsageError } from '../exit-codes.ts'
import { plainReason } from '../scenario-file.ts'
import { type Result, resultFrom } from './task.ts'

const schema = 'quorate.sweep-results/1'
/** How long a line may be on its way to the disk; the end of the process alone loses none. */
const syncMillis = 500

/** What is kept of a sweep. */
type Kept = Exclude<Result, { kind: 'crashed' }>

/**
 * The results of a sweep: a line of JSON for the sweep itself, then one for each result, appended as
 * they come. Opened again, it goes on where it ended. Nothing in it is ever changed or taken away, so
 * that two commands that use it at once do the same work twice, and no harm; a line that a power cut
 * has torn is no JSON, and counts for nothing.
 */
export class ResultsFile {
  readonly path: string
  /** What was in it when it was opened. */
  readonly earlier: readonly Kept[]
  readonly #file: number
  #timer: NodeJS.Timeout | undefined
  #sync: Promise<void> | undefined
  #dirty = false
  #failure: UsageError | undefined

  /**
   * @param version of the program: results of another one are not mixed with its own
   * @throws UsageError if the file holds something else, or cannot be read and written; it is left as it is
   */
  constructor(path: string, plan: SweepPlan, version: string) {
    this.path = path
    const header = `${JSON.stringify({ schema, version, hash: plan.hash, sweep: plan.sweep })}\n`
    const text = existsSync(path) ? attempted(path, 'read', () => readFileSync(path, 'utf8')) : ''
    const begun = !header.startsWith(text) || text === header
    this.earlier = begun ? parsed(path, text, plan, version) : []
    this.#file = attempted(path, 'write', () => openSync(path, begun ? 'a' : 'w'))
    if (!begun) this.#write(header)
    else if (!text.endsWith('\n')) this.#write('\n')
  }

  /** @throws UsageError if the disk is full */
  append(results: readonly Kept[]): void {
    if (this.#failure !== undefined) throw this.#failure
    if (results.length === 0) return
    this.#write(results.map((result) => `${JSON.stringify(result)}\n`).join(''))
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      // What goes wrong here is thrown by the next call.
      this.durable().catch(() => {})
    }, syncMillis)
  }

  /** Resolved once all that was appended is on the disk. */
  async durable(): Promise<void> {
    while (this.#dirty || this.#sync) {
      this.#sync ??= this.#synced()
      await this.#sync
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    attempted(this.path, 'write', () => fdatasyncSync(this.#file))
    closeSync(this.#file)
  }

  async #synced(): Promise<void> {
    this.#dirty = false
    try {
      await promisify(fdatasync)(this.#file)
    } catch (error) {
      this.#failure = new UsageError(`cannot write '${this.path}': ${plainReason(error)}`)
      throw this.#failure
    } finally {
      this.#sync = undefined
    }
  }

  #write(text: string): void {
    attempted(this.path, 'write', () => appendFileSync(this.#file, text))
    this.#dirty = true
  }
}

function parsed(path: string, text: string, plan: SweepPlan, version: string): Kept[] {
  const [first = '', ...lines] = text.split('\n')
  const header = dataIn(first)
  if (header?.schema !== schema)
    throw new UsageError(`${path} holds no results of a sweep: name another file with --results`)
  if (header.hash !== plan.hash)
    throw new UsageError(
      `${path} belongs to another sweep (${String(header.hash)}, not ${plan.hash}): name another file with --results`,
    )
  if (header.version !== version)
    throw new UsageError(
      `${path} was begun by quorate ${String(header.version)}, and this is ${version}: name another file with --results`,
    )
  return lines.flatMap((line, i) => {
    const data = dataIn(line)
    if (data === undefined) return []
    try {
      const result = resultFrom(data)
      checkBelongs(result, plan)
      return [result]
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error
      throw new UsageError(`${path}, line ${i + 2}: ${error.message}`)
    }
  })
}

/** @throws ScenarioError if it is a result of some other sweep */
export function checkBelongs({ kind, row }: Kept, plan: SweepPlan): void {
  const seedFits = kind === 'shrink' || row.seed === plan.seedOf(row.run)
  if (row.run >= plan.runs || !seedFits)
    throw new ScenarioError(`there is no such run ${row.run} in this sweep`)
}

/** Undefined for what is no JSON, or empty. */
function dataIn(line: string): { readonly [name: string]: unknown } | undefined {
  try {
    const data: unknown = JSON.parse(line)
    return typeof data === 'object' && data !== null ? (data as { [name: string]: unknown }) : {}
  } catch {
    return undefined
  }
}

function attempted<T>(path: string, what: 'read' | 'write', act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw new UsageError(`cannot ${what} '${path}': ${plainReason(error)}`)
  }
}
