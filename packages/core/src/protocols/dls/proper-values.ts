import type { NodeId } from '../../model/index.ts'
import { DlsClock } from './distributed-clock.ts'
import { Standing } from './dls.messages.ts'
import { distinctValues, includesValue, type Value } from './value-list.ts'

/**
 * PROPER, the values that may be decided (§3.2.2): if all correct processors begin with v, then v
 * alone ever gets in, whatever faulty ones say. That is strong unanimity.
 */
export abstract class DlsProper extends DlsClock {
  get standing(): Standing {
    return Standing({
      initial: this.initial,
      proper: this.proper,
      everything: this.everythingProper,
    })
  }

  isProper(value: Value): boolean {
    return this.everythingProper || includesValue(this.proper, value)
  }

  /** What another processor attached to a message, which is true of it from then on. */
  hear(from: NodeId, standing: Standing): void {
    const known = this.standings.get(from)
    if (known !== undefined && Standing.equal(known, standing)) return
    this.standings.set(from, standing)
    this.reconsider()
  }

  reconsider(): void {
    if (this.everythingProper) return
    if (this.claimants(undefined) > this.faulty || this.initialsDiffer()) {
      this.everythingProper = true
      return
    }
    const claimed = [...this.standings.values()].flatMap(({ proper }) => proper)
    for (const value of distinctValues(claimed)) {
      if (!includesValue(this.proper, value) && this.claimants(value) > this.faulty) {
        // A new list: the old one may be in messages.
        this.proper = [...this.proper, value]
      }
    }
  }

  /** How many others claim that the value, or all of V, is in their PROPER sets: of t + 1 one is correct. */
  claimants(value: Value | undefined): number {
    let claimants = 0
    for (const { proper, everything } of this.standings.values()) {
      if (everything || (value !== undefined && includesValue(proper, value))) claimants += 1
    }
    return claimants
  }

  /**
   * Whether there are 2t + 1 processors of whose initial values no t + 1 are the same: then those of
   * the correct ones are not all the same, and any value is proper.
   */
  initialsDiffer(): boolean {
    const initials: Value[] = this.initial === undefined ? [] : [this.initial]
    for (const { initial } of this.standings.values()) if (initial) initials.push(initial)
    let counted = 0
    for (const value of distinctValues(initials)) {
      const same = initials.filter((initial) => includesValue([value], initial)).length
      counted += Math.min(same, this.faulty)
    }
    return counted > 2 * this.faulty
  }
}
