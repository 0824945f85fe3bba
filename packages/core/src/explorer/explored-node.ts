import type { NodeId } from '../model/identity.ts'
import type { AnyNode, AnyNodeClass } from '../model/machine.ts'
import type { Output, Reply } from '../model/output.ts'
import type { FieldObject } from '../model/schema/fields.ts'
import { checkNoFieldForgotten, ForgottenPart } from '../model/schema/forgotten.ts'
import type { Renaming } from '../model/schema/rename.ts'
import type { StateMachine } from '../model/state-machine.ts'
import { Draws } from './draws.ts'
import {
  type ApplicationState,
  applicationIdentity,
  ExploredApplication,
} from './explored-application.ts'
import { ExplorerHost } from './explorer-host.ts'
import { argumentOf, kindOf, type LocalEvent, localEvent, restart } from './local-event.ts'
import { inOrderOfLeaving, type LocalState, localIdentity, none, unarmed } from './local-state.ts'
import { ownEventsOf } from './own-events.ts'
import { reverseContainers } from './reversed-containers.ts'
import { sameEffect } from './same-effect.ts'
import type { SharedWorld } from './shared-world.ts'
import { ValueTable } from './value-table.ts'

/** One way that a step of one node can go. */
export interface StepOutcome {
  /** No two outcomes of an exploration have the same number, whatever the node, its state and the event. */
  readonly number: number
  /** The place of the node's state after the step. */
  readonly next: number
  /** The envelopes that left, as places in ascending order. */
  readonly sent: readonly number[]
  readonly outputs: readonly Output[]
  readonly replies: readonly Reply[]
  /** What the step drew at random, where it had a choice. */
  readonly drawn: readonly number[]
  /** What the protocol threw, if it did: then the step did not end. */
  readonly thrown: string | undefined
}

export interface ExploredNodeOptions<N extends AnyNode> {
  readonly nodeClass: AnyNodeClass<N>
  readonly parameters: { readonly [name: string]: number }
  readonly application: () => StateMachine
  /** Whether the protocol may take commands back. */
  readonly undoable: boolean
  readonly draws: readonly number[]
  readonly reversed: boolean
  /** Where the node is one copy of a twin: whether what it sends reaches this peer. */
  readonly speaksWith?: (peer: NodeId) => boolean
}

/** A node's state, and what the places in it stand for. */
export interface LocalParts<N extends AnyNode> {
  readonly state: LocalState
  /** Undefined while the node is down. */
  readonly fields: N | undefined
  readonly disk: N
  readonly application: ApplicationState
}

/**
 * One node as a table of all that it can do. Its states are interned, and a step is a function of the
 * state and the event, so that each is run once and then remembered: most orders of events differ in
 * what other nodes do, and ask for the same few steps again and again.
 */
export class ExploredNode<N extends AnyNode> {
  readonly self: NodeId
  /** Told of every step that was not taken before. */
  onNewStep:
    | ((local: number, event: LocalEvent, outcomes: readonly StepOutcome[]) => void)
    | undefined = undefined
  /** How often the protocol's class was really run. */
  runs = 0
  readonly #options: ExploredNodeOptions<N>
  readonly #world: SharedWorld
  readonly #draws: Draws
  readonly #host: ExplorerHost
  readonly #onlooker: ExplorerHost
  readonly #application: ExploredApplication
  readonly #applications = new ValueTable<ApplicationState>(applicationIdentity)
  readonly #fields: ValueTable<N>
  readonly #locals = new ValueTable<LocalState>(localIdentity)
  readonly #outcomes: Map<LocalEvent, readonly StepOutcome[]>[] = []
  readonly #ownEvents: (readonly LocalEvent[])[] = []
  readonly #fieldsOf: number[] = []
  /** Down, and with nothing on its disk. */
  readonly #unused: LocalState
  /** The instance that takes the steps. */
  readonly #running: N
  /** The instance that folds records. */
  readonly #folding: N

