import { type Infer, machine, type NodeId, nodeSet, oneOf, union } from '../../model/index.ts'

/** The transaction manager; all other nodes are resource managers. */
const transactionManager: NodeId = 0

const TwoPhaseCommitMessage = union({
  /** A resource manager can commit, and will do as it is told. */
  prepared: {},
  commit: {},
  abort: {},
})
type TwoPhaseCommitMessage = Infer<typeof TwoPhaseCommitMessage>

/** What a node may do of its own accord, whenever it can do it at all. */
type Choice = 'prepare' | 'commit' | 'abort'

/**
 * Two-phase commit: Jim Gray and Leslie Lamport, "Consensus on Transaction Commit" (2006), as their
 * TLA+ module TwoPhase has it. A resource manager may abort until it has prepared; the transaction
 * manager may abort at any time, and commit once all have prepared. Messages are never used up, so
 * that the network is a set of all that was ever sent. What a node does of its own accord is a timer.
 */
export class TwoPhaseCommit extends machine({
  state: {
    phase: oneOf('working', 'prepared', 'committed', 'aborted'),
    /** The resource managers that the transaction manager knows to be prepared. */
    prepared: nodeSet,
  },
  message: TwoPhaseCommitMessage,
  record: union({}),
  command: union({}),
  timers: ['prepare', 'commit', 'abort'],
  parameters: {},
}) {
  get isTransactionManager(): boolean {
    return this.host.self === transactionManager
  }

  start(): void {
    this.offer('abort')
    if (!this.isTransactionManager) this.offer('prepare')
  }

  receive(from: NodeId, { kind }: TwoPhaseCommitMessage): void {
    switch (kind) {
      case 'prepared':
        if (this.phase !== 'working') return
        this.prepared.add(from)
        if (this.prepared.size === this.host.peers.length) this.offer('commit')
        return
      case 'commit':
        return this.enter('committed')
      case 'abort':
        return this.enter('aborted')
    }
  }

  timeout(choice: Choice): void {
    switch (choice) {
      case 'prepare':
        this.enter('prepared')
        return this.host.send(transactionManager, { kind: 'prepared' })
      case 'commit':
        this.enter('committed')
        return this.broadcast({ kind: 'commit' })
      case 'abort':
        this.enter('aborted')
        if (this.isTransactionManager) this.broadcast({ kind: 'abort' })
        return
    }
  }

  apply(_record: never): void {}

  propose(_command: never): void {}

  /** Makes a choice possible; how long it will take says nothing. */
  offer(choice: Choice): void {
    this.host.setTimer(choice, 0)
  }

  /** Leaves the phase of working, and with it every choice. */
  enter(phase: 'prepared' | 'committed' | 'aborted'): void {
    this.phase = phase
    for (const choice of ['prepare', 'commit', 'abort'] as const) this.host.cancelTimer(choice)
  }
}
