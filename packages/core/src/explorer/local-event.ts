/**
 * What can happen to one node, as one small number: the key by which its steps are remembered. The
 * argument is the place of an envelope, of a timer or of a command, or how many of the records that
 * were not yet durable survive a crash.
 */
export type LocalEvent = number

const localEvents = ['deliver', 'timeout', 'propose', 'mine', 'sync', 'crash', 'restart'] as const

export type LocalEventKind = (typeof localEvents)[number]

const bitsOfKind = 3

export const deliver = 0
export const timeout = 1
export const propose = 2
export const mine = 3
export const sync = 4
export const crash = 5
export const restart = 6

export function localEvent(kind: number, argument: number): LocalEvent {
  return (argument << bitsOfKind) | kind
}

export function kindOf(event: LocalEvent): LocalEventKind {
  return localEvents[event & ((1 << bitsOfKind) - 1)] as LocalEventKind
}

export function argumentOf(event: LocalEvent): number {
  return event >> bitsOfKind
}
