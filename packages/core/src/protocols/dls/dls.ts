import { equalBytes, type NodeId, type RequestId } from '../../model/index.ts'
import { Announcement, type DlsCommand, type DlsMessage } from './dls.messages.ts'
import { announcementText } from './signed-text.ts'
import { DlsTrying } from './trying.ts'
import type { Value } from './value-list.ts'

/**
 * DLS: the algorithm for Byzantine faults with authentication (algorithm 2) of Cynthia Dwork, Nancy
 * Lynch and Larry Stockmeyer, "Consensus in the Presence of Partial Synchrony" (Journal of the ACM,
 * 1988), whose sections the comments name.
 *
 * Model: partially synchronous. Until some unknown time GST messages may be lost, late and out of order,
 * and clocks may be wrong; after it messages arrive within Δ. Up to t of N >= 3t + 1 processors are
 * faulty in any way, and no one can sign for another. Always: agreement (the paper's consistency) and
 * strong unanimity. After GST: termination. Beyond the paper, a correct processor may crash and come
 * back with its round and its locks.
 *
 * The class is a chain, each part resting on those before it:
 *   distributed-clock  rounds that all are in at about the same time (§3.1, §5.2)
 *   proper-values      what may be decided, for strong unanimity
 *   locks              what may have been decided, with proofs (§3.2.2)
 *   trying             the phases: lists, proposal, acknowledgements, lock release (§3.2.2)
 * and here, what comes in from the host, the decision, and how it gets about.
 *
 * A coordinator decides in its own phase, and tells everyone (§4.2, remark 2): of t + 1 who say
 * "decide v" one is correct. Their signatures can be passed on, so whoever has t + 1 of them halts,
 * and shows them to anyone who still goes on. In the paper's model, where all that was said may have been
 * lost, nobody could halt for good; here too such a processor goes on answering.
 */
export class Dls extends DlsTrying {
  start(): void {
    if (this.initial === undefined) return
    this.proper = [this.initial]
    this.startClock()
  }

  timeout(_timer: 'round'): void {
    this.claimNextRound()
  }

  receive(from: NodeId, message: DlsMessage): void {
    if (message.kind === 'decide') return this.onDecide(message.announcements)
    if (this.halted) return this.showProof(from, message)
    switch (message.kind) {
      case 'claim':
        return this.onClaim(message)
      case 'tick':
        return this.onTick(message)
      case 'list':
      case 'lock':
      case 'acknowledge':
      case 'release':
        this.hear(from, message.standing)
        return this.onRoundMessage(from, message)
    }
  }

  propose({ value }: DlsCommand, request: RequestId): void {
    if (this.decision !== undefined) return this.answer(request, this.decision)
    if (this.initial === undefined) {
      this.record({ kind: 'initial', value })
      this.proper = [...this.proper, value]
      this.reconsider()
      if (this.round === 0) this.startClock()
    }
    const { client, sequence } = request
    this.waiting = this.waiting.filter((other) => other.client !== client)
    this.waiting.push({ client, sequence })
  }

  decide(value: Value): void {
    if (this.decision !== undefined) return
    this.record({ kind: 'decision', value })
    this.host.output({ kind: 'decided', value })
    for (const request of this.waiting) this.answer(request, value)
    this.waiting = []
    this.announce()
  }

  private answer(request: RequestId, value: Value): void {
    this.host.reply(request, { kind: 'done', result: value })
  }

  /** "Decide v", at once and then once a phase, until t + 1 have said it. */
  announce(): void {
    const { decision: value, host } = this
    if (value === undefined || this.halted) return
    const signature = host.sign(announcementText({ value }))
    const announcement = Announcement({ node: host.self, value, signature })
    this.broadcast({ kind: 'decide', announcements: [announcement] })
    this.note(announcement)
  }

  private onDecide(announcements: readonly Announcement[]): void {
    if (this.halted || !announcements.every((each) => this.hasAnnounced(each))) return
    if (announcements.length === 1) this.note(announcements[0] as Announcement)
    else if (this.isProof(announcements)) this.halt(announcements)
  }

  hasAnnounced(announcement: Announcement): boolean {
    const { node, signature } = announcement
    return this.host.verify(node, announcementText(announcement), signature)
  }

  private note(announcement: Announcement): void {
    this.announcements.set(announcement.node, announcement)
    const alike = [...this.announcements.values()]
      .filter(({ value }) => equalBytes(value, announcement.value))
      .sort((left, right) => left.node - right.node)
    if (this.isProof(alike)) this.halt(alike)
  }

  /** t + 1 processors, of which one is correct, say the same. */
  isProof(announcements: readonly Announcement[]): boolean {
    const [first] = announcements
    const sayers = new Set(announcements.map(({ node }) => node))
    return (
      first !== undefined &&
      sayers.size > this.faulty &&
      announcements.every(({ value }) => equalBytes(value, first.value))
    )
  }

  private halt(proof: readonly Announcement[]): void {
    this.proof = [...proof]
    this.decide((proof[0] as Announcement).value)
    this.host.cancelTimer('round')
    this.broadcast({ kind: 'decide', announcements: this.proof })
  }

  get halted(): boolean {
    return this.proof.length > 0
  }

  /** Only to those who claim a round: all who go on do so, and one answer a round is enough. */
  private showProof(to: NodeId, message: DlsMessage): void {
    if (message.kind !== 'claim') return
    this.host.send(to, { kind: 'decide', announcements: this.proof })
  }
}
