import type { AnyNode } from '../model/machine.ts'
import type { Type } from '../model/schema/type.ts'
import { Addressees } from './addressees.ts'
import { BoundedEvents, unbounded } from './bounded-events.ts'
import type { Budget } from './bounds.ts'
import type { ExploredNode } from './explored-node.ts'
import { firstStateOf } from './first-state.ts'
import { keepDistinct, mergeEnvelopes } from './in-flight.ts'
import { argumentOf, deliver, kindOf, type LocalEvent, localEvent, propose } from './local-event.ts'
import { Lockstep } from './lockstep.ts'
import type { Setting } from './options.ts'
import type { ExploredCommand } from './shared-world.ts'
import { layoutOf } from './state-layout.ts'
import type { StateStore } from './state-store.ts'
import type { EnvelopeView, Step, StepEffects } from './step.ts'
import type { StepOutcome } from './step-outcome.ts'
import {
  envelopesWord,
  nextWord,
  outcomeWord,
  StepTable,
  sentWord,
  threw,
  traceWord,
} from './step-table.ts'
import { VectorTable } from './vector-table.ts'
import type { Visitor } from './visitor.ts'

/** No envelope, node or command. */
const absent = -1
const nothing = new Int32Array(0)

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
  readonly #addressees: Addressees
  /** By place, what the node there is known to do. */
  readonly #steps: readonly StepTable[]
  readonly #ownEvents: BoundedEvents<N>
  readonly #lockstep: Lockstep<N> | undefined

  // The state being expanded, and for whom; if only by events of one node, its place.
  #only = absent
  #words: Int32Array = new Int32Array(0)
  #start = 0
  #stop = 0
  #visitor: Visitor | undefined = undefined
  /** Whether a message or the disk has changed anything. */
  #moved = false

  /** The array in which the next state is being written. */
  #into: Int32Array = new Int32Array(0)

  // The transition that the visitor is being told of: where a node took a step, its place, and that of the outcome.
  #event: LocalEvent | 'lose' | 'duplicate' = 0
  #place = 0
  #outcomePlace = absent
  #envelope = absent
  readonly #duplicate = new Int32Array(1)

  /** @param states what keeps the states: all of them where absent */
  constructor(setting: Setting<N>, states: StateStore = new VectorTable()) {
    this.states = states
    this.#setting = setting
    const layout = layoutOf(setting)
    this.#budgetWords = layout.budgetWords
    this.#commandWord = layout.commandWord
    this.#historyWord = layout.historyWord
    this.#envelopeWords = layout.envelopeWords
    this.#steps = setting.nodes.map(() => new StepTable())
    this.#ownEvents = new BoundedEvents(setting)
    this.#addressees = new Addressees(setting)
    this.#lockstep = setting.timing === 'lockstep' ? new Lockstep(setting) : undefined
  }

  /** Enters the first state. Random draws on the way there all give their first value. */
  begin(visitor: Visitor): void {
    const { histories, symmetry } = this.#setting
    const first = firstStateOf(this.#setting)
    if ('thrown' in first) return visitor.threw(first.thrown, first.node)
    const length = this.#envelopeWords + first.inFlight.length
    const words = this.states.reserve(length)
    const { end } = this.states
    words.fill(0, end, end + length)
    words.set(first.locals, end)
    if (this.#setting.commands.length > 0) words[end + this.#commandWord] = first.put
    if (histories) words[end + this.#historyWord] = first.history
    words.set(first.inFlight, end + this.#envelopeWords)
    symmetry?.begin(words, end, length)
    visitor.reached(this.states.enter(length), true)
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

  /**
   * Tells the visitor of every transition from a state. Returns whether a message or the disk had a part in any.
   * @param only of the node or copy at this place, and of what is on its way there
   */
  expand(state: number, visitor: Visitor, only = absent): boolean {
    this.#only = only
    this.#words = this.states.wordsOf(state)
    this.#start = this.states.start(state)
    this.#stop = this.states.stop(state)
    this.#visitor = visitor
    this.#moved = false
    if (this.#setting.liars.anyHearsAtOnce && this.#deliverToLiar()) return true
    this.#lockstep?.lookAt(this.#words, this.#start, this.#stop)
    this.#deliverAll()
    for (let place = 0; place < this.#setting.nodes.length; place += 1) {
      if (!this.#isLeftOut(place)) this.#happenAt(place)
    }
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
    const node = (this.#setting.nodes[this.#place] as ExploredNode<N>).self
    if (typeof event === 'string') return { kind: event, ...this.#envelopeView(this.#envelope) }
    const argument = argumentOf(event)
    const drawn = this.#outcome()?.drawn ?? []
    const draws = drawn.length > 0 ? { drawn } : {}
    const more = this.#place === node ? draws : { copy: 'second' as const, ...draws }
    const kind = kindOf(event)
    switch (kind) {
      case 'deliver':
        return { kind, ...this.#envelopeView(argument), ...draws }
      case 'timeout':
        return { kind, node, timer: world.timers[argument] as string, ...more }
      case 'propose': {
        const type = nodeClass.schema.command as Type<unknown>
        const command = type.view(world.commands[argument]?.command)
        return { kind, node, place: argument, command, ...more }
      }
      case 'crash':
        return { kind, node, survivors: argument }
      case 'mine':
      case 'sync':
      case 'restart':
        return { kind, node, ...more }
    }
  }

  /** What the transition that the visitor is being told of sent and said. */
  effects(): StepEffects {
    const { sent = [], outputs = [], replies = [] } = this.#outcome() ?? {}
    return { sent: sent.map((place) => this.#envelopeView(place)), outputs, replies }
  }

  #outcome(): StepOutcome | undefined {
    return this.#steps[this.#place]?.outcomes[this.#outcomePlace]
  }

  #envelopeView(place: number): EnvelopeView {
    const { envelopes } = this.#setting.world
    const type = this.#setting.nodeClass.schema.message as Type<unknown>
    const from = envelopes.from(place)
    return { from, to: envelopes.to(place), message: type.view(envelopes.message(place)) }
  }

  /** Delivers one message to a liar that hears at once, if there is one that does anything. */
  #deliverToLiar(): boolean {
    const { nodes, liars } = this.#setting
    for (let at = this.#start + this.#envelopeWords; at < this.#stop; at += 1) {
      const envelope = this.#words[at] as number
      const to = this.#addressees.of(envelope)
      const node = nodes[to] as ExploredNode<N>
      const isUp = node.isUp(this.#words[this.#start + to] as number)
      if (!isUp || !liars.hearsAtOnce(node.self)) continue
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
      const to = this.#addressees.of(envelope)
      if (this.#isLeftOut(to)) continue
      const local = this.#words[this.#start + to] as number
      if (nodes[to]?.isUp(local)) {
        this.#step(to, localEvent(deliver, envelope), envelope, unbounded, absent)
      } else if (ignored === 'consumed') {
        this.#event = localEvent(deliver, envelope)
        this.#place = to
        this.#outcomePlace = absent
        this.#compose(0, unbounded)
        this.#tell(nothing, 0, 0, envelope)
        this.#moved = true
      }
    }
  }

  /** What happens to the node at a place without message or client. */
  #happenAt(place: number): void {
    const events = this.#ownEvents.of(place, this.#words[this.#start + place] as number)
    for (let i = 0; i < events.length; i += 1) {
      const event = events[i] as LocalEvent
      if (this.#lockstep?.allows(place, event) === false) continue
      this.#step(place, event, absent, this.#ownEvents.budgetOf(place, event), absent)
    }
  }

  #proposeAnywhere(command: number): void {
    const { nodes, commands, twins } = this.#setting
    const put = this.#words[this.#start + this.#commandWord] as number
    if ((put & (1 << command)) !== 0) return
    const { node: wanted, copy } = commands[command] as ExploredCommand
    const only = wanted !== undefined && copy === 'second' ? twins.secondOf(wanted) : wanted
    for (let node = 0; node < nodes.length; node += 1) {
      if ((only !== undefined && only !== node) || this.#isLeftOut(node)) continue
      const local = this.#words[this.#start + node] as number
      if (nodes[node]?.isUp(local)) {
        this.#step(node, localEvent(propose, command), absent, unbounded, command)
      }
    }
  }

  /** Loses and duplicates messages, while the bounds allow. */
  #disturbNetwork(): void {
    const { losses, duplications } = this.#setting.budgets
    if (losses.limit === 0 && duplications.limit === 0) return
    this.#outcomePlace = absent
    let previous = absent
    for (let at = this.#start + this.#envelopeWords; at < this.#stop; at += 1) {
      const envelope = this.#words[at] as number
      if (envelope === previous) continue
      previous = envelope
      if (this.#isLeftOut(this.#addressees.of(envelope))) continue
      this.#envelope = envelope
      if (this.#isLeft(losses)) {
        this.#event = 'lose'
        this.#compose(0, losses)
        this.#tell(nothing, 0, 0, envelope)
      }
      if (this.#isLeft(duplications)) {
        this.#event = 'duplicate'
        this.#duplicate[0] = envelope
        this.#compose(1, duplications)
        this.#tell(this.#duplicate, 0, 1, absent)
      }
    }
  }

  /** Whether the expansion is not of what happens to the node or copy at a place. */
  #isLeftOut(place: number): boolean {
    return this.#only !== absent && this.#only !== place
  }

  #isLeft({ limit, word }: Budget): boolean {
    if (word === undefined) return limit > 0
    return (this.#words[this.#start + this.#budgetWords + word] as number) < limit
  }

  /** One node takes a step. An event that changes nothing and sends nothing is none, where ignored messages are kept. */
  #step(place: number, event: LocalEvent, removed: number, budget: Budget, command: number): void {
    if (!this.#isLeft(budget)) return
    const local = this.#words[this.#start + place] as number
    const steps = this.#steps[place] as StepTable
    let at = steps.find(local, event)
    if (at < 0) at = this.#learn(place, local, event)
    const { words } = steps
    this.#event = event
    this.#place = place
    let left = words[at] as number
    for (at += 1; left > 0; left -= 1) {
      const sent = words[at + sentWord] as number
      const next = words[at + nextWord] as number
      this.#outcomePlace = words[at + outcomeWord] as number
      if (next === threw) this.#tellThrown()
      else if (sent > 0 || next !== local || this.#setting.ignored === 'consumed') {
        const end = this.#compose(sent, budget)
        this.#into[end + place] = next
        if (command !== absent) this.#notePut(command)
        if (words[at + traceWord] === 1) this.#noteInHistory(removed)
        this.#tell(words, at + envelopesWord, sent, removed)
        if (removed !== absent || kindOf(event) === 'sync') this.#moved = true
      }
      at += envelopesWord + sent
    }
  }

  /** Has a node take a step that it has not taken before. Returns where its outcomes are. */
  #learn(place: number, local: number, event: LocalEvent): number {
    const { nodes, histories } = this.#setting
    const node = nodes[place] as ExploredNode<N>
    const envelope = kindOf(event) === 'deliver' ? argumentOf(event) : absent
    return (this.#steps[place] as StepTable).add(
      local,
      event,
      node.step(local, event),
      (outcome) => histories?.leavesTrace(node.self, envelope, outcome) ?? false,
    )
  }

  /**
   * Begins a state at the end of the table: all that is not in flight as in the expanded one, and one
   * more use of the budget. Returns where it begins.
   * @param sent how many envelopes it will have more than the expanded one, at most
   */
  #compose(sent: number, budget: Budget): number {
    const into = this.states.reserve(this.#stop - this.#start + sent)
    const { end } = this.states
    const words = this.#words
    const start = this.#start
    for (let i = 0; i < this.#envelopeWords; i += 1) into[end + i] = words[start + i] as number
    this.#into = into
    if (budget.word !== undefined) {
      const used = end + this.#budgetWords + budget.word
      into[used] = (into[used] as number) + 1
    }
    return end
  }

  #notePut(command: number): void {
    const put = this.states.end + this.#commandWord
    this.#into[put] = (this.#into[put] as number) | (1 << command)
  }

  #noteInHistory(received: number): void {
    const { histories, nodes } = this.#setting
    const at = this.states.end + this.#historyWord
    const { self } = nodes[this.#place] as ExploredNode<N>
    const before = this.#into[at] as number
    const after = histories?.after(before, self, received, this.#outcome() as StepOutcome)
    this.#into[at] = after as number
  }

  /** Ends the state with what is in flight, enters it, and tells the visitor. */
  #tell(sent: Int32Array, firstSent: number, sentCount: number, removed: number): void {
    const { network, symmetry } = this.#setting
    const into = this.#into
    const { end } = this.states
    const target = end + this.#envelopeWords
    const start = this.#start + this.#envelopeWords
    const stays = network === 'set'
    const taken = stays ? absent : removed
    let inFlight = mergeEnvelopes(
      into,
      target,
      this.#words,
      start,
      this.#stop,
      sent,
      firstSent,
      sentCount,
      taken,
    )
    if (stays) inFlight = keepDistinct(into, target, inFlight)
    const length = this.#envelopeWords + inFlight
    symmetry?.canonise(into, end, length)
    const place = this.states.enter(length)
    this.#visitor?.reached(place, this.states.added)
  }

  #tellThrown(): void {
    const { thrown } = this.#outcome() as StepOutcome
    const { nodes, liars } = this.#setting
    const { self } = nodes[this.#place] as ExploredNode<N>
    // What a liar makes of its own state is nobody's concern.
    if (!liars.isLiar(self)) this.#visitor?.threw(thrown as string, self)
  }
}
