import { finish, mix } from '../model/schema/hash.ts'
import type { LocalEvent } from './local-event.ts'

/** So many of the first steps are all taken again with each new one. */
const first = 16
/** After so many steps, only one in `later` brings another one to be taken again. */
const closely = 512
const later = 8

/**
 * Which of the steps of a node are taken once more, much later than at first and between others: a
 * protocol that keeps something where no host sees it (a module variable, an object that nodes share)
 * or that draws its own luck will not do the same twice.
 */
export class StepsTakenAgain {
  readonly #locals: number[] = []
  readonly #events: LocalEvent[] = []

  /** Adds a step that was taken for the first time, and tells which ones to take again. */
  add(local: number, event: LocalEvent, take: (local: number, event: LocalEvent) => void): void {
    const count = this.#locals.push(local)
    this.#events.push(event)
    if (count <= first) {
      for (let i = 0; i < count; i += 1) {
        take(this.#locals[i] as number, this.#events[i] as LocalEvent)
      }
      return
    }
    if (count > closely && count % later !== 0) return
    const chosen = (finish(mix(0, count)) >>> 0) % count
    take(this.#locals[chosen] as number, this.#events[chosen] as LocalEvent)
  }
}
