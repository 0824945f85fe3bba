import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import {
  type ExplorationResult,
  type ExploredSubject,
  FingerprintTable,
  optionsOfSubject,
  type SearchProgress,
  type Tally,
  tallied,
} from '@quorate/core/explorer'
import { threadArguments } from '../thread-arguments.ts'
import type { ThreadTask } from './depth-first-thread.ts'
import { limited, type SearchLimits } from './search-limits.ts'
import { SharedWork } from './shared-work.ts'

export interface ThreadedSearch {
  readonly threads: number
  /** The table of states may take so many bytes; the search ends, inconclusive, when it needs more. */
  readonly maximumBytes?: number
  /** The table begins with so many slots, a power of two, and grows. */
  readonly initialSlots?: number
  /** Called a few times a second. */
  onProgress?(progress: SearchProgress): void
  /** Ends the search early, with what was seen so far. */
  readonly signal?: AbortSignal
  /** Bounds of the search beside those of the world. */
  readonly limits?: SearchLimits
}

const usualSlots = 1 << 20
const fewestSlots = 512
const usualMaximumBytes = 2 ** 32
/** A table of two thousand million slots: no search here gets so far. */
const mostBytes = 2 ** 34
const progressMs = 200

/**
 * Explores depth first in several threads, which share the table of the states seen. Unique states,
 * generated states, completeness and verdict are those of one thread.
 *
 * @param subject plain data: functions do not cross threads
 * @throws RangeError for a subject that there is not; and what a thread throws
 */
export async function exploreInThreads(
  subject: ExploredSubject,
  {
    threads,
    maximumBytes = usualMaximumBytes,
    initialSlots = usualSlots,
    onProgress,
    signal,
    limits = {},
  }: ThreadedSearch,
): Promise<ExplorationResult> {
  const options = limited(optionsOfSubject(subject), limits)
  const depthLimit = options.bounds?.depth ?? Number.POSITIVE_INFINITY
  const slots = slotsWithin(maximumBytes, initialSlots, depthLimit)
  const bytes = FingerprintTable.bytesFor(slots, depthLimit)
  const most = Math.min(mostBytes, Math.max(bytes, maximumBytes))
  const memory = SharedWork.create(threads, slots, bytes, most)
  const work = new SharedWork(memory)
  const stop = () => work.stop()
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  const ticking = setInterval(() => onProgress?.(work.progress()), progressMs)
  const file = new URL(
    `./depth-first-thread${extname(new URL(import.meta.url).pathname)}`,
    import.meta.url,
  )
  const workers = Array.from(
    { length: threads },
    () => new Worker(file, { execArgv: threadArguments() }),
  )
  try {
    const tallies = await Promise.all(
      workers.map((worker, thread) => tallyOf(worker, { thread, subject, limits, memory })),
    )
    const seen = work.anyOffered
      ? tallies.map((tally) => ({ ...tally, exhausted: false }))
      : tallies
    const states = tallies.reduce((sum, { uniqueStates }) => sum + uniqueStates, 0)
    const result = tallied(options, seen, new FingerprintTable(depthLimit).certainty(states))
    return work.isFull && !result.complete ? { ...result, endedBy: 'memory' } : result
  } finally {
    work.stop()
    clearInterval(ticking)
    signal?.removeEventListener('abort', stop)
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** So many slots, or as many as there is memory for. */
function slotsWithin(bytes: number, wanted: number, depthLimit: number): number {
  let slots = wanted
  while (slots > fewestSlots && FingerprintTable.bytesFor(slots, depthLimit) > bytes) slots /= 2
  return slots
}

function tallyOf(worker: Worker, task: ThreadTask): Promise<Tally> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) =>
      reject(new Error(`thread ${task.thread} ended with code ${code}`)),
    )
    worker.postMessage(task)
  })
}
