import {
  appendFileSync,
  closeSync,
  fdatasync,
  fdatasyncSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { ScenarioError, type SweepPlan } from '@quorate/core/experiments'
import { UsageError } from '../exit-codes.ts'
import { plainReason } from '../scenario-file.ts'
import { type Result, resultFrom } from './task.ts'

const schema = 'quorate.sweep-results/1'
/** How long a line may be on its way to the disk; the end of the process alone loses none. */
const syncMillis = 500
const readAtOnce = 1 << 20

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
  readonly #header: string
  readonly #end: Content['end']
  #file: number | undefined
  #timer: NodeJS.Timeout | undefined
  #sync: Promise<void> | undefined
  #dirty = false
  #failure: UsageError | undefined

  /**
   * @param version of the program: results of another one are not mixed with its own
   * @throws UsageError if the file holds something else, or cannot be read; it is left as it is
   */
  constructor(path: string, plan: SweepPlan, version: string) {
    this.path = path
    const header = `${JSON.stringify({ schema, version, hash: plan.hash, sweep: plan.sweep })}\n`
    this.#header = header
    const { earlier, end } = contentOf(path, header, plan, version)
    this.earlier = earlier
    this.#end = end
  }

  /**
   * Makes it ready to be written to, if it is not. Until then it may be one that can only be read.
   * @throws UsageError if it cannot be written
   */
  begin(): number {
    if (this.#file !== undefined) return this.#file
    const { path } = this
    // A header that is torn has nothing behind it.
    if (this.#end === 'torn header') attempted(path, 'write', () => truncateSync(path))
    // Always at the end, wherever that is by now: somebody else may be at work on the same file.
    this.#file = attempted(path, 'write', () => openSync(path, 'a'))
    if (this.#end === 'torn line') this.#write('\n')
    else if (this.#end !== 'whole line') this.#write(this.#header)
    return this.#file
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
    const file = this.#file
    if (file === undefined) return
    attempted(this.path, 'write', () => fdatasyncSync(file))
    closeSync(file)
  }

  async #synced(): Promise<void> {
    this.#dirty = false
    try {
      await promisify(fdatasync)(this.begin())
    } catch (error) {
      this.#failure = new UsageError(`cannot write '${this.path}': ${plainReason(error)}`)
      throw this.#failure
    } finally {
      this.#sync = undefined
    }
  }

  #write(text: string): void {
    const file = this.begin()
    attempted(this.path, 'write', () => appendFileSync(file, text))
    this.#dirty = true
  }
}

interface Content {
  readonly earlier: readonly Kept[]
  readonly end: 'nothing' | 'torn header' | 'torn line' | 'whole line'
}

function contentOf(path: string, header: string, plan: SweepPlan, version: string): Content {
  const there = attempted(path, 'read', () => statSync(path, { throwIfNoEntry: false }))
  if (there && !there.isFile())
    throw new UsageError(`cannot keep results in '${path}': it is no ordinary file`)
  const earlier: Kept[] = []
  let end: Content['end'] = 'nothing'
  let number = 0
  for (const line of there ? linesOf(path) : []) {
    number++
    const whole = line.endsWith('\n')
    if (number === 1 && !whole && header.startsWith(line)) return { earlier, end: 'torn header' }
    const data = dataIn(line)
    // Two commands that began the file at once have both written a header.
    if (number === 1 || data?.schema !== undefined) checkHeader(path, data, plan, version)
    else if (data) earlier.push(keptFrom(data, plan, `${path}, line ${number}`))
    end = whole ? 'whole line' : 'torn line'
  }
  return { earlier, end }
}

/** Each with its line break, but for a torn last one; also of a file that is larger than a string may be. */
function* linesOf(path: string): Generator<string> {
  const file = attempted(path, 'read', () => openSync(path, 'r'))
  try {
    const decoder = new TextDecoder()
    const bytes = new Uint8Array(readAtOnce)
    const read = () => attempted(path, 'read', () => readSync(file, bytes))
    let rest = ''
    for (let length = read(); length > 0; length = read()) {
      const text = rest + decoder.decode(bytes.subarray(0, length), { stream: true })
      const lines = text.split(/(?<=\n)/)
      rest = text.endsWith('\n') ? '' : (lines.pop() ?? '')
      yield* lines
    }
    if (rest !== '') yield rest
  } finally {
    closeSync(file)
  }
}

type Data = { readonly [name: string]: unknown }

function checkHeader(path: string, data: Data | undefined, plan: SweepPlan, version: string): void {
  const another = 'name another file with --results'
  if (data?.schema !== schema)
    throw new UsageError(`${path} holds no results of a sweep: ${another}`)
  if (data.hash !== plan.hash)
    throw new UsageError(
      `${path} belongs to another sweep (${String(data.hash)}, not ${plan.hash}): ${another}`,
    )
  if (data.version !== version)
    throw new UsageError(
      `${path} was begun by quorate ${String(data.version)}, and this is ${version}: ${another}`,
    )
}

function keptFrom(data: Data, plan: SweepPlan, place: string): Kept {
  try {
    const result = resultFrom(data)
    checkBelongs(result, plan)
    return result
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    throw new UsageError(`${place}: ${error.message}`)
  }
}

/** @throws ScenarioError if it is a result of some other sweep */
export function checkBelongs({ kind, row }: Kept, plan: SweepPlan): void {
  const seedFits = kind === 'shrink' || row.seed === plan.seedOf(row.run)
  if (row.run >= plan.runs || !seedFits)
    throw new ScenarioError(`there is no such run ${row.run} in this sweep`)
}

/** Undefined for what is no JSON, or empty. */
function dataIn(line: string): Data | undefined {
  try {
    const data: unknown = JSON.parse(line)
    return typeof data === 'object' && data !== null ? (data as Data) : {}
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
