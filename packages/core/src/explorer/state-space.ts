import type { NodeId } from '../model/identity.ts'
import type { AnyNode } from '../model/machine.ts'
import type { Type } from '../model/schema/type.ts'
import type { Budget } from './bounds.ts'
import type { ExploredNode, StepOutcome } from './explored-node.ts'
import { mergeEnvelopes, uniteEnvelopes } from './in-flight.ts'
import { argumentOf, deliver, kindOf, type LocalEvent, localEvent, propose } from './local-event.ts'
import type { Setting } from './options.ts'
import type { ExploredCommand } from './shared-world.ts'
import { layoutOf } from './state-layout.ts'
import type { StateStore } from './state-store.ts'
import type { EnvelopeView, Step, StepEffects } from './step.ts'
import { VectorTable } from './vector-table.ts'

/** What is told of each transition from a state. */
export interface Visitor {
  /** @param next the place of the state it leads to; `added` when nobody had seen that before */
  reached(next: number, added: boolean): void
  /** The protocol threw, so that the transition leads nowhere. */
  threw(message: string, node: NodeId): void
}

/** No envelope, node or command. */
const absent = -1
/** A protocol that is still talking to itself after so many messages will not stop. */
const maximumSettling = 100_000
const nothing: readonly number[] = []
const unbounded: Budget = { limit: Number.POSITIVE_INFINITY, word: undefined }

/**
 * The states of the whole world and the transitions between them. A state is a vector of small
 * integers: the place of each node's own state, how much of each bound is used up, which commands
 * were put, and the envelopes in flight, in ascending order, each as often as it is in flight.
 */
export class StateSpace<N extends AnyNode> {
  readonly states: StateStore
  readonly #setting: Setting<N>
  readonly #budgetWords: number
  /** The word with a bit for each command that was put. */
  readonly #commandWord: number
  /** The word with the place of the history, where there is one. */
  readonly #historyWord: number
  readonly #envelopeWords: number
  /** By envelope, the place of the node or copy that it is delivered to; worked out when first asked for. */
  readonly #addressees: number[] = []

  // The state being expanded, and for whom.
  #words: Int32Array = new Int32Array(0)
  #start = 0
  #stop = 0
  #visitor: Visitor | undefined = undefined
  /** Whether a message or the disk has changed anything. */
  #moved = false

  /** The history so far, while the first state is being made. */
  #opening = 0

  /** The array in which the next state is being written. */
  #into: Int32Array = new Int32Array(0)

  // The transition that the visitor is being told of.
  #event: LocalEvent | 'lose' | 'duplicate' = 0
  #node: NodeId = 0
  #envelope = absent
  #outcome: StepOutcome | undefined = undefined

  /** @param states what keeps the states: all of them where absent */
  constructor(setting: Setting<N>, states: StateStore = new VectorTable()) {
    this.states = states
    this.#setting = setting
    const layout = layoutOf(setting)
    this.#budgetWords = layout.budgetWords
    this.#commandWord = layout.commandWord
    this.#historyWord = layout.historyWord
    this.#envelopeWords = layout.envelopeWords
  }

