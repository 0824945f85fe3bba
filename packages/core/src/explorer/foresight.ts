import type { AnyNode } from '../model/machine.ts'
import { Addressees } from './addressees.ts'
import { BoundedEvents } from './bounded-events.ts'
import type { Budget } from './bounds.ts'
import type { ExploredNode } from './explored-node.ts'
import { argumentOf, deliver, kindOf, type LocalEvent, localEvent, propose } from './local-event.ts'
import type { Setting } from './options.ts'
import { layoutOf, type StateLayout } from './state-layout.ts'
import type { StepOutcome } from './step-outcome.ts'

const absent = -1

/** What events demand that others may demand as well, so that they do not commute. */
export interface Demands {
  /** A bit for each word of a state that counts what of a bound is used up. */
  budgets: number
  /** A bit for each command. */
  commands: number
  /** Whether anything leaves a trace in the history. */
  observed: boolean
}

/** What all nodes but one could do from a state on, as far as steps are known. */
interface OthersForeseen {
  readonly demands: Demands
  /** Whether they could send the one node a message that is not on its way to it yet, and that it would not ignore. */
  readonly sendNews: boolean
}

/**
 * Looks at one state of the world, and ahead from it. What nodes could do later is foreseen too
 * widely, never too narrowly, from the steps that are known: each node may get into any state that
 * steps lead to, one after the other, by events that could happen at all; each message that is sent in
 * any of them may be delivered in any other, any number of times. How the states of different nodes go
 * together is not looked at.
 */
export class Foresight<N extends AnyNode> {
  readonly #setting: Setting<N>
  readonly #nodes: readonly ExploredNode<N>[]
  readonly #layout: StateLayout
  readonly #bounded: BoundedEvents<N>
  readonly #addressees: Addressees

  // The state in question.
  #words: Int32Array = new Int32Array(0)
  #start = 0
  #stop = 0

  // What is foreseen: by place, states of the node there, and events that could happen to it.
  #question = 0
  readonly #locals: number[][]
  readonly #events: LocalEvent[][]
  /** By place and the node's state, the latest question in which it was foreseen. */
  readonly #metLocals: number[][]
  /** By place, how many of the states and of the events were taken with each other. */
  readonly #localsDone: number[]
  readonly #eventsDone: number[]
  /** The same by envelope. */
  readonly #metEnvelopes: number[] = []
  #demands: Demands = noDemands()
  #left = absent
  #sendNews = false

  constructor(setting: Setting<N>) {
    this.#setting = setting
    this.#nodes = setting.nodes
    this.#layout = layoutOf(setting)
    this.#bounded = new BoundedEvents(setting)
    this.#addressees = new Addressees(setting)
    this.#locals = setting.nodes.map(() => [])
    this.#events = setting.nodes.map(() => [])
    this.#metLocals = setting.nodes.map(() => [])
    this.#localsDone = setting.nodes.map(() => 0)
    this.#eventsDone = setting.nodes.map(() => 0)
  }

  /** Looks at the state whose vector is in `words`. */
  lookAt(words: Int32Array, start: number, stop: number): void {
    this.#words = words
    this.#start = start
    this.#stop = stop
  }

  /** How many transitions the events of the node at a place make up now; adds what they demand. */
  transitionsAt(place: number, demands: Demands): number {
    const node = this.#setting.nodes[place] as ExploredNode<N>
    const local = this.#localOf(place)
    let count = 0
    this.#eachInFlight((envelope, addressee) => {
      if (addressee !== place) return
      if (node.isUp(local)) count += this.#takeNow(place, localEvent(deliver, envelope), demands)
      else if (this.#setting.ignored === 'consumed') count += 1
      count += this.#noteDisturbances(demands)
    })
    for (const event of this.#bounded.of(place, local)) {
      if (this.#isLeft(this.#bounded.budgetOf(place, event))) {
        count += this.#takeNow(place, event, demands)
      }
    }
    for (let command = 0; command < this.#setting.commands.length; command += 1) {
      if (!this.#isOpen(command, place) || !node.isUp(local)) continue
      count += this.#takeNow(place, localEvent(propose, command), demands)
    }
    return count
  }

