import { BenOr } from './ben-or.ts'

/**
 * Protocol B of the same paper: some nodes lie. It differs from protocol A in how many messages are
 * enough, so that what liars say never tips the scales.
 *
 * Model: asynchronous, with reliable channels; up to t of n > 5t nodes do whatever they like.
 *   step 2    to propose v takes more than (n + t)/2 reports of v: then more than half of the honest
 *             nodes reported it, and no honest node proposes another value
 *   step 3a   to adopt v takes t + 1 proposals of it: one of them is honest
 *   step 3b   to decide v takes more than (n + t)/2 proposals of it: take away the t liars among them, and
 *             the t nodes that somebody else does not wait for, and more than t are left, for n > 5t
 */
export class ByzantineBenOr extends BenOr {
  override get faulty(): number {
    return Math.floor((this.host.nodes.length - 1) / 5)
  }

  override mayPropose(reports: number): boolean {
    return 2 * reports > this.host.nodes.length + this.faulty
  }

  override mustAdopt(proposals: number): boolean {
    return proposals > this.faulty
  }

  override mayDecide(proposals: number): boolean {
    return 2 * proposals > this.host.nodes.length + this.faulty
  }
}
