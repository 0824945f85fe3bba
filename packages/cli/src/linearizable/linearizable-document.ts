import type { RecordedOperation } from '@quorate/core/checkers'
import { plainDatum } from '@quorate/core/checkers'
import {
  certaintyOf,
  doubtsOf,
  type HistoryReport,
  type Outcome,
  recordedOf,
  whyUnplaced,
} from './history-report.ts'

/** What `--json` prints of one history. */
export function linearizableDocument(report: HistoryReport) {
  return { schema: 'quorate.linearizable/1', ...contentOf(report) }
}

/** And of several: the worst verdict of all, and each. */
export function linearizableDocuments(
  verdict: string,
  reports: readonly (HistoryReport | { readonly file: string; readonly error: string })[],
) {
  return {
    schema: 'quorate.linearizable/1',
    verdict,
    histories: reports.map((report) => ('error' in report ? report : contentOf(report))),
  }
}

function contentOf(report: HistoryReport) {
  const { file, model, format, guessed, initial, recorded, parts, seconds, outcome } = report
  const { operations, clients, faults } = recorded
  return {
    file,
    model,
    format,
    guessed,
    initial,
    verdict: outcome.verdict,
    operations: operations.length,
    openOperations: operations.filter((operation) => operation.outcome === 'info').length,
    clients: clients.length,
    faults: faults.length,
    parts: parts.length,
    states: outcome.states,
    seconds,
    ...certaintyOf(report),
    ...evidenceOf(report, outcome),
  }
}

function evidenceOf(report: HistoryReport, outcome: Outcome) {
  switch (outcome.verdict) {
    case 'inconclusive':
      return { reason: outcome.reason }
    case 'linearizable':
      return {
        /** By part: the operations in an order that explains them, by the lines of their calls. */
        orders: outcome.orders.map(({ name, order }) => ({
          part: name,
          order: order.map((operation) => recordedOf(report, operation).callLine),
        })),
      }
    case 'violated':
      if (outcome.unplaced === undefined) return { part: outcome.part }
      return {
        part: outcome.part,
        unplaced: documentOf(recordedOf(report, outcome.unplaced)),
        isFirst: outcome.isFirst,
        why: whyUnplaced(report, outcome),
        doubts: doubtsOf(report),
        possibleStates: outcome.possible?.states,
        deadEnds: outcome.possible?.deadEnds,
        statesInOrder: outcome.statesInOrder,
        longestPrefix: {
          operations: outcome.longestOrder.length,
          order: outcome.longestOrder.map((operation) => documentOf(recordedOf(report, operation))),
        },
      }
  }
}

function documentOf(operation: RecordedOperation) {
  const { process, f, key, value, outcome, result, callLine, returnLine } = operation
  return {
    process,
    f,
    ...(key === undefined ? {} : { key: plainDatum(key) }),
    value: plainDatum(value),
    outcome,
    ...(outcome === 'info' ? {} : { result: plainDatum(result) }),
    callLine,
    returnLine,
  }
}

/** JSON, with integers that JSON's readers would round as texts. */
export function jsonOf(document: unknown): string {
  const exact = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
  return `${JSON.stringify(document, exact, 2)}\n`
}
