import { HistoryRecorder } from '../../checkers/history.ts'
import {
  decodeResult,
  encodeCommand,
  type KeyValueCommand,
  type KeyValueResult,
} from '../../machines/key-value-command.ts'
import { KeyValueFormatError } from '../../machines/key-value-encoding.ts'
import {
  type ClientRule,
  clientSigner,
  type Micros,
  type NodeId,
  type Reply,
  type RequestForms,
  type RequestId,
  type Signature,
  signedRequest,
} from '../../model/index.ts'
import type { Random } from '../../model/random.ts'
import type { Workload, World } from '../world.ts'
import { Answers } from './answers.ts'
import { MatchingAnswers } from './matching-answers.ts'
import { Zipf } from './zipf.ts'

export interface KeyValueSettings {
  readonly clients: number
  readonly keys: number
  /** The exponent of the keys' Zipf distribution; 0 asks for all alike. */
  readonly zipf: number
  /** The share of operations that only read. */
  readonly readShare: number
  /** The share of reads by lease, where the protocol has leases. */
  readonly leaseShare: number
  /** Between an answer and the next request: a closed loop. */
  readonly thinkMicros: Micros
  /**
   * An open loop instead: operations a second of all clients together, which become due whether or
   * not earlier ones were answered. Each waits for its client, and its latency counts from then.
   */
  readonly operationsPerSecond: number | undefined
  /** Without an answer for so long, a client asks another node. */
  readonly timeoutMicros: Micros
  /** After so many attempts a client gives up; whether its operation took place is then unknown. */
  readonly attempts: number
}

export const usualKeyValueSettings: KeyValueSettings = {
  clients: 5,
  keys: 20,
  zipf: 0.9,
  readShare: 0.5,
  leaseShare: 0.25,
  thinkMicros: 0,
  operationsPerSecond: undefined,
  timeoutMicros: 2_000_000,
  attempts: 8,
}

/** What one client is doing. */
interface ClientState {
  readonly client: number
  /** The session its writes belong to; a new one after a session was lost. */
  session: number
  writes: number
  reads: number
  /** The operation it waits for: undefined while it thinks. */
  pending: Pending | undefined
  /** In an open loop, when its next operation is due. */
  dueMicros: Micros
  /** Whom it asks: the leader, as far as it knows. */
  node: NodeId
  /** It was refused, and waits before it asks again. */
  resting: boolean
}

/** How clients of nodes that do not lie go about it. */
export const trustingClients: ClientRule = { asks: 'one', matchingReplies: () => 1, signs: false }

interface Pending {
  readonly operation: number
  readonly command: KeyValueCommand
  readonly form: unknown
  readonly request: RequestId
  readonly answers: MatchingAnswers
  readonly calledMicros: Micros
  /** Since when its latency counts. */
  readonly dueMicros: Micros
  attempt: number
  /** An attempt got no answer: the operation may have taken place. */
  uncertain: boolean
}

/**
 * Clients of a replicated key-value store, in a closed or an open loop, as real ones are: they ask
 * whom they believe to lead, follow hints, time out and retry elsewhere under the same request name,
 * and give up at last. Where nodes may lie, clients ask all, and believe what enough of them say.
 *
 * A client has two streams of requests. Writes form a session, with consecutive sequence numbers;
 * reads need none. Stream s of client c is known to the nodes as client c + endpoints × s: stream 0
 * is the first session, stream 1 the reads, 2 and up the later sessions.
 */
export class KeyValueWorkload implements Workload {
  readonly history = new HistoryRecorder<KeyValueCommand, KeyValueResult>()
  /** Operations answered with a result. */
  completed = 0
  /** Operations answered since `markProgress`, for each client. */
  readonly completedSinceMark: number[]
  /** Where and when each answer came from, to name it in a violation. */
  readonly answers = new Answers()
  /** Told how long each answered operation took. */
  onLatency: ((micros: Micros) => void) | undefined = undefined
  private readonly settings: KeyValueSettings
  private readonly forms: Required<Pick<RequestForms, 'read' | 'write'>>
  private readonly rule: ClientRule
  private readonly clients: ClientState[]
  private readonly zipf: Zipf
  /** By number. */
  private readonly keys: readonly string[]
  private values = 0

