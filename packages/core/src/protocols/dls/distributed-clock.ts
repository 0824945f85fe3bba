import { machine, microsPerMillisecond, type NodeId } from '../../model/index.ts'
import {
  Claim,
  DlsCommand,
  DlsMessage,
  DlsRecord,
  type Message,
  type RoundMessage,
} from './dls.messages.ts'
import { dlsParameters } from './dls.parameters.ts'
import { dlsState } from './dls.state.ts'
import { phaseOf, roundOf } from './phase.ts'
import { claimText } from './signed-text.ts'

/**
 * The distributed clock for Byzantine faults with authentication (§5.2), of which one tick is one
 * round of the basic model (§3.1).
 *
 * Who has spent a round's length in round r claims round r + 1, and goes on claiming it. The clock
 * moves on to round j once t + 1 processors claim j or more, for one of them is correct: so a round
 * lasts as long as it should for the first correct processor, whatever the others claim. The t + 1
 * claims are a tick, which proves the round to anyone and is passed on: so once messages are timely
 * all correct processors begin a round within Δ of each other, and whoever was cut off or down joins
 * the others at once, past the rounds that it has missed.
 *
 * What comes early waits for its round; what comes late is lost, as messages of the basic model may be.
 */
export abstract class DlsClock extends machine({
  state: dlsState,
  message: DlsMessage,
  record: DlsRecord,
  command: DlsCommand,
  timers: ['round'],
  parameters: dlsParameters,
}) {
  /** A round begins: `round` is already the new one. */
  abstract beginRound(): void
  /** A message of the present round. */
  abstract inRound(from: NodeId, message: RoundMessage): void
  /** Nothing is left to do but to tell others the decision. */
  abstract get halted(): boolean

  /** t: how many processors may be faulty, where N >= 3t + 1. */
  get faulty(): number {
    return Math.floor((this.host.nodes.length - 1) / 3)
  }

  get phase(): number {
    return phaseOf(this.round)
  }

  get roundMicros(): number {
    const { roundMs, roundGrowthMs } = this.parameters
    return Math.round((roundMs + (this.phase - 1) * roundGrowthMs) * microsPerMillisecond)
  }

  /** Begins the first round, once there is an initial value to begin with; or stays in the one in which this processor fell, of which it says nothing more. */
  startClock(): void {
    if (this.round === 0) this.enterRound(1, [])
    else this.host.setTimer('round', this.roundMicros)
  }

  /** The round has lasted long enough, or the others have not followed: they are told, again and again. */
  claimNextRound(): void {
    this.host.setTimer('round', this.roundMicros)
    const round = this.round + 1
    const signature = this.host.sign(claimText({ round }))
    const claim = Claim({ node: this.host.self, round, signature })
    this.broadcast({ kind: 'claim', claim, tick: this.tick })
    this.claims.set(this.host.self, claim)
    this.advance()
  }

  onClaim({ claim, tick }: Message<'claim'>): void {
    this.noteTick(tick)
    this.noteClaim(claim)
    this.advance()
  }

  onTick({ tick }: Message<'tick'>): void {
    this.noteTick(tick)
    this.advance()
  }

  /** Claims that prove no later round than the present one are not worth verifying. */
  private noteTick(tick: readonly Claim[]): void {
    const newer = tick.filter(({ round }) => round > this.round)
    if (newer.length > this.faulty) for (const claim of newer) this.noteClaim(claim)
  }

  private noteClaim(claim: Claim): void {
    const known = this.claims.get(claim.node)
    if (claim.round <= this.round || (known !== undefined && claim.round <= known.round)) return
    if (!this.host.verify(claim.node, claimText(claim), claim.signature)) return
    this.claims.set(claim.node, claim)
  }

  /** Moves on to the latest round that t + 1 processors claim to have reached. */
  private advance(): void {
    const later = [...this.claims.values()]
      .filter(({ round }) => round > this.round)
      .sort((left, right) => right.round - left.round || left.node - right.node)
    const tick = later.slice(0, this.faulty + 1)
    if (tick.length <= this.faulty) return
    this.enterRound((tick[this.faulty] as Claim).round, tick)
  }

  private enterRound(round: number, tick: Claim[]): void {
    this.record({ kind: 'round', round })
    this.tick = tick
    if (tick.length > 0) this.broadcast({ kind: 'tick', tick })
    this.host.setTimer('round', this.roundMicros)
    this.beginRound()
    const { early } = this
    this.early = early.filter(({ message }) => roundOf(message as RoundMessage) > round)
    for (const { from, message } of early) {
      if (roundOf(message as RoundMessage) === round) this.inRound(from, message as RoundMessage)
    }
  }

  /** A message of any round: of each sender and kind the latest is kept, for more a correct one never sends. */
  onRoundMessage(from: NodeId, message: RoundMessage): void {
    const round = roundOf(message)
    if (round === this.round) this.inRound(from, message)
    if (round <= this.round) return
    this.early = this.early.filter(
      (other) => other.from !== from || other.message.kind !== message.kind,
    )
    this.early.push({ from, message })
  }
}
