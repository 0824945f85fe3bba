import { ExactlyOnce } from '../../../checkers/exactly-once.ts'
import { PrefixOrder } from '../../../checkers/prefix-order.ts'
import { StateMachineSafety } from '../../../checkers/state-machine-safety.ts'
import {
  type Checker,
  type NodeId,
  parameterValues,
  type RequestId,
  type Violation,
} from '../../../model/index.ts'
import { Random } from '../../../model/random.ts'
import { raftCheckers } from '../raft.invariants.ts'
import { raftParameters } from '../raft.parameters.ts'
import type { Raft } from '../raft.ts'
import { ReadYourPast } from './read-your-past.ts'
import { type InFlight, type RaftTimer, ScriptedCluster } from './scripted-cluster.ts'

export interface ScheduleOptions {
  readonly seed: number
  readonly steps: number
  readonly nodes?: number
  readonly node?: typeof Raft
  readonly membership?: boolean
  readonly parameters?: { readonly [name: string]: number }
  /** Sessions expire while their first requests are still under way, and so may run again. */
  readonly fewSessions?: boolean
  /** How likely some actions are, in place of what is drawn from the seed. */
  readonly weights?: { readonly [A in Action]?: number }
}

/** What may happen next; how often is drawn from the seed, so that campaigns reach odd corners. */
const actions = {
  deliver: 150,
  drop: 4,
  repeat: 4,
  timeout: 12,
  sync: 40,
  crash: 0.6,
  restart: 3,
  cut: 0.6,
  heal: 2,
  write: 10,
  read: 4,
  configure: 0.5,
  transfer: 0.5,
} as const
type Action = keyof typeof actions

/** A client's present session: another one, once it has expired. */
interface Client {
  session: number
  sequence: number
}

const clients = 4
/** Reads and changes of the configuration need no sessions: they have clients of their own. */
const readers = 1_000_000
const administrator = 2_000_000

/**
 * A run in which everything happens in any order: the asynchronous model. No clock moves, so timers
 * fire whenever it pleases the schedule, and leases are not to be trusted.
 */
export class RandomSchedule {
  readonly cluster: ScriptedCluster
  private readonly options: ScheduleOptions
  private readonly random: Random
  private readonly weights: [Action, number][]
  private readonly total: number
  private readonly clients: Client[] = []
  private readonly cut = new Set<NodeId>()
  private readonly inOrder: boolean
  private readonly calm: number
  private readonly past: ReadYourPast
  private readonly checkers: readonly Checker<Raft>[]
  private asked = 0
  private broken: Violation | undefined

  constructor(options: ScheduleOptions) {
    this.options = options
    this.random = new Random(options.seed)
    const nodes = options.nodes ?? 3
    this.past = new ReadYourPast()
    const parameters = {
      snapshotEntries: 1 + this.draw(30),
      trailingEntries: this.draw(10),
      snapshotChunkBytes: 8 + this.draw(64),
      maxEntriesPerAppend: 1 + this.draw(4),
      maxAppendsInFlight: 1 + this.draw(4),
      ...(options.fewSessions && { maxSessions: 2 }),
      ...options.parameters,
    }
    this.checkers = [
      ...raftCheckers({
        nodes: Array.from({ length: nodes }, (_, id) => id),
        parameters: parameterValues(raftParameters, parameters),
        byzantine: new Set(),
      }),
      new StateMachineSafety(),
      new PrefixOrder(),
      ...(options.fewSessions ? [] : [new ExactlyOnce(), this.past]),
    ]
    this.cluster = new ScriptedCluster({
      nodes,
      parameters,
      autoSync: false,
      checkers: this.checkers,
      seed: options.seed,
      ...(options.node && { node: options.node }),
    })
    this.inOrder = this.draw(2) === 0
    this.calm = 1 + this.draw(30)
    for (let client = 0; client < clients; client += 1)
      this.clients.push({ session: client, sequence: 0 })
    this.weights = (Object.entries(actions) as [Action, number][])
      .filter(([action]) => options.membership || (action !== 'configure' && action !== 'transfer'))
      .map(([action, weight]) => {
        const drawn = weight * 4 ** (this.random.next() * 2 - 1)
        return [action, options.weights?.[action] ?? drawn]
      })
    this.total = this.weights.reduce((sum, [, weight]) => sum + weight, 0)
  }

  private draw(bound: number): number {
    return Math.floor(this.random.next() * bound)
  }

  private pick<T>(values: readonly T[]): T | undefined {
    return values[this.draw(values.length)]
  }

  /** Runs all steps, or up to the first violation. A server that throws has broken its own assertion. */
  run(): this {
    try {
      for (let step = 0; step < this.options.steps && this.violation === undefined; step += 1) {
        this.act(this.drawAction())
      }
    } catch (error) {
      this.broken = {
        property: 'assertion',
        message: error instanceof Error ? error.message : String(error),
        nodes: [],
        events: [],
      }
    }
    return this
  }

  get violation(): Violation | undefined {
    return this.cluster.violation ?? this.broken
  }

