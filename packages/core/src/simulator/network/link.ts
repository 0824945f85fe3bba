import type { Micros } from '../../model/index.ts'

/** Names one cut of the network, to heal it alone. */
export type CutId = number

/** Up to here a table of all pairs is small enough to be kept whole. */
const largestTable = 1 << 20

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
  /** The latest arrival on each link so far: a table if it is small, else a map of the links in use. */
  readonly #latest: Float64Array | undefined
  readonly #latestOfUsed = new Map<number, number>()

  constructor(endpoints: number) {
    this.#endpoints = endpoints
    if (endpoints * endpoints <= largestTable) {
      this.#latest = new Float64Array(endpoints * endpoints)
    }
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
    const link = from * this.#endpoints + to
    const table = this.#latest
    const latest =
      table === undefined ? (this.#latestOfUsed.get(link) ?? 0) : (table[link] as number)
    if (arrival < latest) return latest
    if (table === undefined) this.#latestOfUsed.set(link, arrival)
    else table[link] = arrival
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
