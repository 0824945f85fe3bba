import type {
  Datum,
  HistoryFormat,
  HistoryPart,
  LinearizabilityVerdict,
  RecordedHistory,
  RecordedOperation,
} from '@quorate/core/checkers'
import { datumText, oddsOfCollision, pairOf } from '@quorate/core/checkers'

export type Verdict = 'linearizable' | 'violated' | 'inconclusive'

/** What was found of one file. */
export interface HistoryReport {
  readonly file: string
  readonly model: string
  readonly isOwnModel: boolean
  readonly format: HistoryFormat
  /** Which of these two the file's content told. */
  readonly guessed: readonly ('model' | 'format')[]
  /** What the object held at first; undefined: a model of one's own knows. */
  readonly initial: string | undefined
  readonly isInitialGuessed: boolean
  /** There would be an order if nothing followed from swaps that failed. */
  readonly restsOnFailedSwaps: boolean
  readonly recorded: RecordedHistory
  /** The operations of the file that commands come from. */
  readonly origins: ReadonlyMap<unknown, RecordedOperation>
  /** None if the check was given up before they were known. */
  readonly parts: readonly HistoryPart<unknown, unknown>[]
  readonly seconds: number
  /** Ctrl-C came before the verdict. */
  readonly interrupted: boolean
  readonly outcome: Outcome
}

export type Outcome =
  | LinearizabilityVerdict<unknown, unknown>
  /** There is no order, but time was over before it was known where it fails. */
  | {
      readonly verdict: 'violated'
      readonly states: number
      readonly part: string
      readonly unplaced: undefined
    }

type Violated = Extract<Outcome, { verdict: 'violated' }>
/** A violation of which it is known where it is. */
export type Located = Exclude<Violated, { unplaced: undefined }>

/** The operation of the file that a command comes from. */
export function recordedOf(
  { origins }: HistoryReport,
  { command }: { readonly command: unknown },
): RecordedOperation {
  return origins.get(command) as RecordedOperation
}

/** An operation in words: `read → 3`, `cas [1 2] failed`, `put "a" "x" ?`. */
export function operationText(operation: RecordedOperation): string {
  return `${callText(operation)}${answerText(operation)}`
}

/** How it was called: `put "a" "x"`. */
function callText({ f, key, value }: RecordedOperation): string {
  const parts = [f]
  if (key !== undefined) parts.push(datumText(key))
  if (value !== null && !isRead(f)) parts.push(datumText(value))
  return parts.join(' ')
}

function answerText({ f, outcome, value, result }: RecordedOperation): string {
  if (outcome === 'info') return ' ?'
  if (outcome === 'fail') return ' failed'
  if (isRead(f)) return ` → ${datumText(result)}`
  return result === null || datumText(result) === datumText(value) ? '' : ` → ${datumText(result)}`
}

/** Whose value, when called, is but a place for the answer. */
function isRead(f: string): boolean {
  return /^(r|read|get)$/.test(f)
}

/** A part in a sentence: `the register`, `key "a"`. */
export function partName(part: string): string {
  return part === 'register' || part === 'history' ? `the ${part}` : part
}

/** What may be meant otherwise than it was taken: which option says so. */
export function doubtsOf(report: HistoryReport): readonly string[] {
  const { outcome, restsOnFailedSwaps } = report
  if (outcome.verdict !== 'violated') return []
  const value = outcome.unplaced && neverWritten(report, recordedOf(report, outcome.unplaced))
  return [
    ...(value === undefined
      ? []
      : [`no operation writes ${value}: if it is there at first, say --initial '${value}'`]),
    ...(restsOnFailedSwaps
      ? [
          'it rests on swaps that failed, as if each found another value than it expected; if they may fail otherwise, say --failed-cas nothing: then there is an order',
        ]
      : []),
  ]
}

/** The value that an operation found, if no operation of the file writes it and it is not known what is there at first. */
function neverWritten(
  { recorded, isInitialGuessed, isOwnModel }: HistoryReport,
  operation: RecordedOperation,
): string | undefined {
  if (isOwnModel || !isInitialGuessed || operation.outcome !== 'ok') return undefined
  const found = isRead(operation.f) ? operation.result : pairOf(operation.value)?.[0]
  if (found === undefined || found === null) return undefined
  const text = datumText(found)
  const isWritten = recorded.operations.some(
    ({ f, value }) => f === 'append' || (!isRead(f) && writtenValues(value).includes(text)),
  )
  return isWritten ? undefined : text
}

/** What a call may write: its value, the new one of a swap, or either behind a key. */
function writtenValues(value: Datum): readonly string[] {
  const second = pairOf(value)?.[1]
  return second === undefined ? [datumText(value)] : [datumText(value), ...writtenValues(second)]
}

/** Why no order has the operation, in one sentence. */
export function whyUnplaced(report: HistoryReport, violated: Located): string {
  const operation = recordedOf(report, violated.unplaced)
  const told = `process ${operation.process}'s ${callText(operation)} ${outcomeText(operation)}`
  const { possible, statesInOrder } = violated
  const held = report.isOwnModel ? 'the state was' : `${partName(violated.part)} held`
  if (!violated.isFirst) {
    return `${told}, which the order found of the answers before it does not allow: there ${held} ${alternatives(statesInOrder)} while it was under way`
  }
  if (possible === undefined) {
    return `${told}, which fits none of the orders that explain the answers before it; in the one found, ${held} ${alternatives(statesInOrder)} while it was under way`
  }
  if (possible.states.length === 0) {
    return `${told}, and no order of the operations before it leaves it a time to take place`
  }
  const deadEnds =
    possible.deadEnds.length === 0
      ? ''
      : `; where it was ${alternatives(possible.deadEnds)}, this was possible, but then an answer before it was not`
  return `${told}, but in every order that explains the answers before it, ${held} ${alternatives(possible.states)} while it was under way${deadEnds}`
}

function outcomeText({ f, outcome, value, result }: RecordedOperation): string {
  if (outcome === 'fail') return 'failed'
  const isDone = !isRead(f) && (result === null || datumText(result) === datumText(value))
  return isDone ? 'succeeded' : `was answered ${datumText(result)}`
}

const mostAlternatives = 6

function alternatives(states: readonly string[]): string {
  const shown = states.slice(0, mostAlternatives)
  if (states.length > shown.length)
    return `${shown.join(', ')} or ${states.length - shown.length} others`
  const last = shown.at(-1) as string
  return shown.length === 1 ? last : `${shown.slice(0, -1).join(', ')} or ${last}`
}

/** `exact`, or by how much it is not. */
export function certaintyOf({ outcome }: HistoryReport): {
  readonly certainty: 'exact' | 'by hash' | undefined
  readonly oddsOfCollision?: number
} {
  switch (outcome.verdict) {
    case 'linearizable':
      return { certainty: 'exact' }
    case 'inconclusive':
      return { certainty: undefined }
    case 'violated': {
      if (outcome.unplaced === undefined) {
        // A few operations contradicted each other, without any search.
        if (outcome.states === 0) return { certainty: 'exact' }
        return { certainty: 'by hash', oddsOfCollision: oddsOfCollision(outcome.states) }
      }
      const { certainty } = outcome
      return certainty.kind === 'exact'
        ? { certainty: 'exact' }
        : { certainty: 'by hash', oddsOfCollision: certainty.oddsOfCollision }
    }
  }
}
