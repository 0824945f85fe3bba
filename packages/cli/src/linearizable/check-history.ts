import {
  checkLinearizability,
  type Datum,
  guessedFormat,
  guessedObject,
  HistoryError,
  type HistoryFormat,
  type LinearizabilityProgress,
  linearizabilityCheck,
  ModelError,
  type ModelledHistory,
  type ObjectKind,
  objectHistory,
  ownHistory,
  type RecordedHistory,
  readHistory,
} from '@quorate/core/checkers'
import { whole } from '@quorate/core/experiments'
import { UsageError } from '../exit-codes.ts'
import { ProgressLine } from '../progress-line.ts'
import { historyText } from './history-file.ts'
import type { HistoryReport, Outcome } from './history-report.ts'
import { Interrupted, interruptible } from './interruptible.ts'
import type { OwnModel } from './own-model.ts'

export interface CheckOptions {
  /** Undefined: as the file's functions tell. */
  readonly model: ObjectKind | { readonly path: string; readonly own: OwnModel } | undefined
  /** Undefined: as the file's content tells. */
  readonly format: HistoryFormat | undefined
  readonly initial: Datum | undefined
  /** Undefined: as the file tells. */
  readonly failedSwapCompared: boolean | undefined
  readonly maxStates: number
  readonly maxBytes: number
  readonly maxSeconds: number
}

/** What asks a check to end with what is known so far. A second one ends the process. */
const interruptions = ['SIGINT', 'SIGTERM'] as const

/**
 * Checks the history in a file.
 * @throws UsageError that names the file, and says what is wrong in it
 */
export async function checkHistoryFile(
  path: string,
  options: CheckOptions,
): Promise<HistoryReport> {
  const started = performance.now()
  const text = historyText(path)
  const file = path === '-' ? 'standard input' : path
  try {
    const format = options.format ?? guessedFormat(text)
    const recorded = readHistory(text, format)
    const model = options.model ?? guessedObject(recorded)
    const modelled = modelledHistory(model, recorded, options)
    const { outcome, parts, interrupted } = await decided(modelled, options, started)
    const restsOnFailedSwaps =
      outcome.verdict === 'violated' &&
      options.failedSwapCompared === undefined &&
      (modelled.failedSwaps ?? 0) > 0 &&
      isLinearizable(modelledHistory(model, recorded, { ...options, failedSwapCompared: false }))
    return {
      file,
      model: typeof model === 'string' ? model : model.path,
      isOwnModel: typeof model !== 'string',
      format,
      guessed: [
        ...(options.model === undefined ? (['model'] as const) : []),
        ...(options.format === undefined ? (['format'] as const) : []),
      ],
      initial: modelled.initial,
      isInitialGuessed: options.initial === undefined,
      restsOnFailedSwaps,
      recorded,
      modelled,
      parts,
      seconds: (performance.now() - started) / 1000,
      interrupted,
      outcome,
    }
  } catch (error) {
    if (error instanceof HistoryError) {
      throw new UsageError(`${file}: ${error.message}${formatHint(text, options.format)}`)
    }
    if (error instanceof ModelError && typeof options.model === 'object') {
      throw new UsageError(`--model ${options.model.path}: ${error.message}`)
    }
    throw error
  }
}

/** That a file looks like another format than it is said to have. */
function formatHint(text: string, format: HistoryFormat | undefined): string {
  if (format === undefined) return ''
  try {
    const guess = guessedFormat(text)
    return guess === format ? '' : `; it looks like ${guess}, not ${format}`
  } catch {
    return ''
  }
}

function modelledHistory(
  model: NonNullable<CheckOptions['model']>,
  recorded: RecordedHistory,
  { initial, failedSwapCompared }: CheckOptions,
): ModelledHistory<unknown, unknown> {
  if (typeof model === 'object') {
    return ownHistory(model.own, recorded) as ModelledHistory<unknown, unknown>
  }
  return objectHistory(model, recorded, {
    ...(initial === undefined ? {} : { initial }),
    ...(failedSwapCompared === undefined ? {} : { failedSwapCompared }),
  })
}

/** What a second look at a history may take, which no verdict waits for. */
const secondLook = { maxStates: 50_000, maxBytes: 2 ** 26 }

function isLinearizable({ history, model }: ModelledHistory<unknown, unknown>): boolean {
  return checkLinearizability(history, model, secondLook).verdict === 'linearizable'
}

/** Checks in slices, so that a limit of time and Ctrl-C end it. */
async function decided(
  { history, model }: ModelledHistory<unknown, unknown>,
  { model: chosen, maxStates, maxBytes, maxSeconds }: CheckOptions,
  started: number,
): Promise<{ readonly outcome: Outcome; readonly parts: number; readonly interrupted: boolean }> {
  const secondsNow = () => (performance.now() - started) / 1000
  const guarded = <T>(work: () => T): T =>
    typeof chosen === 'object' ? interruptible(work, 1000 * (maxSeconds - secondsNow())) : work()
  const check = linearizabilityCheck(history, model, { maxStates, maxBytes })
  const line = new ProgressLine()
  let parts = 0
  let interrupted = false
  let last: LinearizabilityProgress | undefined
  const interrupt = () => {
    interrupted = true
  }
  for (const signal of interruptions) process.once(signal, interrupt)
  try {
    parts = guarded(() => model.partition(history).length)
    for (;;) {
      const { done, value } = guarded(() => check.next())
      if (done) return { outcome: value, parts, interrupted: false }
      last = value
      const seconds = secondsNow()
      if (interrupted) return { outcome: unfinished(value, 'interrupted'), parts, interrupted }
      if (seconds > maxSeconds) {
        const reason = `the ${maxSeconds} seconds allowed are over, in ${value.part}`
        return { outcome: unfinished(value, reason), parts, interrupted }
      }
      line.show(() => liveLine(value, seconds))
      // Lets signals in.
      await new Promise(setImmediate)
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    const reason =
      error.by === 'signal'
        ? 'interrupted'
        : `the ${maxSeconds} seconds allowed are over, in the code of the model`
    return { outcome: unfinished(last, reason), parts, interrupted: error.by === 'signal' }
  } finally {
    line.clear()
    for (const signal of interruptions) process.removeListener(signal, interrupt)
  }
}

/** What is known when a check is given up. */
function unfinished(progress: LinearizabilityProgress | undefined, reason: string): Outcome {
  return progress?.isViolated
    ? { verdict: 'violated', states: progress.states, part: progress.part, unplaced: undefined }
    : { verdict: 'inconclusive', states: progress?.states ?? 0, reason }
}

function liveLine(
  { states, part, partsDone, parts, isViolated }: LinearizabilityProgress,
  seconds: number,
): string {
  const rate = `${whole(Math.round(states / seconds))} a second`
  const where = isViolated ? `${part} is violated: where?` : part
  return `${where}; ${partsDone} of ${parts} parts done, ${whole(states)} states, ${rate}`
}
