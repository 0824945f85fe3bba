import type { Micros } from '../model/identity.ts'
import { mix, mixNumber } from '../model/schema/hash.ts'
import type { Identity } from './value-table.ts'

/** A message or a reply that waits for the disk. */
export interface Departure {
  readonly kind: 'message' | 'reply'
  /** The place of the envelope or of the reply. */
  readonly place: number
  /** How many of the records that are not yet durable must be so first. */
  readonly behind: number
}

/** A timer that is not armed. */
export const unarmed = -1
/** In place of the fields of a node that is down, and of the difficulty of one that does not mine. */
export const none = -1

/**
 * All that decides what a node will do: what its protocol declares, and what its host holds for it.
 * Large parts are places in the tables of its node. Never changed after it was made.
 */
export interface LocalState {
  /** The protocol's state; `none` while the node is down. */
  readonly fields: number
  /** What the durable records alone make of a new node. */
  readonly disk: number
  readonly application: number
  readonly clockMicros: Micros
  /** Of each timer that the protocol declares. */
  readonly deadlines: readonly Micros[]
  /** The difficulty, in its compact form. */
  readonly mining: number
  /** The position of the latest record; 0 where all are durable and positions begin anew. */
  readonly persisted: number
  /** The records that are not yet durable, oldest first. */
  readonly unsynced: readonly number[]
  /** In order of leaving. */
  readonly outbox: readonly Departure[]
}

/**
 * Departures in the order in which a state holds them: what leaves at once is no sequence but a
 * multiset of messages, and the replies one after the other.
 */
export function inOrderOfLeaving(outbox: readonly Departure[]): readonly Departure[] {
  if (outbox.length < 2) return outbox
  return [...outbox].sort((left, right) => {
    if (left.behind !== right.behind) return left.behind - right.behind
    if (left.kind !== right.kind) return left.kind === 'message' ? -1 : 1
    return left.kind === 'message' ? left.place - right.place : 0
  })
}

function mixAll(hash: number, numbers: readonly number[]): number {
  let mixed = mix(hash, numbers.length)
  for (const number of numbers) mixed = mixNumber(mixed, number)
  return mixed
}

const equalNumbers = (left: readonly number[], right: readonly number[]): boolean =>
  left.length === right.length && left.every((number, i) => number === right[i])

const equalDepartures = (left: Departure, right: Departure): boolean =>
  left.kind === right.kind && left.place === right.place && left.behind === right.behind

export const localIdentity: Identity<LocalState> = {
  hash: (state) => {
    let hash = mix(mix(mix(0, state.fields), state.disk), state.application)
    hash = mixNumber(mixNumber(mix(hash, state.mining), state.clockMicros), state.persisted)
    hash = mixAll(mixAll(hash, state.deadlines), state.unsynced)
    for (const { place, behind } of state.outbox) hash = mix(mix(hash, place), behind)
    return hash
  },
  equal: (left, right) =>
    left.fields === right.fields &&
    left.disk === right.disk &&
    left.application === right.application &&
    left.clockMicros === right.clockMicros &&
    left.mining === right.mining &&
    left.persisted === right.persisted &&
    equalNumbers(left.deadlines, right.deadlines) &&
    equalNumbers(left.unsynced, right.unsynced) &&
    left.outbox.length === right.outbox.length &&
    left.outbox.every((departure, i) => equalDepartures(departure, right.outbox[i] as Departure)),
}
