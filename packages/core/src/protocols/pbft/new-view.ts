import { type Digest, equalBytes, type NodeId } from '../../model/index.ts'
import { type NewViewContent, newViewContent } from './new-view-content.ts'
import { type Message, NewView, type PrePrepare, ViewChange } from './pbft.messages.ts'
import { PbftViewChange } from './view-change.ts'

/** The new view (§4.4): its primary proves that it begins with what the old ones may have committed. */
export abstract class PbftNewView extends PbftViewChange {
  beginNewView(): void {
    const { view } = this
    const viewChanges = this.viewChangesToShow()
    const content = newViewContent(viewChanges)
    const prePrepares = this.prePreparesOf(content)
    const signature = this.sign({ kind: 'newView', view, viewChanges, prePrepares })
    const newView = NewView({ view, viewChanges, prePrepares, signature })
    this.enterNewView(newView, content)
  }

  /** O. */
  prePreparesOf({ low, digests }: NewViewContent): PrePrepare[] {
    return digests.map((digest, i) => this.signPrePrepare(this.view, low + 1 + i, digest))
  }

  /** V: this replica's own view change, and as many others as a quorum takes. */
  private viewChangesToShow(): ViewChange[] {
    const { self } = this.host
    const own = this.viewChanges[self] as ViewChange
    const others = this.viewChanges.filter(
      (viewChange): viewChange is ViewChange =>
        viewChange?.view === this.view && viewChange.replica !== self,
    )
    return [own, ...others.slice(0, this.quorum - 1)].sort(
      (left, right) => left.replica - right.replica,
    )
  }

  onNewView({ newView }: Message<'newView'>): void {
    const { view, viewChanges } = newView
    if (!this.isAhead(view) || this.primaryOf(view) === this.host.self) return
    if (!this.isNewViewSigned(newView) || !this.areViewChangesFor(view, viewChanges)) return
    const content = newViewContent(viewChanges)
    if (this.followsFrom(newView, content)) this.enterNewView(newView, content)
  }

  /** Is V made of valid view changes to this view, of a quorum? */
  private areViewChangesFor(view: number, viewChanges: readonly ViewChange[]): boolean {
    if (viewChanges.length !== this.quorum) return false
    let last = -1
    for (const viewChange of viewChanges) {
      if (viewChange.replica <= last || viewChange.view !== view) return false
      last = viewChange.replica
      const known = this.viewChanges[viewChange.replica]
      const verified = known !== undefined && ViewChange.equal(known, viewChange)
      if (!verified && !this.isValidViewChange(viewChange)) return false
    }
    return true
  }

  /** Is O what follows from V? A backup computes it for itself (§4.4). */
  followsFrom({ view, prePrepares }: NewView, { low, digests }: NewViewContent): boolean {
    return (
      prePrepares.length === digests.length &&
      prePrepares.every(
        (prePrepare, i) =>
          prePrepare.view === view &&
          prePrepare.sequence === low + 1 + i &&
          equalBytes(prePrepare.digest, digests[i] as Digest) &&
          this.isPrePrepareSigned(prePrepare),
      )
    )
  }

  private enterNewView(newView: NewView, content: NewViewContent): void {
    if (content.stable !== undefined) {
      this.learnStable(content.stable, this.holderOf(newView, content.low))
    }
    const position = this.record({ kind: 'newView', newView })
    // Before all else that the primary says in its view.
    if (this.isPrimary) this.broadcast({ kind: 'newView', newView })
    this.newViewAwaited = false
    this.stopAwaiting()
    this.adoptNewView(content)
    for (const prePrepare of this.orderedAfter(this.lowWatermark)) {
      this.prepare(prePrepare, position)
    }
    this.awaitExecution()
    this.proposeBatches()
  }

  /** Brings what follows from the durable view up to date. */
  adoptNewView({ low, digests }: NewViewContent): void {
    this.viewFloor = low
    this.assigned = Math.max(low + digests.length, this.lowWatermark)
    this.proposals = this.isPrimary
      ? this.queue.map(({ client, sequence }) => ({ client, sequence }))
      : []
  }

  /** A replica, other than this one, that says its checkpoint `low` is stable. */
  private holderOf({ viewChanges }: NewView, low: number): NodeId {
    const { self } = this.host
    const holder = viewChanges.find(
      ({ replica, stable }) => replica !== self && stable?.sequence === low,
    )
    return holder?.replica ?? self
  }

  orderedByNewView(sequence: number): PrePrepare | undefined {
    const prePrepares = this.newView?.prePrepares
    const first = prePrepares?.[0]
    return first === undefined ? undefined : prePrepares?.[sequence - first.sequence]
  }
}
