import type { History, Operation } from '../history.ts'
import { CertainWrites, noValue, type ValueUses } from './value-uses.ts'

/** Stands for the write of the value that is there at first. */
const atFirst = -1
/** What else stands for a write: there is none, there are several. */
const none = -2
const several = -3

/**
 * An order of the operations, or `contradicted` if there is none, by a sort where a search may have to go
 * through all orders. Undefined where that is not plain to see. Of each operation it needs to be known
 * which write it found; where that is not known, there may still be a contradiction among the others.
 * `operations` are sorted by call. No appends are among them.
 *
 * This is the algorithm of Gibbons and Korach (Testing Shared Memories, SIAM Journal on Computing
 * 1997), with swaps, with operations that are open, and with times as mappings: values need not be
 * different if time leaves but one write that an operation can have found (`CertainWrites`).
 *
 * A *block* is a write, what found it, the swap that found it and replaced it, what found that, and so
 * on. Open operations are left out, unless something found what they wrote: then they took place.
 *
 * - In every order, all of a block stands together: a write between two of its operations would have
 *   replaced what the second found. So two swaps cannot have found the same write, and an operation that
 *   returned before one of an earlier place in its block was called is a contradiction.
 * - Let f be the earliest return in a block and s the latest call. If f < s, the block is under way at
 *   least from f to s: it is *forward*. Otherwise all of it may take place in one instant, any from s to f.
 * - Two forward blocks that overlap are a contradiction. So is another block whose instants, from s to f,
 *   are all inside of a forward one: it can be neither before that nor after. Both hold as well if only
 *   a part of each block is known, as long as the blocks are two.
 * - There is no other contradiction: the operations of a forward block can be placed between f and s,
 *   each at the latest call up to it but not before f, which is neither before its own call nor, by the
 *   first point, after its return; those of another in an instant that is inside of no forward block.
 */
export function orderByZones(
  uses: ValueUses,
  operations: History<unknown, unknown>,
): readonly number[] | 'contradicted' | undefined {
  const found = blocksOf(uses, operations)
  if (found === 'contradicted') return found
  const zones = found.blocks.map((block) => zoneOf(block, operations))
  if (!zones.every((zone) => zone !== undefined)) return 'contradicted'
  const placed = inOrder(zones)
  if (placed === undefined) return 'contradicted'
  return found.areComplete ? placed.flatMap(({ block }) => block.operations) : undefined
}

interface Block {
  /** In their order. */
  readonly operations: readonly number[]
  /** Whether it begins with what is there at first. */
  readonly isInitial: boolean
}

/** The blocks, as far as it is known who found what: a swap of which it is not begins one of its own. */
function blocksOf(
  uses: ValueUses,
  operations: History<unknown, unknown>,
): { readonly blocks: readonly Block[]; readonly areComplete: boolean } | 'contradicted' {
  const writers = new Writers(uses, operations)
  const readers = new Map<number, number[]>()
  const swaps = new Map<number, number>()
  const heads: number[] = []
  let areComplete = true
  // Those that returned, and those open ones whose writes were found.
  const included = operations.flatMap((operation, n) => (operation.return === undefined ? [] : n))
  const isIncluded = new Uint8Array(operations.length)
  for (const number of included) isIncluded[number] = 1
  for (const number of included) {
    const isWrite = uses.writtenBy(number) !== noValue
    const compared = uses.comparedBy(number)
    const needed = compared === noValue ? uses.neededBy(number) : compared
    const avoids = uses.avoidedBy(number) !== noValue
    if (avoids || needed === noValue) {
      // What finds another value than one, or nothing, has no place in a block.
      if (avoids || !isWrite) areComplete = false
      if (isWrite) heads.push(number)
      continue
    }
    const writer = writers.foundBy(number, needed)
    if (writer === none) return 'contradicted'
    if (writer === several) {
      areComplete = false
      if (isWrite) heads.push(number)
      continue
    }
    if (writer !== atFirst && isIncluded[writer] === 0) {
      isIncluded[writer] = 1
      included.push(writer)
    }
    if (isWrite) {
      if (swaps.has(writer)) return 'contradicted'
      swaps.set(writer, number)
    } else {
      listOf(readers, writer).push(number)
    }
  }
  const blocks = [atFirst, ...heads].map((head) => {
    const block: number[] = []
    for (let writer: number | undefined = head; writer !== undefined; writer = swaps.get(writer)) {
      if (writer !== atFirst) block.push(writer)
      // They were added in the order of their calls.
      for (const reader of readers.get(writer) ?? []) block.push(reader)
    }
    return { operations: block, isInitial: head === atFirst }
  })
  const placed = blocks.reduce((count, block) => count + block.operations.length, 0)
  // Swaps that found each other, in a circle.
  if (areComplete && placed < included.length) return 'contradicted'
  return { blocks: blocks.filter((block) => block.operations.length > 0), areComplete }
}

