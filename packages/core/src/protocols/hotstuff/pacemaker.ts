import type { Micros, NodeId } from '../../model/index.ts'
import { type Certificate, type Message, TimeoutCertificate } from './hotstuff.messages.ts'
import { micros } from './hotstuff.parameters.ts'
import type { Vote } from './hotstuff.state.ts'
import { HotStuffSynchronisation } from './synchronisation.ts'

/**
 * The pacemaker (paper, section 6, algorithm 5), on which progress depends and safety does not. The
 * paper leaves open how nodes come to the same view; here they do as in DiemBFT v4 (The Diem Team,
 * "DiemBFT v4: State Machine Replication in the Diem Blockchain", 2021): whoever gives up on a view
 * tells everybody, f + 1 such nodes make the rest give up, and n − f make a timeout certificate, which
 * begins the next view. Whatever speaks of a view shows the certificate that began it, so that
 * whoever is behind catches up.
 *
 * Who gives up also shows everybody its vote. The votes of the last view before a Byzantine leader's
 * are then not lost with it: three correct leaders in a row are enough to commit, and among n > 3f
 * that take turns there are always three.
 *
 * Nobody waits while nothing is wanted: an idle system is silent.
 */
export abstract class HotStuffPacemaker extends HotStuffSynchronisation {
  /** Counts a vote towards a certificate. */
  abstract collectVote(from: NodeId, vote: Vote): void

  get isBusy(): boolean {
    return this.pending.size > 0
  }

  /**
   * Longer each time that so many views were given up that it was not for silent leaders alone: f of
   * n in turn may be that, and tell nothing about the network.
   */
  private get viewTimeout(): Micros {
    const growth = Math.floor(this.viewsGivenUp / this.correctAmong)
    return micros(this.parameters.viewTimeoutMs) * (1 + growth)
  }

  get viewsGivenUp(): number {
    return this.timeouts
  }

  /** Waits for the end of the view just while some request waits. */
  watchView(): void {
    if (this.isBusy === this.timerIsSet) return
    this.timerIsSet = this.isBusy
    if (this.isBusy) this.host.setTimer('view', this.viewTimeout)
    else this.host.cancelTimer('view')
  }

  enterView(view: number): void {
    this.curView = view
    this.interrupted = false
    if (this.timerIsSet) this.host.setTimer('view', this.viewTimeout)
  }

  afterCommit(): void {
    this.timeouts = 0
  }

  // ── Certificates, which end views. ──

  /** Takes in a valid certificate, whatever it came with. */
  onCertificate(certificate: Certificate): void {
    if (certificate.view >= this.curView) this.enterView(certificate.view + 1)
    if (certificate.view <= this.genericQC.view) return
    if (this.holds(certificate)) this.learn(certificate)
    else this.want(certificate)
  }

  onTimeoutCertificate(certificate: TimeoutCertificate): void {
    if (certificate.view < this.curView) return
    this.record({ kind: 'timeout', certificate })
    this.timeouts += 1
    this.enterView(certificate.view + 1)
  }

  /**
   * Follows others into `view`, where a timeout certificate shows that it has begun.
   * @returns whether this node is in that view now
   */
  follow(view: number, timeout: TimeoutCertificate | undefined): boolean {
    if (view > this.curView && timeout?.view === view - 1 && this.isTimeoutCertificate(timeout)) {
      this.onTimeoutCertificate(timeout)
    }
    return view === this.curView
  }

  /** The timeout certificate that began the present view, if it was one. */
  get viewProof(): TimeoutCertificate | undefined {
    return this.timeoutCertificate?.view === this.curView - 1 ? this.timeoutCertificate : undefined
  }

  // ── The nextView interrupt. ──

  viewTimeoutPassed(): void {
    this.host.setTimer('view', this.viewTimeout)
    this.interrupt()
  }

  /** Gives up on the present view, and says so; also again, as long as nothing comes of it. */
  private interrupt(): void {
    const view = this.curView
    this.interrupted = true
    const signature = this.signed({ kind: 'newView', view })
    const { ownVote } = this
    this.broadcast({
      kind: 'newView',
      view,
      justify: this.genericQCToReport(),
      timeout: this.viewProof,
      vote:
        ownVote?.view === view ? { block: ownVote.block, signature: ownVote.signature } : undefined,
      requests: this.oldestPending(() => false),
      signature,
    })
    this.newViews.set(this.host.self, { view, signature })
    this.countNewViews(view)
  }

  genericQCToReport(): Certificate {
    return this.genericQC
  }

  onNewView(from: NodeId, message: Message<'newView'>): void {
    const { view, justify, timeout, vote, requests, signature } = message
    if (requests.length > this.parameters.maxRequestsPerBlock) return
    for (const request of requests) if (this.isGenuine(request)) this.await(request)
    if (!this.catchUp(justify)) return
    if (!this.follow(view, timeout)) {
      if (view < this.curView) this.bringForward(from)
      return
    }
    // To whoever gives up on this view, what a busy node that has given up knows is on its way.
    const isTold = this.interrupted && this.isBusy
    if (justify.view < this.genericQC.view && !isTold) this.bringForward(from)
    if (!this.isSignedBy(from, { kind: 'newView', view }, signature)) return
    this.newViews.set(from, { view, signature })
    if (vote !== undefined) this.collectVote(from, { view, ...vote })
    this.countNewViews(view)
  }

  /** @returns false for a certificate that is none; what is no higher than the highest is not looked at */
  private catchUp(certificate: Certificate): boolean {
    if (certificate.view <= this.genericQC.view) return true
    if (!this.isCertificate(certificate)) return false
    this.onCertificate(certificate)
    return true
  }

  private countNewViews(view: number): void {
    if (view !== this.curView) return
    const signatures = this.collected(this.newViews, (newView) => newView.view === view)
    if (signatures.length >= this.quorum) {
      this.onTimeoutCertificate(TimeoutCertificate({ view, signatures }))
    } else if (signatures.length >= this.correctAmong && !this.interrupted) this.interrupt()
  }

  /** Tells a node that is behind how far this one is. */
  private bringForward(node: NodeId): void {
    this.host.send(node, { kind: 'sync', justify: this.genericQC, timeout: this.viewProof })
  }

  onSync({ justify, timeout }: Message<'sync'>): void {
    this.catchUp(justify)
    if (timeout !== undefined) this.follow(timeout.view + 1, timeout)
  }
}
