import type { AnyNode } from '../model/machine.ts'
import type { ExploredNode } from './explored-node.ts'
import {
  deliver,
  kindOf,
  type LocalEvent,
  localEvent,
  mine,
  propose,
  restart,
  sync,
  timeout,
} from './local-event.ts'
import { none } from './local-state.ts'
import type { Setting } from './options.ts'
import type { StateSpace } from './state-space.ts'
import { VectorTable } from './vector-table.ts'

/** How a run goes on from a state, with nothing going wrong any more and bounds forgotten. */
export interface Continuation {
  /** `endless`: it repeats itself, and never will. `long`: it has not by the last step allowed. */
  readonly kind: 'reached' | 'endless' | 'long' | 'threw'
  readonly steps: number
  /** What the protocol threw. */
  readonly thrown?: string
}

/** What comes in turn once nothing is in flight: a timer of a node, a block, or a client that asks again. */
interface Turn {
  readonly place: number
  readonly event: LocalEvent
}

/**
 * One fair run from a given state, beyond the bounds of the exploration. Who is down comes back, unless
 * those who crash have failed for good. Messages are delivered, first sent first, and disks sync; when
 * nothing is in flight, one timer fires, or one client asks one node again, each in its turn. Where a
 * draw has several values, it gives the first.
 */
export class FairContinuation<N extends AnyNode> {
  readonly #setting: Setting<N>
  readonly #space: StateSpace<N>
  readonly #isGoal: (fields: (place: number) => number) => boolean
  readonly #mostSteps: number
  readonly #turns: readonly Turn[]
  /** By calm moment, the steps from there to the goal. */
  readonly #calm = new VectorTable()
  readonly #distances: (number | undefined)[] = []

  #locals: number[] = []
  #queue: number[] = []
  #nextTurn = 0
  #thrown: string | undefined = undefined

  constructor(
    setting: Setting<N>,
    space: StateSpace<N>,
    isGoal: (fields: (place: number) => number) => boolean,
    mostSteps: number,
  ) {
    this.#setting = setting
    this.#space = space
    this.#isGoal = isGoal
    this.#mostSteps = mostSteps
    this.#turns = turnsOf(setting)
  }

  from(state: number): Continuation {
    const { nodes } = this.#setting
    this.#locals = nodes.map((_, place) => this.#space.local(state, place))
    this.#queue = [...this.#space.inFlight(state)]
    this.#nextTurn = 0
    this.#thrown = undefined
    /** The calm moments of this run, each with the step at which it came. */
    const passed = new Map<number, number>()
    for (let steps = 0; steps <= this.#mostSteps; steps += 1) {
      if (this.#isGoal((place) => this.#fieldsOf(place))) return this.#reached(passed, steps)
      if (!this.#bringAbout()) {
        const place = this.#calmPlace()
        const distance = this.#distances[place]
        if (distance !== undefined) return this.#reached(passed, steps + distance)
        if (passed.has(place)) return { kind: 'endless', steps }
        passed.set(place, steps)
        this.#takeTurn()
      }
      if (this.#thrown !== undefined) return { kind: 'threw', steps, thrown: this.#thrown }
    }
    return { kind: 'long', steps: this.#mostSteps }
  }

  #reached(passed: ReadonlyMap<number, number>, steps: number): Continuation {
    for (const [place, at] of passed) this.#distances[place] = steps - at
    return { kind: 'reached', steps }
  }

  #fieldsOf(place: number): number {
    return this.#node(place).fieldsOf(this.#locals[place] as number)
  }

  /** Lets something happen that is due by itself. Returns false where there is nothing: the moment is calm. */
  #bringAbout(): boolean {
    return this.#restartOne() || this.#deliverNext() || this.#syncOne()
  }

  #restartOne(): boolean {
    if (this.#setting.bounds.restarts === 0) return false
    const place = this.#locals.findIndex((local, at) => !this.#node(at).isUp(local))
    if (place < 0) return false
    this.#step(place, localEvent(restart, 0))
    return true
  }

  #deliverNext(): boolean {
    const envelope = this.#queue.shift()
    if (envelope === undefined) return false
    const { world, twins } = this.#setting
    const place = twins.placeFor(world.envelopes.to(envelope), world.envelopes.from(envelope))
    if (this.#isUp(place)) this.#step(place, localEvent(deliver, envelope))
    return true
  }

  #syncOne(): boolean {
    const event = localEvent(sync, 0)
    const place = this.#locals.findIndex((_, at) => this.#canHappen(at, event))
    if (place < 0) return false
    this.#step(place, event)
    return true
  }

  #takeTurn(): void {
    const count = this.#turns.length
    for (let passed = 0; passed < count; passed += 1) {
      const { place, event } = this.#turns[(this.#nextTurn + passed) % count] as Turn
      const canHappen =
        kindOf(event) === 'propose' ? this.#isUp(place) : this.#canHappen(place, event)
      if (!canHappen) continue
      this.#nextTurn = (this.#nextTurn + passed + 1) % count
      this.#step(place, event)
      return
    }
  }

  #step(place: number, event: LocalEvent): void {
    const [outcome] = this.#node(place).step(this.#locals[place] as number, event)
    if (!outcome) throw new Error('a step without an outcome')
    this.#thrown = outcome.thrown
    this.#locals[place] = outcome.next
    this.#queue.push(...outcome.sent)
  }

  #canHappen(place: number, event: LocalEvent): boolean {
    return this.#node(place)
      .ownEvents(this.#locals[place] as number)
      .includes(event)
  }

  #isUp(place: number): boolean {
    return this.#fieldsOf(place) !== none
  }

  #node(place: number): ExploredNode<N> {
    return this.#setting.nodes[place] as ExploredNode<N>
  }

  /** All that decides how the run goes on from a moment at which nothing is in flight. */
  #calmPlace(): number {
    const { length } = this.#locals
    const words = this.#calm.reserve(length + 1)
    words.set(this.#locals, this.#calm.end)
    words[this.#calm.end + length] = this.#nextTurn
    return this.#calm.enter(length + 1)
  }
}

function turnsOf<N extends AnyNode>({ nodes, world, commands }: Setting<N>): Turn[] {
  const turns: Turn[] = []
  for (let place = 0; place < nodes.length; place += 1) {
    for (let timer = 0; timer < world.timers.length; timer += 1) {
      turns.push({ place, event: localEvent(timeout, timer) })
    }
    turns.push({ place, event: localEvent(mine, 0) })
  }
  for (let command = 0; command < commands.length; command += 1) {
    for (let place = 0; place < nodes.length; place += 1) {
      turns.push({ place, event: localEvent(propose, command) })
    }
  }
  return turns
}
