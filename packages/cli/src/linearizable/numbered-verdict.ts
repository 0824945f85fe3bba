import type { History, HistoryPart, LinearizabilityVerdict } from '@quorate/core/checkers'

type Verdict = LinearizabilityVerdict<unknown, unknown>
type Found<Kind> = Extract<Verdict, { readonly verdict: Kind }>

/** A verdict whose operations are given by their places in the history: one that another process can be sent. */
export type NumberedVerdict =
  | Found<'inconclusive'>
  | (Omit<Found<'linearizable'>, 'orders'> & {
      readonly orders: readonly { readonly name: string; readonly order: readonly number[] }[]
    })
  | (Omit<Found<'violated'>, 'unplaced' | 'longestOrder'> & {
      readonly unplaced: number
      readonly longestOrder: readonly number[]
    })

export interface NumberedPart {
  readonly name: string
  readonly operations: readonly number[]
}

type AnyHistory = History<unknown, unknown>

export function numbered(
  verdict: Verdict,
  parts: readonly HistoryPart<unknown, unknown>[],
  history: AnyHistory,
): { readonly verdict: NumberedVerdict; readonly parts: readonly NumberedPart[] } {
  const places = new Map(history.map((operation, place) => [operation, place]))
  const placeOf = (operation: AnyHistory[number]) => places.get(operation) as number
  const placesOf = (operations: AnyHistory) => operations.map(placeOf)
  return {
    verdict: numberedVerdict(verdict, placeOf),
    parts: parts.map(({ name, operations }) => ({ name, operations: placesOf(operations) })),
  }
}

function numberedVerdict(
  verdict: Verdict,
  placeOf: (operation: AnyHistory[number]) => number,
): NumberedVerdict {
  switch (verdict.verdict) {
    case 'inconclusive':
      return verdict
    case 'linearizable': {
      const orders = verdict.orders.map(({ name, order }) => ({ name, order: order.map(placeOf) }))
      return { ...verdict, orders }
    }
    case 'violated':
      return {
        ...verdict,
        unplaced: placeOf(verdict.unplaced),
        longestOrder: verdict.longestOrder.map(placeOf),
      }
  }
}

/** The parts, with their operations. */
export function partsIn(
  history: AnyHistory,
  parts: readonly NumberedPart[],
): readonly HistoryPart<unknown, unknown>[] {
  return parts.map(({ name, operations }) => ({ name, operations: at(history, operations) }))
}

/** The verdict, with its operations. */
export function verdictIn(history: AnyHistory, verdict: NumberedVerdict): Verdict {
  switch (verdict.verdict) {
    case 'inconclusive':
      return verdict
    case 'linearizable': {
      const orders = verdict.orders.map(({ name, order }) => ({ name, order: at(history, order) }))
      return { ...verdict, orders }
    }
    case 'violated':
      return {
        ...verdict,
        unplaced: history[verdict.unplaced] as AnyHistory[number],
        longestOrder: at(history, verdict.longestOrder),
      }
  }
}

function at(history: AnyHistory, places: readonly number[]): AnyHistory {
  return places.map((place) => history[place] as AnyHistory[number])
}