  constructor(
    settings: KeyValueSettings,
    forms: Required<Pick<RequestForms, 'read' | 'write'>>,
    rule: ClientRule = trustingClients,
  ) {
    this.settings = settings
    this.forms = forms
    this.rule = rule
    this.zipf = new Zipf(settings.keys, settings.zipf)
    this.keys = Array.from({ length: settings.keys }, (_, key) => `k${key}`)
    this.completedSinceMark = new Array<number>(settings.clients).fill(0)
    this.clients = Array.from({ length: settings.clients }, (_, client) => ({
      client,
      session: client,
      writes: 0,
      reads: 0,
      pending: undefined,
      dueMicros: 0,
      node: 0,
      resting: false,
    }))
  }

  start(world: World): void {
    for (const state of this.clients) {
      state.node = world.workloadRandom.below(world.options.nodes)
      // Not all at once: a start in step would be a pattern of its own.
      if (this.settings.operationsPerSecond === undefined) {
        this.wait(world, state, world.workloadRandom.below(10_000))
      } else this.rest(world, state, 0)
    }
  }

  markProgress(): void {
    this.completedSinceMark.fill(0)
  }

  woken(world: World, client: number): void {
    const state = this.clients[client] as ClientState
    const { pending } = state
    if (!pending) {
      this.begin(world, state)
      return
    }
    if (!state.resting) {
      pending.uncertain = true
      state.node = this.another(world, state.node)
    }
    this.again(world, state, pending)
  }

  replied(world: World, client: number, reply: Reply, from: NodeId): void {
    const state = this.clients[client] as ClientState
    const { pending } = state
    const { request, outcome } = reply
    if (!pending) return
    if (request.client !== pending.request.client || request.sequence !== pending.request.sequence)
      return
    if (!pending.answers.note(from, outcome)) return
    if (outcome.kind === 'done') {
      this.complete(world, state, pending, outcome.result, from)
      return
    }
    if (outcome.reason === 'session expired') {
      this.abandon(world, state, pending)
      this.renewSession(world, state)
      return
    }
    const unknownLeader = outcome.leader === undefined || outcome.leader === state.node
    state.node = unknownLeader ? this.another(world, state.node) : (outcome.leader as NodeId)
    if (unknownLeader) {
      this.wait(world, state, this.backoff(world, pending))
      state.resting = true
    } else this.again(world, state, pending)
  }

  private begin(world: World, state: ClientState): void {
    const random = world.workloadRandom
    const command = this.drawCommand(random)
    const reading = command.kind === 'get'
    const body = encodeCommand(command)
    if (reading) state.reads++
    else state.writes++
    const request = reading
      ? { client: state.client + world.options.clients, sequence: state.reads }
      : { client: state.session, sequence: state.writes }
    const signature = this.rule.signs ? signatureOf(world, request, body) : undefined
    state.pending = {
      operation: this.history.call(state.client, world.nowMicros, command),
      command,
      form: reading
        ? this.forms.read(body, random.bernoulli(this.settings.leaseShare), signature)
        : this.forms.write(body, signature),
      request,
      answers: new MatchingAnswers(this.rule.matchingReplies(world.options.nodes)),
      calledMicros: world.nowMicros,
      dueMicros:
        this.settings.operationsPerSecond === undefined ? world.nowMicros : state.dueMicros,
      attempt: 1,
      uncertain: false,
    }
    this.send(world, state, state.pending)
  }

  private drawCommand(random: Random): KeyValueCommand {
    const key = this.keys[this.zipf.draw(random)] as string
    if (random.bernoulli(this.settings.readShare)) return { kind: 'get', key }
    // Every value is written once, so that a read tells exactly which write it saw.
    this.values++
    const value = `v${this.values}`
    const kind = random.next()
    if (kind < 0.7) return { kind: 'put', key, value }
    if (kind < 0.9) {
      const expected = random.bernoulli(0.2) ? undefined : `v${1 + random.below(this.values)}`
      return { kind: 'compareAndSwap', key, expected, value }
    }
    return { kind: 'delete', key }
  }

