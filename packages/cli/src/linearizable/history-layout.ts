import type { RecordedFault, RecordedHistory, RecordedOperation } from '@quorate/core/checkers'

/** An operation in the picture. */
export interface Bar {
  readonly operation: RecordedOperation
  readonly label: string
  readonly lane: number
  readonly left: number
  /** It was called before the picture begins. */
  readonly beginsBefore: boolean
  readonly right: number
  /** Where it took effect in the order found: its number there, and its place if that is in the picture. */
  readonly point: { readonly number: number; readonly x: number | undefined } | undefined
  readonly isUnplaced: boolean
}

/** A process, in as many lanes as it has operations at once. */
interface Lane {
  readonly name: string
  readonly first: number
  readonly count: number
}

export interface FaultMark {
  readonly fault: RecordedFault
  readonly label: string
  readonly x: number
}

export interface HistoryLayout {
  readonly width: number
  readonly lanes: readonly Lane[]
  readonly laneCount: number
  readonly bars: readonly Bar[]
  readonly faults: readonly FaultMark[]
  /** Operations of the part that are not in the picture: before it, after it, and open ones. */
  readonly leftOut: { readonly before: number; readonly after: number; readonly open: number }
}

export interface Drawn {
  readonly history: RecordedHistory
  readonly operations: readonly RecordedOperation[]
  /** An order of some of them. */
  readonly order: readonly RecordedOperation[]
  /** The one that cannot be placed: the picture ends with its answer. Undefined: it begins at the beginning. */
  readonly unplaced: RecordedOperation | undefined
  readonly labelOf: (operation: RecordedOperation) => string
}

/** How many answers a picture shows, and how many open operations from before it. */
const mostAnswers = 40
const mostOpenBefore = 8

const gap = 14
const pointGap = 13
const characterWidth = 7
const boldWidth = 8
const padding = 16

/**
 * Places the operations of one part: from left to right in the order of calls and answers, as far apart
 * as their labels need. What a picture can show is the neighbourhood of a violation, or the beginning.
 */
export function historyLayout(drawn: Drawn): HistoryLayout {
  const { from, until } = windowOf(drawn)
  const { shown, leftOut } = chosen(drawn, from, until)
  const points = pointsOf(drawn.order)
  const faults = drawn.history.faults.filter(({ place }) => place > from && place <= until)
  const columns = new Columns()
  for (const { call, return: end } of shown) {
    columns.add(call)
    if (end !== undefined) columns.add(end)
  }
  for (const { place } of faults) columns.add(place)
  const places = columns.laidOut(
    from,
    shown.map((operation) => ({
      from: Math.max(operation.call, from),
      to: operation.return,
      width: labelWidth(drawn, operation),
    })),
    faults.map(({ place, f }) => ({ place, width: f.length * characterWidth + padding })),
    shown.flatMap((operation) => points.get(operation)?.place ?? []),
  )
  const { lanes, laneOf, laneCount } = lanesOf(drawn, shown)
  const offsets = pointOffsets(shown, points)
  const bars = shown.map((operation): Bar => {
    const point = points.get(operation)
    const offset = offsets.get(operation)
    // One that was called in time may take effect later than the picture goes.
    const isInside =
      point !== undefined && offset !== undefined && point.place > from && point.place <= until
    return {
      operation,
      label: drawn.labelOf(operation),
      lane: laneOf.get(operation) as number,
      left: operation.call > from ? places.at(operation.call) : 0,
      beginsBefore: operation.call <= from,
      right: operation.return === undefined ? places.width : places.at(operation.return),
      point: point && {
        number: point.number,
        x: isInside ? places.at(point.place) + offset * pointGap : undefined,
      },
      isUnplaced: operation === drawn.unplaced,
    }
  })
  return {
    width: places.width,
    lanes,
    laneCount,
    bars,
    faults: faults.map((fault) => ({ fault, label: fault.f, x: places.at(fault.place) })),
    leftOut,
  }
}

function labelWidth({ labelOf, unplaced }: Drawn, operation: RecordedOperation): number {
  const { length } = labelOf(operation)
  // That one is in bold, with a cross in front.
  const width = operation === unplaced ? (length + 2) * boldWidth : length * characterWidth
  return width + padding
}

/** The places that the picture goes from, not included, and up to which it has what was called. */
function windowOf({ operations, unplaced }: Drawn): { from: number; until: number } {
  const returns = operations.flatMap((operation) => operation.return ?? []).sort((a, b) => a - b)
  if (unplaced === undefined) {
    return { from: 0, until: returns[mostAnswers - 1] ?? Number.POSITIVE_INFINITY }
  }
  const until = unplaced.return as number
  const before = returns.filter((place) => place <= until)
  return { from: before.at(-mostAnswers - 1) ?? 0, until }
}