  /** Enters the first state. Random draws on the way there all give their first value. */
  begin(visitor: Visitor): void {
    const { nodes, opening, histories, network } = this.#setting
    const locals: number[] = []
    let inFlight: number[] = []
    this.#opening = 0
    for (const node of nodes) {
      const started = node.start()
      if (started.thrown !== undefined) return visitor.threw(started.thrown, node.self)
      locals.push(started.next)
      inFlight.push(...started.sent)
      this.#opening = histories?.after(this.#opening, node.self, absent, started) ?? 0
    }
    if (opening === 'settled') {
      const failed = this.#settle(locals, inFlight)
      if (failed) return visitor.threw(failed.thrown, failed.node)
    }
    inFlight.sort((left, right) => left - right)
    if (network === 'set') inFlight = [...new Set(inFlight)]
    const length = this.#envelopeWords + inFlight.length
    const words = this.states.reserve(length)
    const { end } = this.states
    words.fill(0, end, end + length)
    words.set(locals, end)
    if (histories) words[end + this.#historyWord] = this.#opening
    words.set(inFlight, end + this.#envelopeWords)
    this.#setting.symmetry?.begin(words, end, length)
    visitor.reached(this.states.enter(length), true)
  }

  /** Delivers everything in flight, first sent first, until nothing is. */
  #settle(
    locals: number[],
    inFlight: number[],
  ): { readonly thrown: string; readonly node: NodeId } | undefined {
    const { nodes, world, histories } = this.#setting
    for (let delivered = 0; inFlight.length > 0; delivered += 1) {
      if (delivered === maximumSettling) {
        throw new RangeError(`explore: not settled after ${maximumSettling} messages`)
      }
      const envelope = inFlight.shift() as number
      const to = this.#addressee(envelope)
      const outcomes = nodes[to]?.step(locals[to] as number, localEvent(deliver, envelope)) ?? []
      const outcome = outcomes[0] as StepOutcome
      const self = world.envelopes.to(envelope)
      if (outcome.thrown !== undefined) return { thrown: outcome.thrown, node: self }
      locals[to] = outcome.next
      inFlight.push(...outcome.sent)
      this.#opening = histories?.after(this.#opening, self, envelope, outcome) ?? 0
    }
    return undefined
  }

  /** The place of the own state of the node or copy at `place` within a state of the world. */
  local(state: number, place: number): number {
    return this.states.wordsOf(state)[this.states.start(state) + place] as number
  }

  /** The place of the history in a state; 0 where none is kept. */
  history(state: number): number {
    if (!this.#setting.histories) return 0
    return this.states.wordsOf(state)[this.states.start(state) + this.#historyWord] as number
  }

  /** The envelopes in flight in a state, as places, in ascending order. */
  inFlight(state: number): readonly number[] {
    const start = this.states.start(state) + this.#envelopeWords
    return [...this.states.wordsOf(state).subarray(start, this.states.stop(state))]
  }

  /** Tells the visitor of every transition from a state. Returns whether a message or the disk had a part in any. */
  expand(state: number, visitor: Visitor): boolean {
    this.#words = this.states.wordsOf(state)
    this.#start = this.states.start(state)
    this.#stop = this.states.stop(state)
    this.#visitor = visitor
    this.#moved = false
    if (this.#setting.twins.anyHearsAtOnce && this.#deliverToTwin()) return true
    this.#deliverAll()
    for (let node = 0; node < this.#setting.nodes.length; node += 1) this.#ownEvents(node)
    for (let command = 0; command < this.#setting.commands.length; command += 1) {
      this.#proposeAnywhere(command)
    }
    this.#disturbNetwork()
    return this.#moved
  }

  /** The transition that the visitor is being told of. */
  step(): Step {
    const { world, nodeClass } = this.#setting
    const event = this.#event
    const node = this.#node
    if (typeof event === 'string') return { kind: event, ...this.#envelopeView(this.#envelope) }
    const argument = argumentOf(event)
    const drawn = this.#outcome?.drawn ?? []
    const draws = drawn.length > 0 ? { drawn } : {}
    const kind = kindOf(event)
    switch (kind) {
      case 'deliver':
        return { kind, ...this.#envelopeView(argument), ...draws }
      case 'timeout':
        return { kind, node, timer: world.timers[argument] as string, ...draws }
      case 'propose': {
        const type = nodeClass.schema.command as Type<unknown>
        const command = type.view(world.commands[argument]?.command)
        return { kind, node, place: argument, command, ...draws }
      }
      case 'crash':
        return { kind, node, survivors: argument }
      case 'mine':
      case 'sync':
      case 'restart':
        return { kind, node, ...draws }
    }
  }

  /** What the transition that the visitor is being told of sent and said. */
  effects(): StepEffects {
    const { sent = [], outputs = [], replies = [] } = this.#outcome ?? {}
    return { sent: sent.map((place) => this.#envelopeView(place)), outputs, replies }
  }

  #envelopeView(place: number): EnvelopeView {
    const { envelopes } = this.#setting.world
    const type = this.#setting.nodeClass.schema.message as Type<unknown>
    const from = envelopes.from(place)
    return { from, to: envelopes.to(place), message: type.view(envelopes.message(place)) }
  }

  /** Delivers one message to a twin that hears at once, if there is one that does anything. */
  #deliverToTwin(): boolean {
    const { nodes, twins } = this.#setting
    for (let at = this.#start + this.#envelopeWords; at < this.#stop; at += 1) {
      const envelope = this.#words[at] as number
      const to = this.#addressee(envelope)
      if (!twins.hearsAtOnce(nodes[to]?.self as NodeId)) continue
      this.#step(to, localEvent(deliver, envelope), envelope, unbounded, absent)
      if (this.#moved) return true
    }
    return false
  }

  #deliverAll(): void {
    const { nodes, ignored } = this.#setting
    let previous = absent
    for (let at = this.#start + this.#envelopeWords; at < this.#stop; at += 1) {
      const envelope = this.#words[at] as number
      if (envelope === previous) continue
      previous = envelope
      const to = this.#addressee(envelope)
      const local = this.#words[this.#start + to] as number
      if (nodes[to]?.isUp(local)) {
        this.#step(to, localEvent(deliver, envelope), envelope, unbounded, absent)
      } else if (ignored === 'consumed') {
        this.#event = localEvent(deliver, envelope)
        this.#outcome = undefined
        this.#enter(absent, absent, undefined, envelope, unbounded, absent)
        this.#moved = true
      }
    }
  }

  /** What happens to the node at a place without message or client. */
  #ownEvents(node: number): void {
    const { nodes, budgets } = this.#setting
    const local = this.#words[this.#start + node] as number
    const events = nodes[node]?.ownEvents(local) ?? []
    for (let i = 0; i < events.length; i += 1) {
      const event = events[i] as LocalEvent
      switch (kindOf(event)) {
        case 'timeout':
          this.#step(node, event, absent, budgets.timeouts[argumentOf(event)] as Budget, absent)
          break
        case 'crash':
          if (this.#setting.twins.isTwin(nodes[node]?.self as NodeId)) break
          this.#step(node, event, absent, budgets.crashes, absent)
          break
        case 'restart':
          this.#step(node, event, absent, budgets.restarts, absent)
          break
        case 'mine':
          this.#step(node, event, absent, budgets.blocks, absent)
          break
        default:
          this.#step(node, event, absent, unbounded, absent)
      }
    }
  }

  #proposeAnywhere(command: number): void {
    const { nodes, commands, twins } = this.#setting
    const put = this.#words[this.#start + this.#commandWord] as number
    if ((put & (1 << command)) !== 0) return
    const { node: wanted, copy } = commands[command] as ExploredCommand
    const only = wanted !== undefined && copy === 'second' ? twins.secondOf(wanted) : wanted
    for (let node = 0; node < nodes.length; node += 1) {
      if (only !== undefined && only !== node) continue
      const local = this.#words[this.#start + node] as number
      if (nodes[node]?.isUp(local)) {
        this.#step(node, localEvent(propose, command), absent, unbounded, command)
      }
    }
  }

  /** Loses and duplicates messages, while the bounds allow. */
  #disturbNetwork(): void {
    const { losses, duplications } = this.#setting.budgets
    this.#outcome = undefined
    let previous = absent
    for (let at = this.#start + this.#envelopeWords; at < this.#stop; at += 1) {
      const envelope = this.#words[at] as number
      if (envelope === previous) continue
      previous = envelope
      this.#envelope = envelope
      if (this.#isLeft(losses)) {
        this.#event = 'lose'
        this.#enter(absent, absent, undefined, envelope, losses, absent)
      }
      if (this.#isLeft(duplications)) {
        this.#event = 'duplicate'
        this.#enterDuplicate(envelope, duplications)
      }
    }
  }

  #isLeft({ limit, word }: Budget): boolean {
    if (word === undefined) return limit > 0
    return (this.#words[this.#start + this.#budgetWords + word] as number) < limit
  }

  /** One node takes a step. An event that changes nothing and sends nothing is none, where ignored messages are kept. */
  #step(node: NodeId, event: LocalEvent, removed: number, budget: Budget, command: number): void {
    if (!this.#isLeft(budget)) return
    const { nodes, ignored } = this.#setting
    const local = this.#words[this.#start + node] as number
    const stepping = nodes[node] as ExploredNode<N>
    const outcomes = stepping.step(local, event)
    const { self } = stepping
    this.#event = event
    this.#node = self
    for (let i = 0; i < outcomes.length; i += 1) {
      const outcome = outcomes[i] as StepOutcome
      this.#outcome = outcome
      if (outcome.thrown !== undefined) this.#visitor?.threw(outcome.thrown, self)
      else if (ignored === 'consumed' || outcome.next !== local || outcome.sent.length > 0) {
        this.#enter(node, outcome.next, outcome, removed, budget, command)
        if (removed !== absent || kindOf(event) === 'sync') this.#moved = true
      }
    }
  }

  /**
   * Enters the state that differs from the expanded one in what is given, and tells the visitor.
   * @param place of the node that took a step, with the `outcome` of it
   */
  #enter(
    place: number,
    next: number,
    outcome: StepOutcome | undefined,
    removed: number,
    budget: Budget,
    command: number,
  ): void {
    const { histories, network } = this.#setting
    const sent = outcome?.sent ?? nothing
    const end = this.#compose(sent.length, budget)
    const words = this.#into
    if (place !== absent) words[end + place] = next
    if (command !== absent) {
      const put = end + this.#commandWord
      words[put] = (words[put] as number) | (1 << command)
    }
    if (histories && outcome) {
      const at = end + this.#historyWord
      words[at] = histories.after(words[at] as number, this.#node, removed, outcome)
    }
    const target = end + this.#envelopeWords
    const from = this.#start + this.#envelopeWords
    const length =
      network === 'set'
        ? uniteEnvelopes(words, target, this.#words, from, this.#stop, sent)
        : mergeEnvelopes(words, target, this.#words, from, this.#stop, sent, removed)
    this.#tell(this.#envelopeWords + length)
  }

  #enterDuplicate(envelope: number, budget: Budget): void {
    const end = this.#compose(1, budget)
    const from = this.#start + this.#envelopeWords
    const target = end + this.#envelopeWords
    const words = this.#into
    const length = mergeEnvelopes(words, target, this.#words, from, this.#stop, [envelope], absent)
    this.#tell(this.#envelopeWords + length)
  }

  /** Begins a state at the end of the table: all that is not in flight as in the expanded one, and one more use of the budget. */
  #compose(sent: number, budget: Budget): number {
    const words = this.states.reserve(this.#stop - this.#start + sent)
    const { end } = this.states
    const expanded = this.#words
    const start = this.#start
    for (let i = 0; i < this.#envelopeWords; i += 1) words[end + i] = expanded[start + i] as number
    this.#into = words
    if (budget.word !== undefined) {
      const used = end + this.#budgetWords + budget.word
      words[used] = (words[used] as number) + 1
    }
    return end
  }

  #tell(length: number): void {
    this.#setting.symmetry?.canonise(this.#into, this.states.end, length)
    const place = this.states.enter(length)
    this.#visitor?.reached(place, this.states.added)
  }

  /** The place of the node or copy that an envelope is delivered to. */
  #addressee(envelope: number): number {
    let place = this.#addressees[envelope]
    if (place === undefined) {
      const { world, twins } = this.#setting
      const { envelopes } = world
      place = twins.placeFor(envelopes.to(envelope), envelopes.from(envelope))
      this.#addressees[envelope] = place
    }
    return place
  }
}
