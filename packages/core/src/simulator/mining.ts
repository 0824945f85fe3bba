import type { Micros, NodeId } from '../model/index.ts'
import type { Lottery } from './lottery.ts'
import { queued } from './queued.ts'
import type { TimingWheel } from './timing-wheel.ts'

/** Draws the next block of a world from its lottery, and draws again whenever the miners or their difficulties change. */
export class Mining {
  readonly #lottery: Lottery
  readonly #wheel: TimingWheel
  #handle: number | undefined = undefined
  #stale = false

  constructor(lottery: Lottery, wheel: TimingWheel) {
    this.#lottery = lottery
    this.#wheel = wheel
  }

  mine(node: NodeId, nBits: number): void {
    if (this.#lottery.mine(node, nBits)) this.#stale = true
  }

  stop(node: NodeId): void {
    if (this.#lottery.stop(node)) this.#stale = true
  }

  verifyWork(id: string, nBits: number): boolean {
    return this.#lottery.verify(id, nBits)
  }

  /** After every step: the search has no memory, so drawing again is as good as going on. */
  settle(nowMicros: Micros): void {
    if (!this.#stale) return
    this.#stale = false
    if (this.#handle !== undefined) this.#wheel.cancel(this.#handle)
    this.#handle = undefined
    const delay = this.#lottery.drawDelayMicros()
    if (delay === undefined || nowMicros + delay > Number.MAX_SAFE_INTEGER) return
    this.#handle = this.#wheel.schedule(nowMicros + delay, queued.lottery, 0, 0, 0, undefined)
  }

  /** The drawn time has come. Returns who found a block. */
  drawWinner(): NodeId {
    this.#handle = undefined
    this.#stale = true
    return this.#lottery.drawWinner()
  }

  /** The winner's header, with work done for it. */
  mint(node: NodeId, header: Uint8Array): Uint8Array {
    return this.#lottery.mint(header, this.#lottery.difficultyOf(node))
  }
}
