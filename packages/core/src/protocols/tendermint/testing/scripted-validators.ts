import { Request } from '../../../machines/signed-request.ts'
import {
  type Checker,
  clientSigner,
  decode,
  encode,
  type LogPosition,
  type NodeId,
  parameterValues,
  type RequestId,
  sha256,
  signedRequest,
  text,
} from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import { IdealSignatures } from '../../../simulator/signatures.ts'
import type { ScriptedHost } from '../../testing/scripted-host.ts'
import {
  among as amongNodes,
  type MessageInFlight,
  ScriptedNodes,
} from '../../testing/scripted-nodes.ts'
import { signedProposal, signedVote } from '../signed-content.ts'
import {
  Block,
  type Message,
  Proposal,
  TendermintMessage,
  type TendermintRecord,
  Vote,
  type VoteType,
} from '../tendermint.messages.ts'
import { tendermintParameters } from '../tendermint.parameters.ts'
import { Tendermint } from '../tendermint.ts'

export type TendermintTimer = (typeof Tendermint.schema.timers)[number]

export type InFlight = MessageInFlight<TendermintMessage>

export interface ScriptOptions {
  readonly nodes?: number
  readonly parameters?: { readonly [name: string]: number }
  readonly checkers?: readonly Checker<Tendermint>[]
  /** The protocol, or a planted bug of it. */
  readonly protocol?: typeof Tendermint
  /** Disks that take no time (the default), or that hold a record only when the script says so. */
  readonly disks?: 'instant' | 'slow'
}

/** Messages between these alone. */
export const among = (...nodes: readonly NodeId[]): ((sent: InFlight) => boolean) =>
  amongNodes(nodes)

const noBytes = new Uint8Array(0)
const noMoment = { event: 0, timeMicros: 0 }

/** The id of a block, as validators work it out. */
export function idOf(block: Block): Uint8Array {
  return sha256(encode(Block, block))
}

/** Scripted validators, whose clocks stand still. A script can also speak in their name: then they are puppets. */
export class ScriptedValidators extends ScriptedNodes<
  Tendermint,
  TendermintMessage,
  TendermintRecord,
  TendermintTimer
> {
  readonly signatures = new IdealSignatures(new Random(1))
  private readonly options: ScriptOptions

  constructor(options: ScriptOptions = {}) {
    super({
      nodes: options.nodes ?? 4,
      messages: TendermintMessage,
      autoSync: options.disks !== 'slow',
    })
    this.options = options
    for (const id of this.nodes) this.boot(id)
    this.drop()
  }

  protected override create(
    host: ScriptedHost<Tendermint, TendermintMessage, TendermintRecord, TendermintTimer>,
  ): Tendermint {
    const given = parameterValues(tendermintParameters, this.options.parameters)
    return new (this.options.protocol ?? Tendermint)(host, given)
  }

  recorded(node: NodeId, record: TendermintRecord): void {
    for (const checker of this.options.checkers ?? []) checker.recorded?.(node, record, noMoment)
  }

  // ── What a script looks at. ──

  /** What the machine of a validator has run. */
  journal(id: NodeId): string {
    return decode(text, this.host(id).application.query(noBytes))
  }

  /** The votes of this type that a validator has sent, by round: the text of the block's first request, or nil. */
  votesSent(id: NodeId, type: VoteType): string[] {
    const { ownVotes, rounds } = this.node(id)
    const known = [...rounds.values()].flatMap(({ proposals }) => proposals)
    return ownVotes
      .filter((vote) => vote.type === type)
      .map((vote) => {
        const block = known.find((some) => vote.id && String(some.id) === String(vote.id))
        const said =
          block === undefined ? (vote.id && 'unknown') || 'nil' : linesOf(block.proposal.value)
        return `${vote.round} ${said}`
      })
  }

  // ── Steps. ──

  /** After a crash. */
  start(id: NodeId): void {
    this.boot(id)
    for (const checker of this.options.checkers ?? []) {
      checker.restarted?.(id, this.node(id), noMoment)
    }
  }

  startRound(id: NodeId, round: number): void {
    this.step(id, (node) => node.startRound(round))
  }

  override crash(id: NodeId, surviving?: LogPosition): void {
    super.crash(id, surviving)
    this.drop(({ to }) => to === id)
  }

  /** A client asks these validators, or all, to write a line. */
  write(line: string, { client, sequence }: RequestId, nodes = this.nodes): void {
    const { body, signature } = this.request(line, { client, sequence })
    for (const id of nodes) {
      if (this.host(id).node === undefined) continue
      const command = { kind: 'request', body, signature } as const
      this.step(id, (node) => node.propose(command, { client, sequence }))
    }
  }

  receive(to: NodeId, from: NodeId, message: TendermintMessage): void {
    this.step(to, (node) => node.receive(from, message))
  }

  // ── In the name of clients and validators. ──

  request(line: string, { client, sequence }: RequestId): Request {
    const body = encode(text, line)
    const signature = this.signatures.sign(
      clientSigner(client),
      signedRequest({ client, sequence }, body),
    )
    return Request({ client, sequence, body, signature })
  }

  /** A block with this one line, for the height where a validator is. */
  block(line: string, at: NodeId, client = 1): Block {
    const { height, lastBlock, stateHash } = this.node(at)
    const request = this.request(line, { client, sequence: 1 })
    return Block({ height, previous: lastBlock, stateHash, requests: [request] })
  }

  /** A proposal in the name of the proposer of its round, where no other is named. */
  proposal(
    value: Block,
    round: number,
    {
      validRound = -1,
      height = value.height,
      proposer = (height + round) % this.nodes.length,
    }: { validRound?: number; height?: number; proposer?: NodeId } = {},
  ): Message<'proposal'> {
    const signed = signedProposal({ height, round, validRound }, idOf(value))
    const signature = this.signatures.sign(proposer, signed)
    return { kind: 'proposal', proposal: Proposal({ height, round, value, validRound, signature }) }
  }

  vote(type: VoteType, voter: NodeId, height: number, round: number, block?: Block): Vote {
    const id = block && idOf(block)
    const signature = this.signatures.sign(voter, signedVote({ type, height, round, id }))
    return Vote({ type, height, round, id, voter, signature })
  }

  /** Votes of some for a block or nil, at the height where the receiver is. */
  votes(to: NodeId, type: VoteType, voters: readonly NodeId[], round: number, block?: Block): void {
    for (const voter of voters) {
      const vote = this.vote(type, voter, this.node(to).height, round, block)
      this.receive(to, voter, { kind: 'vote', vote })
    }
  }
}

/** The lines of a block's requests. */
export function linesOf({ requests }: Block): string {
  return requests.map(({ body }) => decode(text, body)).join(' ')
}