/** The list of `key`, which is empty at first. */
function listOf(lists: Map<number, number[]>, key: number): number[] {
  let list = lists.get(key)
  if (list === undefined) {
    list = []
    lists.set(key, list)
  }
  return list
}

/** Writes that are looked at for an operation, on average, before it is given up. */
const looksPerOperation = 64

/** Which writes an operation can have found. */
class Writers {
  private readonly uses: ValueUses
  private readonly operations: History<unknown, unknown>
  private readonly horizons: readonly number[]
  private readonly initialHorizon: number
  private looksLeft: number
  /** By value: who wrote it, by call, and the latest horizon of each and all before it. */
  private readonly byValue = new Map<number, { writers: number[]; latest: number[] }>()

  constructor(uses: ValueUses, operations: History<unknown, unknown>) {
    this.uses = uses
    this.operations = operations
    this.looksLeft = looksPerOperation * operations.length
    const certain = new CertainWrites(uses, operations)
    this.initialHorizon = certain.firstReturnAfter(Number.NEGATIVE_INFINITY)
    this.horizons = operations.map(({ return: returned }) =>
      returned === undefined ? Number.POSITIVE_INFINITY : certain.firstReturnAfter(returned),
    )
    for (const [number, horizon] of this.horizons.entries()) {
      const value = uses.writtenBy(number)
      if (value === noValue) continue
      let list = this.byValue.get(value)
      if (list === undefined) {
        list = { writers: [], latest: [] }
        this.byValue.set(value, list)
      }
      list.writers.push(number)
      list.latest.push(Math.max(list.latest.at(-1) ?? horizon, horizon))
    }
  }

  /** The write of `value` that `operation` found; or `atFirst`, `none`, `several`. */
  foundBy(operation: number, value: number): number {
    const { call, return: returned = Number.POSITIVE_INFINITY } = this.at(operation)
    let found = value === this.uses.initial && call <= this.initialHorizon ? atFirst : none
    const { writers, latest } = this.byValue.get(value) ?? { writers: [], latest: [] }
    // The last that was called before the operation returned.
    let low = 0
    let high = writers.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.at(writers[middle] as number).call <= returned) low = middle + 1
      else high = middle
    }
    for (let place = low - 1; place >= 0 && (latest[place] as number) >= call; place--) {
      if (this.looksLeft-- === 0) return several
      const writer = writers[place] as number
      if (writer === operation || (this.horizons[writer] as number) < call) continue
      if (found !== none) return several
      found = writer
    }
    return found
  }

  private at(number: number): Operation<unknown, unknown> {
    return this.operations[number] as Operation<unknown, unknown>
  }
}

interface Zone {
  readonly block: Block
  /** The earliest return. */
  readonly from: number
  /** The latest call: after `from`, the block is forward. */
  readonly to: number
}

/** Undefined if an operation of the block returned before one of an earlier place was called. */
function zoneOf(block: Block, operations: History<unknown, unknown>): Zone | undefined {
  let from = block.isInitial ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const number of block.operations) {
    const { call, return: returned = Number.POSITIVE_INFINITY } = operations[number] as Operation<
      unknown,
      unknown
    >
    to = Math.max(to, call)
    from = Math.min(from, returned)
    if (returned < to) return undefined
  }
  return { block, from, to }
}

/** In an order in which they can take place; undefined if there is none. */
function inOrder(zones: readonly Zone[]): readonly Zone[] | undefined {
  const forward = zones.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)
  if (forward.some(({ from }, place) => from < (forward[place - 1]?.to ?? from))) return undefined
  const others: { readonly zone: Zone; readonly instant: number }[] = []
  for (const zone of zones.filter(({ from, to }) => from >= to)) {
    const around = lastFrom(forward, zone.to)
    const instant = around === undefined ? zone.to : Math.max(zone.to, around.to)
    if (instant > zone.from) return undefined
    others.push({ zone, instant })
  }
  others.sort((a, b) => a.instant - b.instant)
  const ordered: Zone[] = []
  let next = 0
  for (const zone of forward) {
    for (; next < others.length; next++) {
      const other = others[next] as (typeof others)[number]
      if (other.instant > zone.from) break
      ordered.push(other.zone)
    }
    ordered.push(zone)
  }
  return [...ordered, ...others.slice(next).map(({ zone }) => zone)]
}

/** The last of the forward zones that begins before `time`. */
function lastFrom(forward: readonly Zone[], time: number): Zone | undefined {
  let low = 0
  let high = forward.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((forward[middle] as Zone).from < time) low = middle + 1
    else high = middle
  }
  return forward[low - 1]
}
