import {
  checkLinearizability,
  type Datum,
  guessedFormat,
  guessedObject,
  HistoryError,
  type HistoryFormat,
  type LinearizabilityLimits,
  linearizabilityCheck,
  type ModelledHistory,
  type ObjectKind,
  type OwnCommand,
  objectHistory,
  ownHistory,
  type RecordedHistory,
  readHistory,
  sequentialModel,
} from '@quorate/core/checkers'
import { UsageError } from '../exit-codes.ts'
import { ProgressLine } from '../progress-line.ts'
import { type Decided, interruptions, liveLine, type Patience, unfinished } from './decision.ts'
import { historyText } from './history-file.ts'
import type { HistoryReport } from './history-report.ts'
import { decidedInProcess } from './own-model-process.ts'

export interface CheckOptions {
  /** Undefined: as the file's functions tell. */
  readonly model: ObjectKind | { readonly path: string } | undefined
  /** Undefined: as the file's content tells. */
  readonly format: HistoryFormat | undefined
  readonly initial: Datum | undefined
  /** Undefined: as the file tells. */
  readonly failedSwapCompared: boolean | undefined
  readonly maxStates: number
  readonly maxBytes: number
  readonly maxSeconds: number
}

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
    const line = new ProgressLine()
    const patience: Patience = {
      maxSeconds: options.maxSeconds,
      secondsNow: () => (performance.now() - started) / 1000,
      show: (text) => line.show(text),
    }
    const { maxStates, maxBytes } = options
    const limits = { maxStates, maxBytes }
    const { outcome, parts, interrupted } = await (typeof model === 'string'
      ? decided(modelled, limits, patience)
      : decidedInProcess(
          modelled.history,
          { modelPath: model.path, text, format, ...limits, maxSeconds: options.maxSeconds },
          patience,
        )
    ).finally(() => line.clear())
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
      origins: modelled.recorded,
      parts,
      seconds: (performance.now() - started) / 1000,
      interrupted,
      outcome,
    }
  } catch (error) {
    if (error instanceof HistoryError) {
      throw new UsageError(`${file}: ${error.message}${formatHint(text, options.format)}`)
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

/** Stands for a model that another process has. */
const unused = sequentialModel<null, OwnCommand, unknown>({ initial: null, step: () => null })

function modelledHistory(
  model: NonNullable<CheckOptions['model']>,
  recorded: RecordedHistory,
  { initial, failedSwapCompared }: CheckOptions,
): ModelledHistory<unknown, unknown> {
  if (typeof model === 'object') {
    return ownHistory(unused, recorded) as ModelledHistory<unknown, unknown>
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
  limits: LinearizabilityLimits,
  { maxSeconds, secondsNow, show }: Patience,
): Promise<Decided> {
  const check = linearizabilityCheck(history, model, limits)
  const parts = model.partition(history)
  let interrupted = false
  const interrupt = () => {
    interrupted = true
  }
  for (const signal of interruptions) process.once(signal, interrupt)
  try {
    for (;;) {
      const { done, value } = check.next()
      if (done) return { outcome: value, parts, interrupted: false }
      const seconds = secondsNow()
      if (interrupted) return { outcome: unfinished(value, 'interrupted'), parts, interrupted }
      if (seconds > maxSeconds) {
        const reason = `the ${maxSeconds} seconds allowed are over, in ${value.part}`
        return { outcome: unfinished(value, reason), parts, interrupted }
      }
      show(() => liveLine(value, seconds))
      // Lets signals in.
      await new Promise(setImmediate)
    }
  } finally {
    for (const signal of interruptions) process.removeListener(signal, interrupt)
  }
}