  constructor(self: NodeId, world: SharedWorld, options: ExploredNodeOptions<N>) {
    const { state } = options.nodeClass
    this.self = self
    this.#options = options
    this.#world = world
    this.#draws = new Draws(options.draws)
    this.#application = new ExploredApplication(options.application, options.undoable)
    this.#host = new ExplorerHost(self, world, this.#application, this.#draws)
    this.#onlooker = ExplorerHost.ofOnlooker(self, world, this.#draws)
    this.#fields = new ValueTable<N>({
      hash: (node) => state.hash(0, asFields(node)),
      equal: (left, right) => state.equal(asFields(left), asFields(right)),
    })
    this.#running = this.#make(this.#host)
    this.#folding = this.#make(this.#onlooker)
    this.#unused = {
      fields: none,
      disk: this.#fieldsPlace(this.#folding),
      application: this.#applications.place(this.#application.save()),
      clockMicros: 0,
      deadlines: world.timers.map(() => unarmed),
      mining: none,
      persisted: 0,
      unsynced: [],
      outbox: [],
    }
  }

  /** The class that it runs: the protocol's own, or an attack's. */
  get nodeClass(): AnyNodeClass<N> {
    return this.#options.nodeClass
  }

  /** How many states of this node were seen. */
  get states(): number {
    return this.#locals.count
  }

  /** The first start. Random draws of that one step all give their first value. */
  start(): StepOutcome {
    const outcomes = this.step(this.#localPlace(this.#unused), localEvent(restart, 0))
    return outcomes[0] as StepOutcome
  }

  /** The place of the protocol's fields in a node's state; `none` while it is down. */
  fieldsOf(local: number): number {
    return this.#fieldsOf[local] as number
  }

  /** The protocol's fields in a node's state, as a node to look at; undefined while it is down. */
  node(local: number): N | undefined {
    return this.isUp(local) ? this.#fields.at(this.fieldsOf(local)) : undefined
  }

  /** The fields at this place, as a node to look at. */
  fieldsAt(fields: number): N {
    return this.#fields.at(fields)
  }

  /** All that decides what the node will do. */
  stateOf(local: number): LocalState {
    return this.#locals.at(local)
  }

  isUp(local: number): boolean {
    return this.#fieldsOf[local] !== none
  }

  /** What can happen to the node in this state, bounds aside, without a message or a client. */
  ownEvents(local: number): readonly LocalEvent[] {
    return this.#ownEvents[local] as readonly LocalEvent[]
  }

  /** Every way that the event can go in this state. The caller sees to it that it can happen at all. */
  step(local: number, event: LocalEvent): readonly StepOutcome[] {
    const known = this.#outcomes[local] as Map<LocalEvent, readonly StepOutcome[]>
    let outcomes = known.get(event)
    if (!outcomes) {
      outcomes = this.#explore(local, event)
      known.set(event, outcomes)
      this.onNewStep?.(local, event, outcomes)
    }
    return outcomes
  }

  /** Every way that the event can go in this state, if the node has ever taken that step. */
  known(local: number, event: LocalEvent): readonly StepOutcome[] | undefined {
    return this.#outcomes[local]?.get(event)
  }

  /** The place in this node's table of what another node's state becomes once nodes have other numbers. */
  renamed(other: ExploredNode<N>, local: number, renaming: Renaming): number {
    const { state, fields, disk, application } = other.parts(local)
    return this.#localPlace({
      ...state,
      fields: fields ? this.#renamedFields(fields, renaming) : none,
      disk: this.#renamedFields(disk, renaming),
      application: this.#applications.place(application),
      unsynced: state.unsynced.map((record) => this.#world.renamedRecord(record, renaming)),
      outbox: inOrderOfLeaving(
        state.outbox.map((one) => this.#world.renamedDeparture(one, renaming)),
      ),
    })
  }

  #renamedFields(node: N, renaming: Renaming): number {
    const { state } = this.#options.nodeClass
    const target = asFields(this.#folding)
    state.copyInto(asFields(node), target)
    Object.assign(target, state.renamed(target, renaming))
    return this.#fieldsPlace(this.#folding)
  }

  /** What a node's state is made of. */
  parts(local: number): LocalParts<N> {
    const state = this.#locals.at(local)
    return {
      state,
      fields: this.node(local),
      disk: this.#fields.at(state.disk),
      application: this.#applications.at(state.application),
    }
  }

  /** The snapshot of the node's state machine. */
  applicationSnapshot(local: number): Uint8Array {
    this.#application.load(this.#applications.at(this.#locals.at(local).application))
    return this.#application.snapshot()
  }

  #explore(local: number, event: LocalEvent): StepOutcome[] {
    const outcomes: StepOutcome[] = []
    this.#draws.reset()
    do {
      const outcome = this.#attempt(local, event)
      if (!outcomes.some((other) => sameEffect(other, outcome))) outcomes.push(outcome)
    } while (this.#draws.another())
    return outcomes
  }

  #attempt(local: number, event: LocalEvent): StepOutcome {
    const before = this.#locals.at(local)
    let after = before
    let thrown: string | undefined
    try {
      after = this.#run(before, event, 0)
    } catch (error) {
      // No fault of a step: no step of this class can be believed.
      if (error instanceof ForgottenPart) throw error
      thrown = error instanceof Error ? error.message : String(error)
    }
    this.runs += 1
    const { outputs, replies, persisted } = this.#host
    const drawn = this.#draws.drawn()
    const mayKeepPositions = thrown === undefined && persisted > 0
    if (mayKeepPositions && this.#world.positions === 'renewed') {
      this.#checkForgetsPositions(before, event, after)
    }
    const next = this.#localPlace(after)
    const number = this.#world.nextOutcome()
    return { number, next, sent: this.#departed(), outputs, replies, drawn, thrown }
  }

  /** The envelopes that left in the step just taken, in ascending order. */
  #departed(): number[] {
    const { speaksWith } = this.#options
    const sent = this.#host.sent.sort((a, b) => a - b)
    return speaksWith ? sent.filter((place) => speaksWith(this.#world.envelopes.to(place))) : sent
  }

  /** Takes the step once more with other positions: they must leave no mark on a state in which all is durable. */
  #checkForgetsPositions(before: LocalState, event: LocalEvent, after: LocalState): void {
    if (before.unsynced.length > 0 || after.unsynced.length > 0) return
    this.#draws.rewind()
    if (localIdentity.equal(this.#run(before, event, 1), after)) return
    throw new RangeError(
      "explore: the protocol's state keeps the position of a durable record: set positions to 'counted'",
    )
  }

  /** @param offset so much higher than they would be are the positions of records */
  #run(before: LocalState, event: LocalEvent, offset: number): LocalState {
    this.#host.load(before)
    this.#host.persisted += offset
    this.#application.load(this.#applications.at(before.application))
    const argument = argumentOf(event)
    const kind = kindOf(event)
    if (kind === 'crash') return this.#crashed(before, argument)
    let { disk } = before
    const node = this.#running
    this.#copy(this.#fields.at(kind === 'restart' ? disk : before.fields), node)
    switch (kind) {
      case 'deliver': {
        const { envelopes } = this.#world
        node.receive(envelopes.from(argument), envelopes.message(argument))
        break
      }
      case 'timeout':
        this.#expire(argument, node)
        break
      case 'propose': {
        const asked = this.#world.commands[argument]
        if (!asked) throw new RangeError(`no command ${argument}`)
        node.propose(asked.command, asked.request)
        break
      }
      case 'mine':
        node.mined(this.#world.work.mint(node.template(), before.mining))
        break
      case 'sync':
        disk = this.#sync(disk, 1)
        break
      case 'restart':
        node.start()
        break
    }
    if (this.#world.disk === 'instant') disk = this.#syncAll(disk)
    // A part that comparison does not see would make states equal that are not.
    checkNoFieldForgotten(this.#options.nodeClass.state, asFields(node))
    return this.#save(disk)
  }

  #expire(timer: number, node: N): void {
    const host = this.#host
    host.clockMicros = Math.max(host.clockMicros, host.deadlines[timer] as number)
    host.deadlines[timer] = unarmed
    node.timeout(this.#world.timers[timer] as string)
  }

  /** Lets the oldest records reach the disk, and tells the node. Returns the disk's new fold. */
  #sync(disk: number, count: number): number {
    const host = this.#host
    const fold = this.#fold(disk, host.unsynced.slice(0, count))
    for (let i = 0; i < count; i += 1) host.synced()
    this.#running.durable(host.persisted - host.unsynced.length)
    return fold
  }

  /** Told that its records are durable, a node may persist more. */
  #syncAll(disk: number): number {
    let fold = disk
    while (this.#host.unsynced.length > 0) fold = this.#sync(fold, this.#host.unsynced.length)
    return fold
  }

  /** What these records, as places, make of what earlier ones made of a new node. */
  #fold(disk: number, records: readonly number[]): number {
    if (records.length === 0) return disk
    this.#copy(this.#fields.at(disk), this.#folding)
    for (const record of records) this.#folding.apply(this.#world.record(record))
    return this.#fieldsPlace(this.#folding)
  }

  /** Memory, timers and what had not left are gone; of the records that were not durable, the oldest `survivors` are left. */
  #crashed(before: LocalState, survivors: number): LocalState {
    const lost = before.unsynced.length - survivors
    return {
      ...this.#unused,
      disk: this.#fold(before.disk, before.unsynced.slice(0, survivors)),
      clockMicros: before.clockMicros,
      persisted: this.#world.positions === 'counted' ? before.persisted - lost : 0,
    }
  }

  #save(disk: number): LocalState {
    const { clockMicros, deadlines, mining, persisted, unsynced, outbox } = this.#host
    const renewed = this.#world.positions === 'renewed' && unsynced.length === 0
    return {
      fields: this.#fieldsPlace(this.#running),
      disk,
      application: this.#applications.place(this.#application.save()),
      clockMicros,
      deadlines,
      mining,
      persisted: renewed ? 0 : persisted,
      unsynced,
      outbox: inOrderOfLeaving(outbox),
    }
  }

  #fieldsPlace(node: N): number {
    return this.#fields.place(node, (original) => {
      const kept = this.#make(this.#onlooker)
      this.#options.nodeClass.state.copyInto(asFields(original), asFields(kept))
      return kept
    })
  }

  #localPlace(state: LocalState): number {
    const place = this.#locals.place(state)
    if (place === this.#outcomes.length) {
      this.#outcomes.push(new Map())
      this.#fieldsOf.push(state.fields)
      this.#ownEvents.push(ownEventsOf(state))
    }
    return place
  }

  #copy(from: N, to: N): void {
    this.#options.nodeClass.state.copyInto(asFields(from), asFields(to))
    if (this.#options.reversed) reverseContainers(asFields(to))
  }

  #make(host: ExplorerHost): N {
    return new this.#options.nodeClass(host, this.#options.parameters as never)
  }
}

/** A node's declared fields are plain properties of it. */
function asFields(node: AnyNode): FieldObject {
  return node as unknown as FieldObject
}