  /** What nodes other than that at `place` could do, for as long as that does nothing. */
  others(place: number): OthersForeseen {
    this.#question += 1
    this.#left = place
    this.#demands = noDemands()
    this.#sendNews = false
    const { nodes, commands } = this.#setting
    for (let other = 0; other < nodes.length; other += 1) {
      const locals = this.#locals[other] as number[]
      const events = this.#events[other] as LocalEvent[]
      locals.length = 0
      events.length = 0
      if (other === place) continue
      for (let command = 0; command < commands.length; command += 1) {
        if (this.#isOpen(command, other)) events.push(localEvent(propose, command))
      }
      this.#meetLocal(other, this.#localOf(other))
    }
    this.#eachInFlight((envelope, addressee) => {
      if (addressee !== place) this.#meetEnvelope(envelope, addressee)
    })
    this.#foresee()
    return { demands: this.#demands, sendNews: this.#sendNews }
  }

  /** Takes every event in every state of each node, until nothing new is met, or news is sent. */
  #foresee(): void {
    this.#localsDone.fill(0)
    this.#eventsDone.fill(0)
    for (let moved = true; moved; ) {
      moved = false
      for (let place = 0; place < this.#locals.length; place += 1) {
        if (this.#foreseeAt(place)) moved = true
        if (this.#sendNews) return
      }
    }
  }

  /** Takes at one node what was not taken yet; false where there is nothing. */
  #foreseeAt(place: number): boolean {
    const locals = this.#locals[place] as number[]
    const events = this.#events[place] as LocalEvent[]
    const localsDone = this.#localsDone[place] as number
    const eventsDone = this.#eventsDone[place] as number
    const { length: localsNow } = locals
    const { length: eventsNow } = events
    if (localsDone === localsNow && eventsDone === eventsNow) return false
    for (let i = 0; i < localsNow && !this.#sendNews; i += 1) {
      const local = locals[i] as number
      const isNewLocal = i >= localsDone
      if (isNewLocal) this.#foreseeOwnEvents(place, local)
      for (let k = isNewLocal ? 0 : eventsDone; k < eventsNow; k += 1) {
        this.#foreseeStep(place, local, events[k] as LocalEvent)
      }
    }
    this.#localsDone[place] = localsNow
    this.#eventsDone[place] = eventsNow
    return true
  }

  #foreseeOwnEvents(place: number, local: number): void {
    for (const event of this.#bounded.of(place, local)) {
      if (this.#isLeft(this.#bounded.budgetOf(place, event))) this.#foreseeStep(place, local, event)
    }
  }

