import {
  bool,
  type Infer,
  machine,
  map,
  type NodeId,
  natural,
  nodeId,
  nodeSet,
  option,
  shared,
  struct,
  text,
  union,
} from '../../model/index.ts'
import {
  beginPut,
  clientFields,
  isClient,
  otherServers,
  type RegisterMessage,
  receiveAnswer,
  registerMessages,
  serversParameter,
} from './register-client.ts'

const Ballot = struct({ round: natural, server: nodeId })
type Ballot = Infer<typeof Ballot>

/** What a client asked for, by whose request. */
const Proposal = shared('Proposal', { request: natural, requester: nodeId, value: text })
type Proposal = Infer<typeof Proposal>

const Acceptance = shared('Acceptance', { ballot: Ballot, proposal: Proposal })
type Acceptance = Infer<typeof Acceptance>

const PaxosRegisterMessage = union({
  ...registerMessages,
  prepare: { ballot: Ballot },
  prepared: { ballot: Ballot, accepted: option(Acceptance) },
  accept: { ballot: Ballot, proposal: Proposal },
  accepted: { ballot: Ballot },
  decided: { ballot: Ballot, proposal: Proposal },
})
type PaxosRegisterMessage = Infer<typeof PaxosRegisterMessage>
type Message<K extends PaxosRegisterMessage['kind']> = Extract<PaxosRegisterMessage, { kind: K }>

/**
 * A register that is written once, by single-decree Paxos among the servers: the example `paxos` of
 * Stateright, by Jonathan Nadal, state for state. Not to be confused with the protocol `paxos`, which
 * is deployed and simulated; this one is here because others have counted its states.
 */
export class PaxosRegister extends machine({
  state: {
    ballot: Ballot,
    proposal: option(Proposal),
    /** By server, the answer to this server's prepare request: what it had accepted. */
    prepares: map(nodeId, option(Acceptance)),
    accepts: nodeSet,
    accepted: option(Acceptance),
    decided: bool,
    ...clientFields,
  },
  message: PaxosRegisterMessage,
  record: union({}),
  command: union({}),
  timers: [],
  parameters: { servers: serversParameter },
}) {
  get majority(): number {
    return Math.floor(this.parameters.servers / 2) + 1
  }

  start(): void {
    if (isClient(this)) beginPut(this)
  }

  receive(from: NodeId, message: PaxosRegisterMessage): void {
    if (isClient(this)) receiveAnswer(this, message as RegisterMessage)
    else if (this.decided) this.answer(from, message)
    else this.agree(from, message)
  }

  apply(_record: never): void {}

  timeout(_timer: never): void {}

  propose(_command: never): void {}

  /** Once decided, a server knows the value, and has nothing else to say. */
  answer(from: NodeId, message: PaxosRegisterMessage): void {
    if (message.kind !== 'get') return
    const { value } = (this.accepted as Acceptance).proposal
    this.host.send(from, { kind: 'getOk', request: message.request, value })
  }

  agree(from: NodeId, message: PaxosRegisterMessage): void {
    switch (message.kind) {
      case 'put':
        return this.onPut(from, message)
      case 'prepare':
        return this.onPrepare(from, message)
      case 'prepared':
        return this.onPrepared(from, message)
      case 'accept':
        return this.onAccept(from, message)
      case 'accepted':
        return this.onAccepted(from, message)
      case 'decided':
        this.ballot = message.ballot
        this.accepted = Acceptance(message)
        this.decided = true
        return
      case 'get':
      case 'getOk':
      case 'putOk':
        return
    }
  }

  onPut(requester: NodeId, { request, value }: Message<'put'>): void {
    if (this.proposal !== undefined) return
    const { self } = this.host
    this.proposal = Proposal({ request, requester, value })
    this.ballot = { round: this.ballot.round + 1, server: self }
    this.prepares.clear()
    this.prepares.set(self, this.accepted)
    this.accepts.clear()
    this.broadcast({ kind: 'prepare', ballot: this.ballot })
  }

  onPrepare(from: NodeId, { ballot }: Message<'prepare'>): void {
    if (compareBallots(ballot, this.ballot) <= 0) return
    this.ballot = ballot
    this.host.send(from, { kind: 'prepared', ballot, accepted: this.accepted })
  }

  onPrepared(from: NodeId, { ballot, accepted }: Message<'prepared'>): void {
    if (compareBallots(ballot, this.ballot) !== 0) return
    this.prepares.set(from, accepted)
    if (this.prepares.size !== this.majority) return
    const proposal = this.proposalToMake()
    this.proposal = proposal
    this.accepted = Acceptance({ ballot, proposal })
    this.accepts.add(this.host.self)
    this.broadcast({ kind: 'accept', ballot, proposal })
  }

  /** What was accepted under the highest ballot, so far as the answers tell; the server's own where nothing was. */
  proposalToMake(): Proposal {
    let highest: Acceptance | undefined
    for (const accepted of this.prepares.values()) {
      if (!accepted) continue
      if (!highest || compareBallots(accepted.ballot, highest.ballot) > 0) highest = accepted
    }
    return highest?.proposal ?? (this.proposal as Proposal)
  }

  onAccept(from: NodeId, { ballot, proposal }: Message<'accept'>): void {
    if (compareBallots(ballot, this.ballot) < 0) return
    this.ballot = ballot
    this.accepted = Acceptance({ ballot, proposal })
    this.host.send(from, { kind: 'accepted', ballot })
  }

  onAccepted(from: NodeId, { ballot }: Message<'accepted'>): void {
    if (compareBallots(ballot, this.ballot) !== 0) return
    this.accepts.add(from)
    if (this.accepts.size !== this.majority) return
    const proposal = this.proposal as Proposal
    this.decided = true
    this.broadcast({ kind: 'decided', ballot, proposal })
    this.host.send(proposal.requester, { kind: 'putOk', request: proposal.request })
  }

  /** To the other servers; clients are not spoken to unless they have asked. */
  override broadcast(message: PaxosRegisterMessage): void {
    for (const server of otherServers(this)) this.host.send(server, message)
  }
}

function compareBallots(left: Ballot, right: Ballot): number {
  return left.round - right.round || left.server - right.server
}
