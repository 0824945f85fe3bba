import type { Invariant, NodeId } from '../../model/index.ts'
import { durable, machine, nodeId, nodeSet, oneOf, option, union } from '../../model/index.ts'

/**
 * One election, small enough to count by hand. A node whose timer fires, or whom a client asks,
 * stands for election: it votes for itself and asks the others. A node votes for the first to ask.
 * Whoever has the votes of a majority is elected.
 */
const voteSchema = {
  state: {
    votedFor: durable(option(nodeId)),
    role: oneOf('voter', 'candidate', 'elected'),
    supporters: nodeSet,
  },
  message: union({ ask: {}, grant: {} }),
  record: union({ vote: { candidate: nodeId } }),
  command: union({ stand: {} }),
  timers: ['stand'],
  parameters: {},
} as const

export class Vote extends machine(voteSchema) {
  start(): void {
    this.host.setTimer('stand', 1_000)
  }

  apply(record: { readonly kind: 'vote'; readonly candidate: NodeId }): void {
    this.votedFor = record.candidate
  }

  timeout(_timer: 'stand'): void {
    this.stand()
  }

  propose(
    _command: { readonly kind: 'stand' },
    request: { readonly client: number; readonly sequence: number },
  ): void {
    if (this.stand()) this.host.reply(request, { kind: 'done', result: new Uint8Array(0) })
    else this.host.reply(request, { kind: 'refused', reason: 'has voted', leader: this.votedFor })
  }

  receive(from: NodeId, message: { readonly kind: 'ask' | 'grant' }): void {
    switch (message.kind) {
      case 'ask':
        if (this.mayVoteFor(from)) {
          this.vote(from)
          this.host.send(from, { kind: 'grant' })
        }
        break
      case 'grant':
        if (this.role === 'candidate') {
          this.supporters.add(from)
          this.count()
        }
        break
    }
  }

  stand(): boolean {
    if (this.votedFor !== undefined) return false
    this.role = 'candidate'
    this.supporters.add(this.host.self)
    this.vote(this.host.self)
    this.broadcast({ kind: 'ask' })
    return true
  }

  mayVoteFor(_candidate: NodeId): boolean {
    return this.votedFor === undefined
  }

  vote(candidate: NodeId): void {
    this.record({ kind: 'vote', candidate })
  }

  count(): void {
    if (this.supporters.size * 2 <= this.host.nodes.length) return
    this.role = 'elected'
    this.host.output({ kind: 'decided', value: Uint8Array.of(this.host.self) })
  }
}

/** Votes for all who ask. */
export class VotesTwice extends Vote {
  override mayVoteFor(_candidate: NodeId): boolean {
    return true
  }
}

/** Remembers its vote, but writes nothing down. */
export class ForgetsItsVote extends Vote {
  override vote(candidate: NodeId): void {
    this.votedFor = candidate
  }
}

/** Grants its vote before it is on disk. */
export class GrantsTooEarly extends Vote {
  override receive(from: NodeId, message: { readonly kind: 'ask' | 'grant' }): void {
    if (message.kind !== 'ask') return super.receive(from, message)
    if (!this.mayVoteFor(from)) return
    this.vote(from)
    this.host.sendEagerly(from, { kind: 'grant' })
  }
}

/** Thanks whom it takes for its first supporter, though the order of insertion is no part of a set's value. */
export class ThanksTheFirst extends Vote {
  override receive(from: NodeId, message: { readonly kind: 'ask' | 'grant' }): void {
    const [first] = this.supporters
    if (this.role !== 'elected' || first === this.host.self) return super.receive(from, message)
    this.host.send(first as NodeId, { kind: 'grant' })
  }
}

/** Breaks an assertion of its own when two ask for its vote. */
export class Throws extends Vote {
  override mayVoteFor(candidate: NodeId): boolean {
    if (this.votedFor !== undefined) throw new RangeError(`${candidate} asks too late`)
    return true
  }
}

export const atMostOneElected: Invariant<Vote> = {
  property: 'election safety',
  broken: (nodes) => {
    const elected = [...nodes].filter(([, node]) => node.role === 'elected').map(([id]) => id)
    return elected.length > 1
      ? { nodes: elected, message: `nodes ${elected.join(' and ')} are both elected` }
      : undefined
  },
}
