import { createContext, Script } from 'node:vm'
import {
  HistoryError,
  type HistoryFormat,
  type LinearizabilityProgress,
  linearizabilityCheck,
  ModelError,
  ownHistory,
  readHistory,
} from '@quorate/core/checkers'
import { UsageError } from '../exit-codes.ts'
import { type NumberedPart, type NumberedVerdict, numbered } from './numbered-verdict.ts'
import { type OwnModel, ownModel } from './own-model.ts'

/** What a process is to check. */
export interface OwnModelTask {
  readonly modelPath: string
  readonly text: string
  readonly format: HistoryFormat
  readonly maxStates: number
  readonly maxBytes: number
  readonly maxSeconds: number
}

/** What it says. */
export type OwnModelAnswer =
  | { readonly kind: 'progress'; readonly progress: LinearizabilityProgress }
  | {
      readonly kind: 'decided'
      readonly verdict: NumberedVerdict
      readonly parts: readonly NumberedPart[]
    }
  /** Wrong use: in one line, what is wrong. */
  | { readonly kind: 'refused'; readonly what: string }
  | { readonly kind: 'failed'; readonly what: string }

function answer(message: OwnModelAnswer, whenSent?: () => void): void {
  process.send?.(message, undefined, undefined, whenSent)
}

function check(
  model: OwnModel,
  { text, format, maxStates, maxBytes }: OwnModelTask,
): OwnModelAnswer {
  const { history } = ownHistory(model, readHistory(text, format))
  const parts = model.partition(history)
  const work = linearizabilityCheck(history, model, { maxStates, maxBytes })
  for (;;) {
    const { done, value } = work.next()
    if (done) return { kind: 'decided', ...numbered(value, parts, history) }
    answer({ kind: 'progress', progress: value })
  }
}

/** Beyond the time that the parent gives: should it be gone, nobody else would end a step that never ends. */
const graceSeconds = 10

function checkInTime(model: OwnModel, task: OwnModelTask): OwnModelAnswer {
  const timeout = Math.min(Math.ceil(1000 * (task.maxSeconds + graceSeconds)), 0x7fffffff)
  const context = createContext({ check: () => check(model, task) })
  return new Script('check()').runInContext(context, { timeout })
}

async function answerOf(task: OwnModelTask): Promise<OwnModelAnswer> {
  const { modelPath } = task
  try {
    return checkInTime(await ownModel(modelPath), task)
  } catch (error) {
    if (error instanceof ModelError) {
      return { kind: 'refused', what: `--model ${modelPath}: ${error.message}` }
    }
    if (error instanceof UsageError || error instanceof HistoryError) {
      return { kind: 'refused', what: error.message }
    }
    return { kind: 'failed', what: String(error instanceof Error ? error.stack : error) }
  }
}

// Ctrl-C reaches all processes of the terminal; what it means is the parent's to say.
process.on('SIGINT', () => undefined)
process.on('message', (task: OwnModelTask) => {
  void answerOf(task).then((last) => answer(last, () => process.disconnect?.()))
})