  private send(world: World, state: ClientState, pending: Pending): void {
    const { asks } = this.rule
    if (asks === 'one') world.request(state.client, state.node, pending.form, pending.request)
    else
      for (const { self } of world.hosts)
        world.request(state.client, self, pending.form, pending.request)
    this.wait(world, state, this.settings.timeoutMicros)
  }

  private again(world: World, state: ClientState, pending: Pending): void {
    if (pending.attempt >= this.settings.attempts) {
      this.abandon(world, state, pending)
      return
    }
    pending.attempt++
    this.send(world, state, pending)
  }

  private complete(
    world: World,
    state: ClientState,
    pending: Pending,
    result: Uint8Array,
    from: NodeId,
  ): void {
    const decoded = resultOf(pending.command, result)
    // An answer that makes no sense is none.
    if (decoded === undefined) return
    this.history.return(pending.operation, world.nowMicros, decoded)
    this.answers.note(state.client, pending.calledMicros, from, world.moment().event)
    this.completed++
    this.completedSinceMark[state.client] = (this.completedSinceMark[state.client] as number) + 1
    this.onLatency?.(world.nowMicros - pending.dueMicros)
    state.pending = undefined
    this.rest(world, state, 0)
  }

  /** Waits until the next operation: for the time to think, or in an open loop until it is due; and longer after a failure. */
  private rest(world: World, state: ClientState, backoffMicros: Micros): void {
    const { operationsPerSecond, clients, thinkMicros } = this.settings
    if (operationsPerSecond === undefined) {
      this.wait(world, state, thinkMicros + backoffMicros)
      return
    }
    const meanMicros = (1_000_000 * clients) / operationsPerSecond
    state.dueMicros += Math.max(1, Math.round(world.workloadRandom.exponential(meanMicros)))
    this.wait(world, state, Math.max(backoffMicros, state.dueMicros - world.nowMicros))
  }

  /** Gives up. A read changes nothing, and what was refused every time did not take place; anything else stays open. */
  private abandon(world: World, state: ClientState, pending: Pending): void {
    const reading = pending.command.kind === 'get'
    if (reading || !pending.uncertain) this.history.refuse(pending.operation)
    state.pending = undefined
    this.rest(world, state, this.backoff(world, pending))
  }

  private renewSession(world: World, state: ClientState): void {
    const endpoints = world.options.clients
    const stream = Math.floor(state.session / endpoints)
    state.session = state.client + endpoints * (stream === 0 ? 2 : stream + 1)
    state.writes = 0
  }

  /** Waits, without being busy, and no longer for what it waited for before. */
  private wait(world: World, state: ClientState, micros: Micros): void {
    state.resting = false
    world.wakeAt(world.nowMicros + Math.max(1, micros), state.client)
  }

  private backoff(world: World, pending: Pending): Micros {
    const longest = Math.min(1_000_000, 20_000 * 2 ** Math.min(pending.attempt, 6))
    return 1 + world.workloadRandom.below(longest)
  }

  private another(world: World, node: NodeId): NodeId {
    const { nodes } = world.options
    if (nodes === 1) return node
    return (node + 1 + world.workloadRandom.below(nodes - 1)) % nodes
  }
}

function signatureOf(world: World, request: RequestId, body: Uint8Array): Signature {
  return world.signatures.sign(clientSigner(request.client), signedRequest(request, body))
}

/** The answer to a command; undefined for bytes that are none. */
export function resultOf(command: KeyValueCommand, bytes: Uint8Array): KeyValueResult | undefined {
  try {
    const result = decodeResult(bytes)
    return result.kind === command.kind || result.kind === 'error' ? result : undefined
  } catch (error) {
    if (error instanceof KeyValueFormatError) return undefined
    throw error
  }
}
