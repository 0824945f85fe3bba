import type { Micros } from '../../model/index.ts'
import { LinkNumbers, noLink } from './link-numbers.ts'

/** Names one cut of the network, to heal it alone. */
export type CutId = number

/**
 * What is the matter with single links: cuts, and loss and delay beyond the network's own; and how
 * far each ordered link has got. A link is an ordered pair of endpoints.
 */
export class Links {
  readonly #endpoints: number
  /** 1 where a link is cut; undefined while none is. */
  #cut: Uint8Array | undefined = undefined
  readonly #cuts = new Map<CutId, (from: number, to: number) => boolean>()
  #nextCut: CutId = 1
  readonly #loss = new Map<number, number>()
  readonly #delay = new Map<number, Micros>()
  readonly #numbers: LinkNumbers
  /** The latest arrival so far on each link that has a number. */
  readonly #latest: Float64Array
  /** The same for the few others. */
  readonly #latestOfOthers = new Map<number, number>()

  /** @param neighbours whom each node has a link to, in ascending order; what else passes is the exception */
  constructor(endpoints: number, neighbours: readonly (readonly number[])[]) {
    this.#endpoints = endpoints
    this.#numbers = new LinkNumbers(neighbours)
    this.#latest = new Float64Array(this.#numbers.count)
  }

  isCut(from: number, to: number): boolean {
    return this.#cut !== undefined && this.#cut[from * this.#endpoints + to] === 1
  }

  /** Cuts every link for which `crosses` holds. */
  cut(crosses: (from: number, to: number) => boolean): CutId {
    const id = this.#nextCut++
    this.#cuts.set(id, crosses)
    this.#drawCuts()
    return id
  }

  /** Heals one cut, or all. */
  heal(id?: CutId): void {
    if (id === undefined) this.#cuts.clear()
    else this.#cuts.delete(id)
    this.#drawCuts()
  }

  /** The probability with which a link loses a message, beyond the network's own. */
  loss(from: number, to: number): number {
    return this.#loss.size === 0 ? 0 : (this.#loss.get(from * this.#endpoints + to) ?? 0)
  }

  setLoss(from: number, to: number, probability: number): void {
    if (probability === 0) this.#loss.delete(from * this.#endpoints + to)
    else this.#loss.set(from * this.#endpoints + to, probability)
  }

  /** What a link adds to the delay of every message. */
  delay(from: number, to: number): Micros {
    return this.#delay.size === 0 ? 0 : (this.#delay.get(from * this.#endpoints + to) ?? 0)
  }

  setDelay(from: number, to: number, micros: Micros): void {
    if (micros === 0) this.#delay.delete(from * this.#endpoints + to)
    else this.#delay.set(from * this.#endpoints + to, micros)
  }

  /** Ends all loss and delay of single links; cuts remain. */
  clear(): void {
    this.#loss.clear()
    this.#delay.clear()
  }

  /** The arrival of a message that may not overtake an earlier one of its link: the same or later. */
  inOrder(from: number, to: number, arrival: number): number {
    const link = this.#numbers.of(from, to)
    if (link === noLink) return this.#inOrderOfOthers(from * this.#endpoints + to, arrival)
    const latest = this.#latest[link] as number
    if (arrival < latest) return latest
    this.#latest[link] = arrival
    return arrival
  }

  #inOrderOfOthers(pair: number, arrival: number): number {
    const latest = this.#latestOfOthers.get(pair) ?? 0
    if (arrival < latest) return latest
    this.#latestOfOthers.set(pair, arrival)
    return arrival
  }

  #drawCuts(): void {
    if (this.#cuts.size === 0) {
      this.#cut = undefined
      return
    }
    const cut = new Uint8Array(this.#endpoints * this.#endpoints)
    for (const crosses of this.#cuts.values()) {
      for (let from = 0; from < this.#endpoints; from++) {
        for (let to = 0; to < this.#endpoints; to++) {
          if (from !== to && crosses(from, to)) cut[from * this.#endpoints + to] = 1
        }
      }
    }
    this.#cut = cut
  }
}
