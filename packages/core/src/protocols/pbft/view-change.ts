import type { NodeId } from '../../model/index.ts'
import { PbftNormalCase } from './normal-case.ts'
import { type Message, type PreparedCertificate, ViewChange } from './pbft.messages.ts'

/**
 * View changes (§4.4, §4.5.2): a replica that no longer trusts its view leaves it, and shows what it
 * has prepared, so that nothing that may be committed is lost.
 */
export abstract class PbftViewChange extends PbftNormalCase {
  /** This replica is the primary of `view`, and a quorum wants it. */
  abstract beginNewView(): void

  /** The view-change timer has gone off: the primary, or the view, is no good. */
  leaveView(): void {
    this.startViewChange(this.view + 1)
  }

  /** Leaves the present view: until the new one begins, the replica orders nothing. */
  startViewChange(view: number): void {
    this.record({ kind: 'viewChange', view })
    this.viewsInVain += 1
    this.newViewAwaited = false
    this.stopAwaiting()
    this.proposals = []
    this.announceViewChange()
    this.considerViewChanges()
  }

  announceViewChange(): void {
    const viewChange = this.makeViewChange()
    this.viewChanges[this.host.self] = viewChange
    this.broadcast({ kind: 'viewChange', viewChange })
  }

  makeViewChange(): ViewChange {
    const { view, stable } = this
    const prepared = this.preparedCertificates()
    const signature = this.sign({ kind: 'viewChange', view, stable, prepared })
    return ViewChange({ view, replica: this.host.self, stable, prepared, signature })
  }

  /** P: what is prepared here since the stable checkpoint, in whatever view. */
  preparedCertificates(): PreparedCertificate[] {
    const prepared: PreparedCertificate[] = []
    for (let n = this.lowWatermark + 1; n <= this.highWatermark; n += 1) {
      const certificate = this.log.get(n)?.prepared
      if (certificate !== undefined) prepared.push(certificate)
    }
    return prepared
  }

  onViewChange(from: NodeId, { viewChange }: Message<'viewChange'>): void {
    const { view, replica } = viewChange
    if (replica !== from || !this.isAhead(view)) return
    const known = this.viewChanges[from]
    if (known !== undefined && known.view >= view) return
    if (!this.isValidViewChange(viewChange)) return
    this.viewChanges[from] = viewChange
    this.considerViewChanges()
  }

  /** Is it a view that this replica has yet to enter? */
  isAhead(view: number): boolean {
    return view > this.view || (view === this.view && this.changing)
  }

  /** Signed by its replica, with a proof of its checkpoint and of each request it says is prepared (§4.4). */
  isValidViewChange(viewChange: ViewChange): boolean {
    const { view, stable, prepared } = viewChange
    if (!this.isViewChangeSigned(viewChange)) return false
    if (stable !== undefined && !this.isStableProof(stable)) return false
    const low = stable?.sequence ?? 0
    let last = low
    for (const certificate of prepared) {
      const { prePrepare } = certificate
      const inWindow = prePrepare.sequence <= low + this.parameters.logWindow
      if (prePrepare.sequence <= last || !inWindow || prePrepare.view >= view) return false
      if (!this.isPreparedProof(certificate)) return false
      last = prePrepare.sequence
    }
    return true
  }

  considerViewChanges(): void {
    const joined = this.viewToJoin()
    if (joined !== undefined) {
      this.startViewChange(joined)
      return
    }
    if (!this.changing) return
    if (this.isPrimary && this.countFrom(this.view, this.view) >= this.quorum) this.beginNewView()
    else if (!this.newViewAwaited && this.countFrom(this.view) >= this.quorum) {
      // Only now can the new view be expected, so the timer starts only now (§4.5.2). Those who have
      // gone on to later views count too: they did not see this one begin.
      this.newViewAwaited = true
      this.host.setTimer('viewChange', this.viewChangeTimeout)
    }
  }

  /**
   * Where f + 1 others have left for later views, one of them is correct: the smallest of these views
   * is to be joined even before the own timer goes off (§4.5.2).
   */
  private viewToJoin(): number | undefined {
    let later = 0
    let smallest = Number.POSITIVE_INFINITY
    for (const viewChange of this.viewChanges) {
      if (viewChange === undefined || viewChange.view <= this.view) continue
      later += 1
      smallest = Math.min(smallest, viewChange.view)
    }
    return later > this.faulty ? smallest : undefined
  }

  /** How many replicas have left for one of these views. */
  private countFrom(first: number, last = Number.POSITIVE_INFINITY): number {
    let count = 0
    for (const viewChange of this.viewChanges) {
      if (viewChange !== undefined && viewChange.view >= first && viewChange.view <= last)
        count += 1
    }
    return count
  }
}
