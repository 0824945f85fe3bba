import type { NodeId } from '../model/identity.ts'
import type { AnyNode, AnyNodeClass } from '../model/machine.ts'
import { checkNoFieldForgotten, ForgottenPart } from '../model/schema/forgotten.ts'
import type { Renaming } from '../model/schema/rename.ts'
import type { StateMachine } from '../model/state-machine.ts'
import { Draws } from './draws.ts'
import { ExploredApplication } from './explored-application.ts'
import { ExplorerHost } from './explorer-host.ts'
import { argumentOf, kindOf, type LocalEvent, localEvent, restart } from './local-event.ts'
import { inOrderOfLeaving, type LocalState, localIdentity, none, unarmed } from './local-state.ts'
import { asFields, type LocalParts, NodeStates } from './node-states.ts'
import { reverseContainers } from './reversed-containers.ts'
import { sameEffect } from './same-effect.ts'
import type { SharedWorld } from './shared-world.ts'
import type { StepOutcome, StepWay } from './step-outcome.ts'
import { StepsTakenAgain } from './steps-taken-again.ts'
import { UnsoundProtocol } from './unsound-protocol.ts'

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
  readonly #states: NodeStates<N>
  /** By the place of a state, the outcomes of the steps that were taken in it. */
  readonly #outcomes: Map<LocalEvent, readonly StepOutcome[]>[] = []
  readonly #again = new StepsTakenAgain()
  /** Down, and with nothing on its disk. */
  readonly #unused: LocalState
  /** The instance that takes the steps. */
  readonly #running: N
  /** The instance that folds records. */
  readonly #folding: N

  constructor(self: NodeId, world: SharedWorld, options: ExploredNodeOptions<N>) {
    this.self = self
    this.#options = options
    this.#world = world
    this.#draws = new Draws(options.draws)
    this.#application = new ExploredApplication(options.application, options.undoable)
    this.#host = new ExplorerHost(self, world, this.#application, this.#draws)
    this.#onlooker = ExplorerHost.ofOnlooker(self, world, this.#draws)
    this.#states = new NodeStates(options.nodeClass, () => this.#make(this.#onlooker))
    this.#running = this.#make(this.#host)
    this.#folding = this.#make(this.#onlooker)
    this.#unused = {
      fields: none,
      disk: this.#states.placeOfFields(this.#folding),
      application: this.#states.placeOfApplication(this.#application.save()),
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
    return this.#states.count
  }

  /** The first start. Random draws of that one step all give their first value. */
  start(): StepOutcome {
    const outcomes = this.step(this.#states.place(this.#unused), localEvent(restart, 0))
    return outcomes[0] as StepOutcome
  }

  /** The place of the protocol's fields in a node's state; `none` while it is down. */
  fieldsOf(local: number): number {
    return this.#states.fieldsOf(local)
  }

  /** The protocol's fields in a node's state, as a node to look at; undefined while it is down. */
  node(local: number): N | undefined {
    return this.#states.node(local)
  }

  /** The fields at this place, as a node to look at. */
  fieldsAt(fields: number): N {
    return this.#states.fields(fields)
  }

  /** All that decides what the node will do. */
  stateOf(local: number): LocalState {
    return this.#states.at(local)
  }

  isUp(local: number): boolean {
    return this.#states.fieldsOf(local) !== none
  }

  /** What can happen to the node in this state, bounds aside, without a message or a client. */
  ownEvents(local: number): readonly LocalEvent[] {
    return this.#states.ownEvents(local)
  }

  /** What a node's state is made of. */
  parts(local: number): LocalParts<N> {
    return this.#states.parts(local)
  }

  /** Every way that the event can go in this state. The caller sees to it that it can happen at all. */
  step(local: number, event: LocalEvent): readonly StepOutcome[] {
    return this.known(local, event) ?? this.#learn(local, event)
  }

  #learn(local: number, event: LocalEvent): readonly StepOutcome[] {
    const ways = this.#ways(local, event)
    const outcomes = ways.map((way) => ({ number: this.#world.nextOutcome(), ...way }))
    this.#outcomes[local] ??= new Map()
    this.#outcomes[local].set(event, outcomes)
    this.onNewStep?.(local, event, outcomes)
    this.#again.add(local, event, (earlier, what) => this.#takeAgain(earlier, what))
    return outcomes
  }

  /** Every way that the event can go in this state, if the node has ever taken that step. */
  known(local: number, event: LocalEvent): readonly StepOutcome[] | undefined {
    return this.#outcomes[local]?.get(event)
  }

  /** The place in this node's table of what another node's state becomes once nodes have other numbers. */
  renamed(other: ExploredNode<N>, local: number, renaming: Renaming): number {
    const { state, fields, disk, application } = other.parts(local)
    return this.#states.place({
      ...state,
      fields: fields ? this.#renamedFields(fields, renaming) : none,
      disk: this.#renamedFields(disk, renaming),
      application: this.#states.placeOfApplication(application),
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
    return this.#states.placeOfFields(this.#folding)
  }

  /** The snapshot of the node's state machine. */
  applicationSnapshot(local: number): Uint8Array {
    this.#application.load(this.#states.parts(local).application)
    return this.#application.snapshot()
  }

  #ways(local: number, event: LocalEvent): StepWay[] {
    const ways: StepWay[] = []
    this.#draws.reset()
    do {
      const way = this.#attempt(local, event)
      this.runs += 1
      if (!ways.some((other) => sameEffect(other, way))) ways.push(way)
    } while (this.#draws.another())
    return ways
  }

  /** @throws UnsoundProtocol where the step does not go as it went before */
  #takeAgain(local: number, event: LocalEvent): void {
    const { runs } = this
    const before = this.known(local, event) as readonly StepOutcome[]
    const now = this.#ways(local, event)
    this.runs = runs
    const isSame = (way: StepWay, i: number) => sameEffect(way, before[i] as StepOutcome)
    if (now.length === before.length && now.every(isSame)) return
    throw UnsoundProtocol.ofUnsteady(this.self, kindOf(event))
  }

  #attempt(local: number, event: LocalEvent): StepWay {
    const before = this.#states.at(local)
    let after = before
    let thrown: string | undefined
    try {
      after = this.#run(before, event, 0)
    } catch (error) {
      // No fault of a step: no step of this class can be believed.
      if (error instanceof ForgottenPart || error instanceof UnsoundProtocol) throw error
      thrown = error instanceof Error ? error.message : String(error)
    }
    this.#checkNothingChanged(before, event)
    const { outputs, replies, persisted } = this.#host
    const drawn = this.#draws.drawn()
    const mayKeepPositions = thrown === undefined && persisted > 0
    if (mayKeepPositions && this.#world.positions === 'renewed') {
      this.#checkForgetsPositions(before, event, after)
    }
    const next = this.#states.place(after)
    return { next, sent: this.#departed(), outputs, replies, drawn, thrown }
  }

  /**
   * What was there before the step is there still: other states hold it too.
   * @throws UnsoundProtocol where the step has changed it in place
   */
  #checkNothingChanged({ fields, disk }: LocalState, event: LocalEvent): void {
    if (!this.#states.areUnchanged(fields, disk)) {
      throw UnsoundProtocol.ofChanged(this.self, 'what an earlier state of it holds', kindOf(event))
    }
    if (this.#isEventChanged(event)) {
      throw UnsoundProtocol.ofChanged(this.self, 'what it was given', kindOf(event))
    }
  }

  #isEventChanged(event: LocalEvent): boolean {
    const argument = argumentOf(event)
    switch (kindOf(event)) {
      case 'deliver':
        return !this.#world.envelopes.isUnchanged(argument)
      case 'propose':
        return !this.#world.isCommandUnchanged(argument)
      default:
        return false
    }
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
    this.#application.load(this.#states.application(before.application))
    const argument = argumentOf(event)
    const kind = kindOf(event)
    if (kind === 'crash') return this.#crashed(before, argument)
    let { disk } = before
    const node = this.#running
    this.#copy(this.#states.fields(kind === 'restart' ? disk : before.fields), node)
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
        const { command, request } = this.#world.asked(argument)
        node.propose(command, request)
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
    this.#copy(this.#states.fields(disk), this.#folding)
    for (const record of records) this.#folding.apply(this.#world.record(record))
    return this.#states.placeOfFields(this.#folding)
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
      fields: this.#states.placeOfFields(this.#running),
      disk,
      application: this.#states.placeOfApplication(this.#application.save()),
      clockMicros,
      deadlines,
      mining,
      persisted: renewed ? 0 : persisted,
      unsynced,
      outbox: inOrderOfLeaving(outbox),
    }
  }

  #copy(from: N, to: N): void {
    this.#options.nodeClass.state.copyInto(asFields(from), asFields(to))
    if (this.#options.reversed) reverseContainers(asFields(to))
  }

  #make(host: ExplorerHost): N {
    return new this.#options.nodeClass(host, this.#options.parameters as never)
  }
}