  private drawAction(): Action {
    let left = this.random.next() * this.total
    for (const [action, weight] of this.weights) {
      left -= weight
      if (left < 0) return action
    }
    return 'deliver'
  }

  private act(action: Action): void {
    const { cluster } = this
    const node = this.pick(cluster.nodes) as NodeId
    const up = cluster.host(node).node !== undefined
    switch (action) {
      case 'deliver':
        return this.deliver()
      case 'drop':
        if (cluster.inFlight.length > 0)
          cluster.inFlight.splice(this.draw(cluster.inFlight.length), 1)
        return
      case 'repeat': {
        const sent = this.pick(cluster.inFlight)
        if (sent !== undefined && !this.isCut(sent)) cluster.hand(sent)
        return
      }
      case 'timeout':
        if (up) this.timeout(node)
        return
      case 'sync':
        return up ? this.sync(node) : undefined
      case 'crash':
        return up ? cluster.crash(node) : undefined
      case 'restart':
        return up ? undefined : cluster.restart(node)
      case 'cut':
        if (this.cut.size === 0) this.cut.add(node)
        return
      case 'heal':
        return this.cut.clear()
      case 'write':
      case 'read':
      case 'configure':
      case 'transfer':
        return up ? this.ask(action, node) : undefined
    }
  }

  private isCut({ from, to }: InFlight): boolean {
    return this.cut.has(from) !== this.cut.has(to)
  }

  private deliver(): void {
    const { inFlight } = this.cluster
    if (inFlight.length === 0) return
    const place = this.inOrder ? 0 : this.draw(Math.min(inFlight.length, 20))
    if (this.isCut(inFlight[place] as InFlight)) inFlight.splice(place, 1)
    else this.cluster.deliverAt(place)
  }

  private timeout(node: NodeId): void {
    const timers = [...this.cluster.host(node).timers.keys()].sort()
    const timer = this.pick(timers)
    if (timer === undefined) return
    // Elections and doubts about the quorum, too many of them, would leave no time for anything else.
    const unsettling = timer === 'election' || timer === 'quorum'
    if (unsettling && this.cluster.leader !== undefined && this.draw(this.calm) > 0) return
    this.cluster.timeout(node, timer as RaftTimer)
  }

  private sync(node: NodeId): void {
    const { records, durable } = this.cluster.host(node)
    if (durable < records.length) {
      this.cluster.sync(node, durable + 1 + this.draw(records.length - durable))
    }
  }

  private ask(action: 'write' | 'read' | 'configure' | 'transfer', drawn: NodeId): void {
    const { cluster } = this
    const id = this.draw(clients)
    const leader = cluster.leader
    const node = leader !== undefined && this.draw(3) > 0 ? leader : drawn
    switch (action) {
      case 'write':
        return this.write(this.clients[id] as Client, node)
      case 'read': {
        this.asked += 1
        const request: RequestId = { client: readers + id, sequence: this.asked }
        this.past.asked(request)
        return cluster.read(node, request.client, request.sequence)
      }
      case 'configure': {
        const voters = cluster.nodes.filter(() => this.draw(3) > 0)
        const learners = cluster.nodes.filter(
          (other) => !voters.includes(other) && this.draw(2) > 0,
        )
        this.asked += 1
        const request = { client: administrator + 1, sequence: this.asked }
        return cluster.propose(node, { kind: 'configure', voters, learners }, request)
      }
      case 'transfer':
        this.asked += 1
        return cluster.propose(
          node,
          { kind: 'transfer', to: this.pick([undefined, drawn]) },
          { client: administrator + 1, sequence: this.asked },
        )
    }
  }

  /** The client's next write, or the same again until it is answered. */
  private write(client: Client, node: NodeId): void {
    const { cluster } = this
    const answered = cluster.answer(client.session, client.sequence)
    if (answered === 'session expired') {
      client.session += clients
      client.sequence = 0
    }
    if (client.sequence === 0 || (answered !== undefined && /^\d+$/.test(answered))) {
      client.sequence += 1
      this.past.asked({ client: client.session, sequence: client.sequence })
    }
    const { session, sequence } = client
    cluster.write(node, `${session}.${sequence}`, session, sequence)
  }

  /**
   * Ends the faults and lets time pass, with messages that take none: within it, a write must be
   * answered, and every member must have run the same.
   */
  recover(): void {
    const { cluster } = this
    for (const { self, node } of cluster.hosts) if (node === undefined) cluster.restart(self)
    cluster.letTimePass(20_000)
    const leader = cluster.leader
    if (leader === undefined) throw new Error('no leader though all is well')
    cluster.write(leader, 'last', administrator, 1)
    cluster.letTimePass(2_000)
    if (cluster.answer(administrator, 1) === undefined)
      throw new Error('no answer though all is well')
    const journals = new Set(cluster.node(leader).members.map((id) => cluster.journal(id)))
    if (journals.size !== 1) throw new Error(`different journals: ${[...journals].join(' | ')}`)
  }
}
