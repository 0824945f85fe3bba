import { causalOrderOf } from '../causality/index.ts'
import type { World } from '../simulator/world.ts'

/** Which events of a run are to be drawn. */
export type ShownEvents =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  /** Those that may have caused these, and they themselves. */
  | { readonly kind: 'past'; readonly of: readonly number[] }

/** Events that are drawn, in ascending order, and what is said of the others. */
export interface Selection {
  readonly events: readonly number[]
  readonly omitted: string | undefined
}

/** Losses and faults are the steps of nobody: with more of them, a past is shown without. */
const mostAsides = 24

/**
 * @param world with its trace and causes
 * @param most of more events the last so many are drawn
 * @throws RangeError for events that are not
 */
export function selectEvents(world: World, shown: ShownEvents, most: number): Selection {
  const { length } = world.trace
  const wanted = shown.kind === 'range' ? [shown.from, shown.to] : shown.of
  for (const event of wanted) {
    if (!(Number.isInteger(event) && event >= 0 && event < length))
      throw new RangeError(`no event ${event}: the run has ${length}`)
  }
  const chosen = shown.kind === 'range' ? rangeOf(shown.from, shown.to) : pastOf(world, shown.of)
  const events = chosen.slice(-most)
  const last = chosen.at(-1) ?? 0
  const said: string[] = []
  if (shown.kind === 'past' && chosen.length < last + 1) {
    said.push(`${chosen.length} of ${last + 1} events: those that may have caused the last.`)
  }
  if (events.length < chosen.length) {
    said.push(`Of ${chosen.length} events the last ${events.length} are shown.`)
  }
  return { events, omitted: said.length === 0 ? undefined : said.join(' ') }
}

function rangeOf(from: number, to: number): number[] {
  if (from > to) throw new RangeError(`no events from ${from} to ${to}`)
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

function pastOf(world: World, ends: readonly number[]): number[] {
  const order = causalOrderOf(world)
  const past = new Set(ends)
  for (const end of ends) {
    for (const event of order.past(end).events) past.add(event)
  }
  for (const event of asidesOf(world, past, Math.max(...ends))) past.add(event)
  return [...past].sort((left, right) => left - right)
}

/** Faults up to the last event, and losses of what was sent in the past: what did not happen has its reasons too. */
function asidesOf({ trace, causes }: World, past: ReadonlySet<number>, last: number): number[] {
  const faults: number[] = []
  const losses: number[] = []
  for (let event = 0; event < last; event += 1) {
    const { kind } = trace.at(event)
    if (kind === 'fault') faults.push(event)
    if (kind === 'lost' && past.has(causes?.of(event) ?? -1)) losses.push(event)
  }
  const few = (events: number[]) => (events.length <= mostAsides ? events : [])
  return [...few(faults), ...few(losses)]
}
