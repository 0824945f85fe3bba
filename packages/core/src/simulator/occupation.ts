import type { Micros } from '../model/index.ts'
import { type Arrival, Inbox } from './inbox.ts'
import { queued } from './queued.ts'
import type { World } from './world.ts'

/** What keeps a node busy: it handles one thing after another, and what comes meanwhile waits for its turn. */
export class Occupation {
  /** How many times longer than usual everything takes. */
  slowness = 1
  /** When what the current step sends leaves the node. */
  departureMicros: Micros = 0
  readonly #world: World
  readonly #place: number
  /** The node is occupied until then by what it has begun. */
  #busyUntilMicros: Micros = 0
  /** What waits while the node is busy or paused, in order of arrival. */
  readonly #inbox = new Inbox()
  /** Whether the turn of the first in the inbox is in the world's queue. */
  #turnIsSet = false

  constructor(world: World, place: number) {
    this.#world = world
    this.#place = place
  }

  get busy(): boolean {
    return this.#busyUntilMicros > this.#world.nowMicros
  }

  /** Whether the node may handle what arrives now, unless it is paused. */
  get free(): boolean {
    return !this.busy && this.#inbox.size === 0
  }

  /** A step begins, which interrupts what the node is busy with. */
  beginStep(): void {
    this.departureMicros = this.#world.nowMicros
  }

  /** Lets the current step take longer. */
  spend(micros: Micros): void {
    this.departureMicros += Math.round(micros * this.slowness)
    this.#busyUntilMicros = Math.max(this.#busyUntilMicros, this.departureMicros)
  }

  wait(arrival: Arrival): void {
    this.#inbox.push(arrival)
  }

  /** The turn of the first that waits has come: takes it out, if the node has time. */
  takeTurn(paused: boolean): Arrival | undefined {
    this.#turnIsSet = false
    return this.busy || paused ? undefined : this.#inbox.shift()
  }

  /** Sets the turn of the first that waits, of one life of the node. */
  setTurn(life: number): void {
    if (this.#turnIsSet || this.#inbox.size === 0) return
    const turn = Math.max(this.#world.nowMicros, this.#busyUntilMicros)
    this.#world.wheel.schedule(turn, queued.begin, this.#place, life, 0, undefined)
    this.#turnIsSet = true
  }

  /** The node died, and what waited for it is lost. */
  end(): void {
    this.#inbox.clear()
    this.#turnIsSet = false
    this.#busyUntilMicros = this.#world.nowMicros
  }
}
