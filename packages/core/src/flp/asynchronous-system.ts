import {
  argumentOf,
  deliver,
  kindOf,
  type LocalEvent,
  localEvent,
  propose,
  timeout,
} from '../explorer/local-event.ts'
import { type Setting, settingOf } from '../explorer/options.ts'
import type { Step } from '../explorer/step.ts'
import type { StepOutcome } from '../explorer/step-outcome.ts'
import {
  type AnyNode,
  type AnyNodeClass,
  equalBytes,
  type NodeId,
  type Protocol,
  type Type,
} from '../model/index.ts'
import { utf8Bytes } from '../model/utf8.ts'
import { Configuration, unarmed } from './configuration.ts'

/**
 * An event of Fischer, Lynch and Paterson: a process receives a message; or, as their null message, it
 * takes a step without one, which is a timer of its that fires. Equal messages are not told apart.
 */
export interface ScheduleEvent {
  readonly node: NodeId
  readonly local: LocalEvent
}

/** Which of several outcomes a step has that tosses coins. */
export type Coin = (outcomes: number) => number

/** A step of a protocol that was to be deterministic can come out in several ways. */
export class RandomisedProtocol extends Error {
  override readonly name = 'RandomisedProtocol'
}

/** For protocols that have none. */
export const noCoin: Coin = (outcomes) => {
  throw new RandomisedProtocol(`a step has ${outcomes} outcomes`)
}

/** A protocol did what no consensus protocol may. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise'
  readonly property: 'agreement' | 'validity' | 'assertion'
  /** What each process had proposed: the place of its value. */
  readonly proposals: readonly number[]
  /** What led to it, as far as those who saw it know: they put what came before in front. */
  readonly schedule: ScheduleEvent[] = []

  constructor(property: BrokenPromise['property'], message: string, { proposals }: Configuration) {
    super(message)
    this.property = property
    this.proposals = proposals
  }
}

export interface SystemOptions {
  readonly protocol: Protocol
  /** The class to run: the protocol's own, or one of its mutants. */
  readonly nodeClass: AnyNodeClass
  readonly nodes: number
  /** The two values to choose from. */
  readonly values: readonly [string, string]
}

/** One value of a draw leads to one side of a coin, the other to the other. */
const draws = [0.25, 0.75]

/**
 * Processes that run a protocol, and all that can happen to them in a world without time: any message
 * may be delivered next, any armed timer may fire next, and nothing else ever happens. It stands on the
 * explorer's nodes, which remember every step that they have taken once.
 */
