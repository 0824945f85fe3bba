import { type Digest, encode, equalBytes, machine, type NodeId } from '../../model/index.ts'
import {
  Block,
  type Certificate,
  type Commit,
  type Snapshot,
  TendermintCommand,
  TendermintMessage,
  TendermintRecord,
} from './tendermint.messages.ts'
import { tendermintParameters } from './tendermint.parameters.ts'
import { tendermintState } from './tendermint.state.ts'
import { maximumFaulty, quorumOf } from './voting-power.ts'

const noBytes = new Uint8Array(0)

/**
 * What is durable: the decisions, and all that this validator has signed and promised at the present
 * height; and who the validators are.
 */
export abstract class TendermintLedger extends machine({
  state: tendermintState,
  message: TendermintMessage,
  record: TendermintRecord,
  command: TendermintCommand,
  timers: ['propose', 'prevote', 'precommit', 'empty', 'status'],
  parameters: tendermintParameters,
}) {
  /** The only place that writes durable fields: live, and when a host replays the disk. */
  apply(record: TendermintRecord): void {
    switch (record.kind) {
      case 'proposal':
        this.ownProposals.push(record.proposal)
        break
      case 'vote':
        this.ownVotes.push(record.vote)
        break
      case 'lock':
        this.lockedValue = record.value // line 38
        this.lockedRound = record.polka.round // line 39
        this.applyValid(record.value, record.polka)
        break
      case 'valid':
        this.applyValid(record.value, record.polka)
        break
      case 'commit':
        this.applyCommit(record.commit)
        break
      case 'snapshot':
        this.snapshot = record.snapshot
        this.commits.splice(0, record.discarded - this.discarded)
        this.discarded = record.discarded
        break
      case 'install':
        this.applyInstall(record.snapshot, record.commit)
        break
      case 'evidence':
        this.evidence.set(record.culprit, record.evidence)
        break
    }
  }

  private applyValid(value: Block, polka: Certificate): void {
    this.validValue = value // line 42
    this.validRound = polka.round // line 43
    this.validPolka = polka
  }

  private applyCommit(commit: Commit): void {
    this.commits.push(commit) // line 51
    this.height = commit.block.height + 1 // line 52
    this.lastBlock = commit.certificate.id ?? noBytes
    this.forgetHeight()
  }

  private applyInstall(snapshot: Snapshot, commit: Commit): void {
    this.snapshot = snapshot
    this.commits = []
    this.discarded = snapshot.height
    this.applyCommit(commit)
  }

  /** Line 53. What was signed at a height that is decided cannot be contradicted any more. */
  private forgetHeight(): void {
    this.lockedRound = -1
    this.lockedValue = undefined
    this.validRound = -1
    this.validValue = undefined
    this.validPolka = undefined
    this.ownProposals = []
    this.ownVotes = []
  }

  /** The decision of a height from `discarded` on, below `height`. */
  commitAt(height: number): Commit {
    return this.commits[height - this.discarded] as Commit
  }

  /** The paper's id(v). */
  idOf(block: Block): Digest {
    return this.host.hash(encode(Block, block))
  }

  // ── Validators, and their voting power. ──

  powerOf(node: NodeId): number {
    return node === 0 ? this.parameters.heaviestWeight : 1
  }

  get totalPower(): number {
    return this.host.nodes.length - 1 + this.parameters.heaviestWeight
  }

  /** The paper's 2f+1. */
  get quorum(): number {
    return quorumOf(this.totalPower)
  }

  /** The paper's f+1: among so many there is a correct validator. */
  get oneCorrect(): number {
    return maximumFaulty(this.totalPower) + 1
  }

  proposer(height: number, round: number): NodeId {
    return this.rotation[(height + round) % this.rotation.length] as NodeId
  }

  isValidator(node: NodeId): boolean {
    return node < this.host.nodes.length
  }
}

/** Are these the same id, or both nil? */
export function sameId(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  return left === undefined || right === undefined ? left === right : equalBytes(left, right)
}
