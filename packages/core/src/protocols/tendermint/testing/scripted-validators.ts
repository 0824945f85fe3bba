import {
  type Checker,
  clientSigner,
  decode,
  encode,
  type NodeId,
  type Outcome,
  type Output,
  parameterValues,
  type RequestId,
  sha256,
  signedRequest,
  text,
} from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import { IdealSignatures } from '../../../simulator/signatures.ts'
import { signedProposal, signedVote } from '../signed-content.ts'
import {
  Block,
  type Message,
  Proposal,
  Request,
  TendermintMessage,
  type TendermintRecord,
  Vote,
  type VoteType,
} from '../tendermint.messages.ts'
import { tendermintParameters } from '../tendermint.parameters.ts'
import { Tendermint } from '../tendermint.ts'
import { ScriptedHost, type ScriptedWorld } from './scripted-host.ts'

export type TendermintTimer = (typeof Tendermint.schema.timers)[number]

/** A message on its way. */
export interface InFlight {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: TendermintMessage
}

export interface ScriptOptions {
  readonly nodes?: number
  readonly parameters?: { readonly [name: string]: number }
  readonly checkers?: readonly Checker<Tendermint>[]
  /** The protocol, or a planted bug of it. */
  readonly protocol?: typeof Tendermint
  /** Disks that take no time (the default), or that hold a record only when the script says so. */
  readonly disks?: 'instant' | 'slow'
}

type Which = (inFlight: InFlight) => boolean

/** Messages between these alone. */
export const among =
  (...nodes: readonly NodeId[]): Which =>
  ({ from, to }) =>
    nodes.includes(from) && nodes.includes(to)

const noBytes = new Uint8Array(0)
const noMoment = { event: 0, timeMicros: 0 }

/** The id of a block, as validators work it out. */
export function idOf(block: Block): Uint8Array {
  return sha256(encode(Block, block))
}

/**
 * Validators among whom nothing happens by itself: a script delivers or drops messages, fires timers,
 * syncs disks, crashes and restarts. It can also speak for validators, in their name: then they are puppets.
 * Messages pass through their codec and are frozen.
 */
export class ScriptedValidators implements ScriptedWorld {
  readonly nodes: readonly NodeId[]
  readonly hosts: readonly ScriptedHost[]
  readonly signatures = new IdealSignatures(new Random(1))
  inFlight: InFlight[] = []
  readonly outputs: { readonly node: NodeId; readonly output: Output }[] = []
  readonly replies: {
    readonly node: NodeId
    readonly request: RequestId
    readonly outcome: Outcome
  }[] = []
  private readonly options: ScriptOptions

  constructor(options: ScriptOptions = {}) {
    this.options = options
    this.nodes = Array.from({ length: options.nodes ?? 4 }, (_, node) => node)
    this.hosts = this.nodes.map((node) => new ScriptedHost(this, node))
    for (const node of this.nodes) this.boot(node)
    this.drop()
  }

  // ── What hosts tell. ──

  sent(from: NodeId, to: NodeId, message: TendermintMessage): void {
    const passed = decode(TendermintMessage, encode(TendermintMessage, message))
    TendermintMessage.freeze(passed)
    this.inFlight.push({ from, to, message: passed })
  }

  recorded(node: NodeId, record: TendermintRecord): void {
    for (const checker of this.options.checkers ?? []) checker.recorded?.(node, record, noMoment)
  }

  output(node: NodeId, output: Output): void {
    this.outputs.push({ node, output })
  }

  replied(node: NodeId, request: RequestId, outcome: Outcome): void {
    this.replies.push({ node, request, outcome })
  }

  // ── What a script looks at. ──

  host(id: NodeId): ScriptedHost {
    return this.hosts[id] as ScriptedHost
  }

  node(id: NodeId): Tendermint {
    const { node } = this.host(id)
    if (node === undefined) throw new Error(`validator ${id} is down`)
    return node
  }

  get living(): Map<NodeId, Tendermint> {
    const up = this.hosts.filter(({ node }) => node !== undefined)
    return new Map(up.map((host) => [host.self, host.node as Tendermint]))
  }

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

  private boot(id: NodeId): void {
    const host = this.host(id)
    const node = new (this.options.protocol ?? Tendermint)(
      host,
      parameterValues(tendermintParameters, this.options.parameters),
    )
    for (const record of host.records) node.apply(record)
    host.node = node
    this.step(id, () => node.start())
  }

  /** The validator does something, and after that its disk, where that takes no time. */
  step(id: NodeId, act: (node: Tendermint) => void): void {
    act(this.node(id))
    if (this.options.disks !== 'slow') this.sync(id)
  }

  startRound(id: NodeId, round: number): void {
    this.step(id, (node) => node.startRound(round))
  }

  /** The disk of a validator takes in what was written. */
  sync(id: NodeId): void {
    const host = this.host(id)
    while (host.durable < host.records.length) {
      host.reached(host.records.length)
      this.node(id).durable(host.durable)
      if (this.options.disks === 'slow') return
    }
  }

  /** @param surviving how many records of its disk, of which it may have written more than are durable */
  crash(id: NodeId, surviving?: number): void {
    this.host(id).crash(surviving)
    this.drop(({ to }) => to === id)
  }

  timeout(id: NodeId, timer: TendermintTimer): void {
    if (!this.host(id).timers.delete(timer))
      throw new Error(`validator ${id} has not armed ${timer}`)
    this.step(id, (node) => node.timeout(timer))
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

  // ── The network. ──

  /** Delivers the oldest of these messages. Returns whether there was one. */
  deliver(which: Which = () => true): boolean {
    const place = this.inFlight.findIndex((inFlight) => which(inFlight))
    if (place < 0) return false
    const [{ from, to, message }] = this.inFlight.splice(place, 1) as [InFlight]
    if (this.host(to).node !== undefined) this.receive(to, from, message)
    return true
  }

  /** Delivers these messages, and those that come of them. Returns how many. */
  deliverAll(which: Which = () => true): number {
    for (let delivered = 0; ; delivered += 1) {
      if (!this.deliver(which)) return delivered
      if (delivered > 100_000) throw new Error('messages without end')
    }
  }

  /** Takes these messages off the network, and returns them. */
  drop(which: Which = () => true): InFlight[] {
    const dropped = this.inFlight.filter((inFlight) => which(inFlight))
    this.inFlight = this.inFlight.filter((inFlight) => !which(inFlight))
    return dropped
  }
}

/** The lines of a block's requests. */
export function linesOf({ requests }: Block): string {
  return requests.map(({ body }) => decode(text, body)).join(' ')
}