export class AsynchronousSystem {
  readonly nodes: readonly NodeId[]
  readonly values: readonly [string, string]
  readonly #setting: Setting<AnyNode>
  readonly #valueBytes: readonly Uint8Array[]
  readonly #message: Type<unknown>
  /** @throws RangeError for a protocol to which nobody can propose */
  constructor({ protocol, nodeClass, nodes, values }: SystemOptions) {
    const { propose: form } = protocol.requests
    if (!form) throw new RangeError(`${protocol.title} does not decide on proposals`)
    this.values = values
    this.#valueBytes = values.map(utf8Bytes)
    this.#message = nodeClass.schema.message as Type<unknown>
    this.#setting = settingOf({
      protocol,
      nodeClass,
      nodes,
      // Of each process in turn, both proposals that it may begin with.
      commands: Array.from({ length: 2 * nodes }, (_, place) => ({
        node: place >> 1,
        command: form(this.#valueBytes[place % 2] as Uint8Array),
        request: { client: place >> 1, sequence: 1 },
      })),
      positions: 'counted',
      draws,
    })
    this.nodes = this.#setting.world.nodes
  }

  get hasTimers(): boolean {
    return this.#setting.world.timers.length > 0
  }

  /** The initial configuration in which process i proposes `values[proposals[i]]`. */
  initial(proposals: readonly number[], coin: Coin): Configuration {
    const { timers } = this.#setting.world
    const configuration = new Configuration(
      proposals,
      [],
      [],
      [],
      this.nodes.map(() => timers.map(() => unarmed)),
      this.nodes.map(() => undefined),
      0,
    )
    for (const node of this.#setting.nodes) {
      const started = node.start()
      configuration.locals.push(started.next)
      this.#enter(configuration, node.self, started)
    }
    for (const node of this.nodes) {
      const place = 2 * node + (proposals[node] as number)
      this.#step(configuration, { node, local: localEvent(propose, place) }, coin)
    }
    return configuration
  }

  /** The process that a message goes to, and the one that it comes from. */
  to(message: number): NodeId {
    return this.#setting.world.envelopes.to(message)
  }

  from(message: number): NodeId {
    return this.#setting.world.envelopes.from(message)
  }

  receipt(message: number): ScheduleEvent {
    return { node: this.to(message), local: localEvent(deliver, message) }
  }

  /** The armed timer of a process that has waited longest, as an event; undefined where none is armed. */
  oldestTimer(configuration: Configuration, node: NodeId): ScheduleEvent | undefined {
    const armedAt = configuration.armedAt[node] as number[]
    let oldest = unarmed
    for (let timer = 0; timer < armedAt.length; timer += 1) {
      const at = armedAt[timer] as number
      if (at === unarmed) continue
      if (oldest === unarmed || at < (armedAt[oldest] as number)) oldest = timer
    }
    return oldest === unarmed ? undefined : { node, local: localEvent(timeout, oldest) }
  }

  /** The message that has waited longest for a process, as an event; undefined where none waits. */
  oldestMessage(configuration: Configuration, node: NodeId): ScheduleEvent | undefined {
    const message = configuration.messages.find((waiting) => this.to(waiting) === node)
    return message === undefined ? undefined : this.receipt(message)
  }

  isReceipt({ local }: ScheduleEvent): boolean {
    return kindOf(local) === 'deliver'
  }

  /** The step at which the message of an event was sent, or its timer armed. */
  since(configuration: Configuration, { node, local }: ScheduleEvent): number {
    const argument = argumentOf(local)
    if (kindOf(local) === 'timeout') return configuration.armedAt[node]?.[argument] as number
    return configuration.sentAt[configuration.messages.indexOf(argument)] as number
  }

  isApplicable(configuration: Configuration, { node, local }: ScheduleEvent): boolean {
    const argument = argumentOf(local)
    if (kindOf(local) === 'timeout') return configuration.armedAt[node]?.[argument] !== unarmed
    return configuration.messages.includes(argument)
  }

  /**
   * Takes a step. Where it tosses a coin, `coin` says how that falls.
   * @throws BrokenPromise where the protocol contradicts itself
   */
  take(configuration: Configuration, event: ScheduleEvent, coin: Coin): void {
    configuration.steps += 1
    const argument = argumentOf(event.local)
    if (kindOf(event.local) === 'timeout') {
      ;(configuration.armedAt[event.node] as number[])[argument] = unarmed
    } else configuration.remove(argument)
    this.#step(configuration, event, coin)
  }

  /** An event as data, fit for printing and for replaying. */
  view({ node, local }: ScheduleEvent): Step {
    const { world } = this.#setting
    const argument = argumentOf(local)
    if (kindOf(local) === 'timeout') {
      return { kind: 'timeout', node, timer: world.timers[argument] as string }
    }
    const message = this.#message.view(world.envelopes.message(argument))
    return { kind: 'deliver', from: this.from(argument), to: node, message }
  }

  /** The state of each process, to be looked at. */
  processes(configuration: Configuration): Map<NodeId, AnyNode> {
    return new Map(
      this.#setting.nodes.map((node) => [
        node.self,
        node.node(configuration.locals[node.self] as number) as AnyNode,
      ]),
    )
  }

  #step(configuration: Configuration, { node, local }: ScheduleEvent, coin: Coin): void {
    const explored = this.#setting.nodes[node]
    const outcomes = explored?.step(configuration.locals[node] as number, local) ?? []
    const place = outcomes.length === 1 ? 0 : coin(outcomes.length)
    const outcome = outcomes[place] as StepOutcome
    if (outcome.thrown !== undefined) {
      throw new BrokenPromise('assertion', `node ${node}: ${outcome.thrown}`, configuration)
    }
    configuration.locals[node] = outcome.next
    this.#enter(configuration, node, outcome)
  }

  /** What a step of a process has sent, armed and decided. */
  #enter(configuration: Configuration, node: NodeId, outcome: StepOutcome): void {
    const { steps } = configuration
    for (let i = 0; i < outcome.sent.length; i += 1) {
      configuration.messages.push(outcome.sent[i] as number)
      configuration.sentAt.push(steps)
    }
    this.#noteTimers(configuration, node, outcome.next)
    for (const output of outcome.outputs) {
      if (output.kind === 'decided') this.#noteDecision(configuration, node, output.value)
    }
  }

  #noteTimers(configuration: Configuration, node: NodeId, local: number): void {
    const armedAt = configuration.armedAt[node] as number[]
    const armed = this.#setting.nodes[node]?.ownEvents(local) ?? []
    for (let timer = 0; timer < armedAt.length; timer += 1) {
      if (!armed.includes(localEvent(timeout, timer))) armedAt[timer] = unarmed
      else if (armedAt[timer] === unarmed) armedAt[timer] = configuration.steps
    }
  }

  #noteDecision(configuration: Configuration, node: NodeId, value: Uint8Array): void {
    const place = this.#valueBytes.findIndex((known) => equalBytes(known, value))
    if (place < 0) {
      const message = `node ${node} decides what nobody proposed`
      throw new BrokenPromise('validity', message, configuration)
    }
    configuration.decisions[node] = place
    const [one, other] = configuration.disagreement ?? []
    if (one === undefined || other === undefined) return
    const [first, second] = [one, other].map(
      (process) => this.values[configuration.decisions[process] as number],
    )
    throw new BrokenPromise(
      'agreement',
      `node ${one} decides ${first}, and node ${other} decides ${second}`,
      configuration,
    )
  }
}