  #foreseeStep(place: number, local: number, event: LocalEvent): void {
    const outcomes = this.#nodes[place]?.known(local, event)
    if (!outcomes) {
      // It may be that nobody knows it for the very reason that what it demands was always used up before.
      this.#noteUses(place, event, this.#demands)
      return
    }
    for (let i = 0; i < outcomes.length; i += 1) {
      const outcome = outcomes[i] as StepOutcome
      if (!this.#matters(local, outcome)) continue
      this.#noteDemands(place, event, outcome, this.#demands)
      if (outcome.thrown !== undefined) continue
      this.#meetLocal(place, outcome.next)
      for (let k = 0; k < outcome.sent.length; k += 1) {
        const envelope = outcome.sent[k] as number
        const addressee = this.#addressees.of(envelope)
        if (addressee !== this.#left) this.#meetEnvelope(envelope, addressee)
        else if (this.#isNews(envelope)) this.#sendNews = true
      }
    }
  }

  #meetLocal(place: number, local: number): void {
    const met = this.#metLocals[place] as number[]
    if (met[local] === this.#question) return
    met[local] = this.#question
    ;(this.#locals[place] as number[]).push(local)
  }

  #meetEnvelope(envelope: number, addressee: number): void {
    if (this.#metEnvelopes[envelope] === this.#question) return
    this.#metEnvelopes[envelope] = this.#question
    ;(this.#events[addressee] as LocalEvent[]).push(localEvent(deliver, envelope))
    this.#noteDisturbances(this.#demands)
  }

  /** Whether a message, once sent to the node that is left out, would be an event of it that is none yet. */
  #isNews(envelope: number): boolean {
    for (let at = this.#start + this.#layout.envelopeWords; at < this.#stop; at += 1) {
      if (this.#words[at] === envelope) return false
    }
    if (this.#setting.ignored === 'consumed' || this.#isDisturbed()) return true
    const node = this.#setting.nodes[this.#left] as ExploredNode<N>
    const local = this.#localOf(this.#left)
    if (!node.isUp(local)) return false
    const outcomes = node.known(local, localEvent(deliver, envelope))
    return outcomes?.some((outcome) => this.#matters(local, outcome)) ?? true
  }

  /** Takes a step that can happen now. Returns how many transitions it is. */
  #takeNow(place: number, event: LocalEvent, demands: Demands): number {
    const local = this.#localOf(place)
    let count = 0
    for (const outcome of (this.#setting.nodes[place] as ExploredNode<N>).step(local, event)) {
      if (!this.#matters(local, outcome)) continue
      this.#noteDemands(place, event, outcome, demands)
      count += 1
    }
    return count
  }

  /** Whether a way that a step can go is a transition at all. */
  #matters(local: number, { thrown, next, sent }: StepOutcome): boolean {
    if (this.#setting.ignored === 'consumed') return true
    return thrown !== undefined || next !== local || sent.length > 0
  }

  #noteDemands(place: number, event: LocalEvent, outcome: StepOutcome, demands: Demands): void {
    const { nodes, histories } = this.#setting
    this.#noteUses(place, event, demands)
    if (!histories || histories.unordered || demands.observed) return
    if (outcome.thrown !== undefined) return
    const envelope = kindOf(event) === 'deliver' ? argumentOf(event) : absent
    const { self } = nodes[place] as ExploredNode<N>
    demands.observed = histories.leavesTrace(self, envelope, outcome)
  }

  /** Notes which command an event puts, or which bound it uses up, whatever comes of it. */
  #noteUses(place: number, event: LocalEvent, demands: Demands): void {
    const kind = kindOf(event)
    if (kind === 'propose') demands.commands |= 1 << argumentOf(event)
    else if (kind !== 'deliver') demands.budgets |= bitOf(this.#bounded.budgetOf(place, event))
  }

  /** Notes that a message may be lost or come twice; returns how many of the two. */
  #noteDisturbances(demands: Demands): number {
    const { losses, duplications } = this.#setting.budgets
    let count = 0
    for (const budget of [losses, duplications]) {
      if (!this.#isLeft(budget)) continue
      demands.budgets |= bitOf(budget)
      count += 1
    }
    return count
  }

  #isDisturbed(): boolean {
    const { losses, duplications } = this.#setting.budgets
    return this.#isLeft(losses) || this.#isLeft(duplications)
  }

  #localOf(place: number): number {
    return this.#words[this.#start + place] as number
  }

  #eachInFlight(visit: (envelope: number, addressee: number) => void): void {
    let previous = absent
    for (let at = this.#start + this.#layout.envelopeWords; at < this.#stop; at += 1) {
      const envelope = this.#words[at] as number
      if (envelope !== previous) visit(envelope, this.#addressees.of(envelope))
      previous = envelope
    }
  }

  #isOpen(command: number, place: number): boolean {
    const put = this.#words[this.#start + this.#layout.commandWord] as number
    if ((put & (1 << command)) !== 0) return false
    const { node, copy } = this.#setting.commands[command] as Setting<N>['commands'][number]
    if (node === undefined) return true
    return place === (copy === 'second' ? this.#setting.twins.secondOf(node) : node)
  }

  #isLeft({ limit, word }: Budget): boolean {
    if (word === undefined) return limit > 0
    return (this.#words[this.#start + this.#layout.budgetWords + word] as number) < limit
  }
}

export function noDemands(): Demands {
  return { budgets: 0, commands: 0, observed: false }
}

function bitOf({ word }: Budget): number {
  return word === undefined ? 0 : 1 << word
}