function chosen(
  { operations, order, unplaced }: Drawn,
  from: number,
  until: number,
): { shown: RecordedOperation[]; leftOut: HistoryLayout['leftOut'] } {
  const before = operations.filter((operation) => (operation.return ?? Infinity) <= from)
  const after = operations.filter(({ call }) => call > until)
  const openBefore = operations.filter(({ call, return: end }) => end === undefined && call <= from)
  const places = new Map(order.map((operation, place) => [operation, place]))
  // Those that took effect last matter most; one that never did, and is the same as lost, not at all.
  const kept = new Set(
    openBefore
      .filter((operation) => places.has(operation) || order.length === 0)
      .sort((a, b) => (places.get(b) ?? -1) - (places.get(a) ?? -1) || b.call - a.call)
      .slice(0, mostOpenBefore),
  )
  const shown = operations.filter((operation) => {
    const { call, return: end } = operation
    if (operation === unplaced) return true
    return end === undefined && call <= from
      ? kept.has(operation)
      : call <= until && (end ?? Infinity) > from
  })
  return {
    shown,
    leftOut: {
      before: before.length,
      after: after.length,
      open: openBefore.length - kept.size,
    },
  }
}

interface Point {
  /** From 1 on. */
  readonly number: number
  /** The call after which it took effect at the earliest. */
  readonly place: number
}

/** Where operations take effect if each does so as early as the order allows. */
function pointsOf(order: readonly RecordedOperation[]): ReadonlyMap<RecordedOperation, Point> {
  let place = 0
  return new Map(
    order.map((operation, index) => {
      place = Math.max(place, operation.call)
      return [operation, { number: index + 1, place }]
    }),
  )
}

/** Of those that take effect after the same call, which one is which. */
function pointOffsets(
  shown: readonly RecordedOperation[],
  points: ReadonlyMap<RecordedOperation, Point>,
): ReadonlyMap<RecordedOperation, number> {
  const inOrder = shown
    .flatMap((operation) => {
      const point = points.get(operation)
      return point === undefined ? [] : [{ operation, point }]
    })
    .sort((a, b) => a.point.number - b.point.number)
  const counts = new Map<number, number>()
  return new Map(
    inOrder.map(({ operation, point: { place } }) => {
      const count = (counts.get(place) ?? 0) + 1
      counts.set(place, count)
      return [operation, count]
    }),
  )
}

interface Span {
  readonly from: number
  /** Undefined: up to the end. */
  readonly to: number | undefined
  readonly width: number
}

/** The places of events, from left to right. */
class Columns {
  private readonly places = new Set<number>()

  add(place: number): void {
    this.places.add(place)
  }

  /** As far apart as everything between them needs. */
  laidOut(
    from: number,
    bars: readonly Span[],
    labels: readonly { readonly place: number; readonly width: number }[],
    points: readonly number[],
  ): { readonly width: number; at(place: number): number } {
    const pointCounts = new Map<number, number>()
    for (const place of points) pointCounts.set(place, (pointCounts.get(place) ?? 0) + 1)
    const ending = new Map<number | undefined, Span[]>()
    const widthOf = new Map(labels.map(({ place, width }) => [place, width]))
    for (const bar of bars) ending.set(bar.to, [...(ending.get(bar.to) ?? []), bar])
    const xs = new Map<number, number>([[from, 0]])
    let x = 0
    let needed = gap
    let labelEnd = 0
    const reached = (spans: readonly Span[] | undefined) =>
      Math.max(0, ...(spans ?? []).map((span) => (xs.get(span.from) as number) + span.width))
    for (const place of [...this.places].filter((known) => known > from).sort((a, b) => a - b)) {
      const label = widthOf.get(place)
      x = Math.max(x + needed, reached(ending.get(place)), label === undefined ? 0 : labelEnd)
      xs.set(place, x)
      if (label !== undefined) labelEnd = x + label
      needed = gap + pointGap * (pointCounts.get(place) ?? 0)
    }
    const width = Math.max(x + needed + gap, reached(ending.get(undefined)) + gap, labelEnd)
    return { width, at: (place) => xs.get(place) as number }
  }
}

/** By name, but first the process whose operation cannot be placed: it is what matters. */
function lanesOf(
  { history: { clients }, unplaced }: Drawn,
  shown: readonly RecordedOperation[],
): {
  readonly lanes: readonly Lane[]
  readonly laneCount: number
  readonly laneOf: ReadonlyMap<RecordedOperation, number>
} {
  const byClient = new Map<number, RecordedOperation[]>()
  for (const operation of shown) {
    byClient.set(operation.client, [...(byClient.get(operation.client) ?? []), operation])
  }
  const rank = (client: number) => (client === unplaced?.client ? 0 : 1)
  const inOrder = [...byClient].sort(
    ([a], [b]) =>
      rank(a) - rank(b) ||
      (clients[a] as string).localeCompare(clients[b] as string, 'en', { numeric: true }),
  )
  const laneOf = new Map<RecordedOperation, number>()
  const lanes: Lane[] = []
  let laneCount = 0
  for (const [client, operations] of inOrder) {
    const ends: number[] = []
    for (const operation of operations) {
      const free = ends.findIndex((end) => end <= operation.call)
      const row = free < 0 ? ends.length : free
      ends[row] = operation.return ?? Number.POSITIVE_INFINITY
      laneOf.set(operation, laneCount + row)
    }
    lanes.push({ name: clients[client] as string, first: laneCount, count: ends.length })
    laneCount += ends.length
  }
  return { lanes, laneOf, laneCount }
}
