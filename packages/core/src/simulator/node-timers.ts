import type { Micros, NodeId } from '../model/index.ts'
import { queued } from './queued.ts'
import type { TimerSlot, TimingWheel } from './timing-wheel.ts'
import type { World } from './world.ts'

/** The timers of one node, by the names that its protocol declares: places in the world's timing wheel. */
export class NodeTimers {
  readonly #wheel: TimingWheel
  readonly #names: readonly string[]
  readonly #slots: readonly TimerSlot[]
  /** The numbers of those that went off while the node was paused, in order; it may still cancel or move them. */
  readonly #firedWhilePaused = new Set<number>()
  /** Where the steps of the run are listed: the times at which each timer is still to go off, in order. */
  readonly #listed: readonly Micros[][] | undefined

  /** @param place of the node among those of the world, where timeouts are queued for */
  constructor(
    { wheel, options }: Pick<World, 'wheel' | 'options'>,
    node: NodeId,
    place: number,
    names: readonly string[],
  ) {
    this.#wheel = wheel
    this.#names = names
    this.#slots = names.map((_, timer) =>
      wheel.addTimer(queued.timeout, place, timer, 0, undefined),
    )
    const { schedule } = options
    this.#listed = schedule && names.map((name) => [...schedule.timeoutsOf(node, name)])
  }

  set(name: string, deadlineMicros: Micros): void {
    const timer = this.#numberOf(name)
    if (this.#firedWhilePaused.size > 0) this.#firedWhilePaused.delete(timer)
    const slot = this.#slots[timer] as TimerSlot
    if (!this.#listed) this.#wheel.setTimer(slot, deadlineMicros)
    else {
      const goesOff = this.#listed[timer]?.find((micros) => micros >= deadlineMicros)
      if (goesOff === undefined) this.#wheel.cancelTimer(slot)
      else this.#wheel.setTimer(slot, goesOff)
    }
  }

  /** A timer goes off: where the steps are listed, not again for the same one. */
  wentOff(timer: number, nowMicros: Micros): void {
    const times = this.#listed?.[timer] ?? []
    const later = times.findIndex((micros) => micros >= nowMicros)
    const past = later < 0 ? times.length : later
    times.splice(0, past + (times[past] === nowMicros ? 1 : 0))
  }

  cancel(name: string): void {
    const timer = this.#numberOf(name)
    if (this.#firedWhilePaused.size > 0) this.#firedWhilePaused.delete(timer)
    this.#wheel.cancelTimer(this.#slots[timer] as TimerSlot)
  }

  /** The node died, and its timers with it. */
  cancelAll(): void {
    this.#firedWhilePaused.clear()
    for (const slot of this.#slots) this.#wheel.cancelTimer(slot)
  }

  /** A timer went off, and its node is paused. */
  hold(timer: number): void {
    this.#firedWhilePaused.add(timer)
  }

  /** Lets those that went off during the pause go off, save those that the node cancels meanwhile. */
  release(goOff: (timer: number) => void): void {
    for (const timer of this.#firedWhilePaused) {
      this.#firedWhilePaused.delete(timer)
      goOff(timer)
    }
  }

  #numberOf(name: string): number {
    for (let timer = 0; timer < this.#names.length; timer++) {
      if (this.#names[timer] === name) return timer
    }
    throw new RangeError(`'${name}' is not a declared timer`)
  }
}
