import type { Micros } from '../model/index.ts'
import { queued } from './queued.ts'
import type { TimerSlot, TimingWheel } from './timing-wheel.ts'

/** The timers of one node, by the names that its protocol declares: places in the world's timing wheel. */
export class NodeTimers {
  readonly #wheel: TimingWheel
  readonly #names: readonly string[]
  readonly #slots: readonly TimerSlot[]
  /** The numbers of those that went off while the node was paused, in order; it may still cancel or move them. */
  readonly #firedWhilePaused = new Set<number>()

  constructor(wheel: TimingWheel, node: number, names: readonly string[]) {
    this.#wheel = wheel
    this.#names = names
    this.#slots = names.map((_, timer) => wheel.addTimer(queued.timeout, node, timer, 0, undefined))
  }

  set(name: string, deadlineMicros: Micros): void {
    const timer = this.#numberOf(name)
    if (this.#firedWhilePaused.size > 0) this.#firedWhilePaused.delete(timer)
    this.#wheel.setTimer(this.#slots[timer] as TimerSlot, deadlineMicros)
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
