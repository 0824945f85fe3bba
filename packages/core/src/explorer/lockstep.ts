import type { AnyNode } from '../model/machine.ts'
import type { ExploredNode } from './explored-node.ts'
import { argumentOf, kindOf, type LocalEvent } from './local-event.ts'
import { unarmed } from './local-state.ts'
import type { Setting } from './options.ts'
import { layoutOf } from './state-layout.ts'

/**
 * When timers fire. `free`: an armed timer may fire at any moment, whatever its delay. `lockstep`: as in
 * the synchronous rounds of the literature, every message arrives before time goes on, and time goes on
 * from one deadline to the next. Timers of the same deadline fire in any order, and what is sent at that
 * moment may arrive before or after the others of them. It takes a clock of `deadlines`, and ignored
 * messages that are `consumed`.
 *
 * A node's clock shows when a timer of its own fired last, so that only protocols which set their timers
 * when timers fire keep time together.
 */
export type Timing = 'free' | 'lockstep'

/** No timer may fire. */
const notDue = -2

/** Says which timers may fire in a state of a world in lockstep. */
export class Lockstep<N extends AnyNode> {
  readonly #nodes: readonly ExploredNode<N>[]
  readonly #envelopeWords: number
  /** By place, the own states of the nodes. */
  readonly #locals: number[] = []
  #due = notDue

  constructor(setting: Setting<N>) {
    this.#nodes = setting.nodes
    this.#envelopeWords = layoutOf(setting).envelopeWords
  }

  /** @param words where the state's vector is, from `start` to `stop` */
  lookAt(words: ArrayLike<number>, start: number, stop: number): void {
    let now = 0
    let earliest = Number.POSITIVE_INFINITY
    for (const [place, node] of this.#nodes.entries()) {
      const local = words[start + place] as number
      this.#locals[place] = local
      const { clockMicros, deadlines } = node.stateOf(local)
      now = Math.max(now, clockMicros)
      for (const deadline of deadlines) {
        if (deadline !== unarmed) earliest = Math.min(earliest, deadline)
      }
    }
    const isQuiet = stop === start + this.#envelopeWords
    this.#due = isQuiet || earliest <= now ? earliest : notDue
  }

  /** Whether an event of its own may happen to the node or copy at a place. */
  allows(place: number, event: LocalEvent): boolean {
    if (kindOf(event) !== 'timeout') return true
    const { deadlines } = (this.#nodes[place] as ExploredNode<N>).stateOf(
      this.#locals[place] as number,
    )
    return deadlines[argumentOf(event)] === this.#due
  }
}
