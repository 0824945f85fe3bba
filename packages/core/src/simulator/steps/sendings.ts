import type { Micros } from '../../model/index.ts'

/** How what is sent is named, apart from its place among those of the same name. */
export type SendingName = string

/** @param kind of the message, or `answer` */
export function sendingName(
  kind: string,
  from: number,
  to: number,
  sentMicros: Micros,
): SendingName {
  return `${kind} ${from}>${to} ${sentMicros}`
}

/** Counts what is sent under one name: the first is 1. */
export class SendingCounter {
  private readonly counts = new Map<SendingName, number>()

  next(name: SendingName): number {
    const count = (this.counts.get(name) ?? 0) + 1
    this.counts.set(name, count)
    return count
  }
}
