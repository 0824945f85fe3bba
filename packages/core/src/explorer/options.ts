import type { OpeningEvent } from '../model/check-world.ts'
import type { Invariant } from '../model/checker.ts'
import type { NodeId } from '../model/identity.ts'
import type { AnyNode, AnyNodeClass } from '../model/machine.ts'
import { parameterValues } from '../model/parameters.ts'
import type { Protocol } from '../model/protocol.ts'
import type { Type } from '../model/schema/type.ts'
import type { StateMachine } from '../model/state-machine.ts'
import { type Bounds, Budgets } from './bounds.ts'
import { CommandList } from './command-list.ts'
import { ExploredNode } from './explored-node.ts'
import { type Envelope, Histories, type HistoryVariable } from './history.ts'
import { type Attacker, Liars } from './liars.ts'
import type { Timing } from './lockstep.ts'
import type { Reduction } from './partial-order.ts'
import {
  type ClockModel,
  type DiskModel,
  type ExploredCommand,
  type PositionModel,
  SharedWorld,
} from './shared-world.ts'
import { layoutOf } from './state-layout.ts'
import { type SymmetricWorld, Symmetry, type SymmetryOption } from './symmetry.ts'
import { type Twin, Twins } from './twins.ts'

/**
 * What becomes of a message that its addressee ignores: whose delivery would change nothing and send
 * nothing. `consumed`: it is gone, as in a real network. `kept`: that is no event, and the message
 * stays in flight, as if it were late. Every state that the first can reach, the second can reach
 * with at most more messages in flight, so that it shows every violation of an invariant, and has far
 * fewer states.
 */
export type IgnoredMessages = 'kept' | 'consumed'

/**
 * The first state. `started`: every node has started. `settled`: what that sent has been delivered,
 * and what came of it, first sent first, until nothing was in flight: nodes that greet each other have
 * done so, and the orders in which they might are not explored. Or what comes of these events, one after
 * the other, once every node has started: exploration begins there, and they use up no bounds.
 */
export type Opening = 'started' | 'settled' | readonly OpeningEvent[]

/**
 * How messages are kept. `multiset`: each is delivered as often as it was sent. `set`: what was sent
 * once stays to be delivered for ever, again and again, and sending it again adds nothing.
 */
export type NetworkModel = 'multiset' | 'set'

/** A state of the world, to be looked at. */
export interface WorldView<N extends AnyNode> {
  /** The live nodes that follow the protocol. */
  readonly nodes: ReadonlyMap<NodeId, N>
  readonly inFlight: readonly Envelope[]
  /** The value of the history variable; undefined where there is none. */
  readonly history: unknown
}

/** Something that should be possible: an exploration without an example of it has looked at too little. */
export interface Sometimes<N extends AnyNode> {
  readonly property: string
  holds(world: WorldView<N>): boolean
}

/** A small world, and what must hold in it. */
export interface ExploreOptions<N extends AnyNode = AnyNode> {
  /** Where there is no protocol, `nodeClass` and `invariants` must be given. */
  readonly protocol?: Protocol<N>
  /** The protocol's own class where absent; or one of its mutants. */
  readonly nodeClass?: AnyNodeClass<N>
  readonly nodes: number
  readonly parameters?: { readonly [name: string]: number }
  /** What clients ask for, each at most once, at any moment, in any order. At most 31. */
  readonly commands?: readonly ExploredCommand[]
  readonly bounds?: Bounds
  /** What must hold of the live nodes in every state. The protocol's own where absent. */
  readonly invariants?: readonly Invariant<N>[]
  /** What must hold of the live nodes wherever no message and no disk can change anything any more. */
  readonly settled?: readonly Invariant<N>[]
  /** States in which it is false are counted and checked, but what follows them is not explored. */
  readonly constraint?: (nodes: ReadonlyMap<NodeId, N>) => boolean
  /** What some state is expected to show. */
  readonly sometimes?: readonly Sometimes<N>[]
  /** What is remembered of a run beside its state. */
  readonly history?: HistoryVariable<unknown>
  /** Byzantine nodes, each played by two copies. Nothing is demanded of them, and they never crash. */
  readonly twins?: readonly Twin[]
  /** Byzantine nodes that run the code of an attack, on the same terms. */
  readonly attackers?: readonly Attacker<N>[]
  readonly timing?: Timing
  readonly network?: NetworkModel
  readonly opening?: Opening
  readonly ignored?: IgnoredMessages
  readonly disk?: DiskModel
  readonly positions?: PositionModel
  readonly clock?: ClockModel
  /** What a random draw may give; each draw gives each of them. Only 0 where absent. */
  readonly draws?: readonly number[]
  /** The state machine that the commands drive; one that remembers every command where absent. */
  readonly application?: () => StateMachine
  /** What a breadth-first search may take, in bytes: 4 GiB where absent. It ends, inconclusive, before it takes more. */
  readonly memoryBytes?: number
  /** Hands nodes their sets and maps in reverse order of insertion: the counts must stay the same. */
  readonly containers?: 'as they are' | 'reversed'
  /** States that differ only in who of these nodes is who count as one. `none` where absent. */
  readonly symmetry?: SymmetryOption
  /** Whether orders of events that lead to the same are left out. `none` where absent. */
  readonly reduction?: Reduction
}

/** Options with nothing left open, and the nodes made. */
export interface Setting<N extends AnyNode> {
  readonly nodeClass: AnyNodeClass<N>
  readonly world: SharedWorld
  /** By place: the nodes, and after them the second copies of twins. */
  readonly nodes: readonly ExploredNode<N>[]
  readonly twins: Twins
  readonly liars: Liars<N>
  readonly timing: Timing
  readonly commands: readonly ExploredCommand[]
  readonly bounds: Bounds
  readonly budgets: Budgets
  readonly invariants: readonly Invariant<N>[]
  readonly settled: readonly Invariant<N>[]
  readonly constraint: ((nodes: ReadonlyMap<NodeId, N>) => boolean) | undefined
  readonly sometimes: readonly Sometimes<N>[]
  readonly histories: Histories<unknown> | undefined
  readonly network: NetworkModel
  readonly opening: Opening
  readonly ignored: IgnoredMessages
  readonly memoryBytes: number
  readonly symmetry: Symmetry<N> | undefined
  readonly reduction: Reduction
}

const maximumCommands = 31
const usualMemoryBytes = 4 * 2 ** 30
/** Less would not hold the first tables. */
const minimumMemoryBytes = 64_000_000

/** @throws RangeError for options that make no world, saying which */
export function settingOf<N extends AnyNode>(options: ExploreOptions<N>): Setting<N> {
  const { protocol, commands = [], bounds = {} } = options
  const nodeClass = options.nodeClass ?? protocol?.node
  if (!nodeClass) throw new RangeError('explore: give a protocol or a node class')
  const invariants = options.invariants ?? protocol?.invariants
  if (!invariants) throw new RangeError('explore: give a protocol or invariants')
  checkCounts(options.nodes, commands)
  const { timing = 'free' } = options
  const twins = new Twins(options.twins ?? [], options.nodes)
  const liars = new Liars<N>(options.twins ?? [], options.attackers ?? [], options.nodes)
  const world = new SharedWorld(nodeClass, {
    nodes: options.nodes,
    liars: liars.nodes,
    clock: clockOf(options),
    disk: options.disk ?? 'instant',
    positions: options.positions ?? 'renewed',
    commands,
  })
  const parts = {
    nodeClass,
    parameters: parameterValues(nodeClass.schema.parameters, options.parameters),
    application: options.application ?? (() => new CommandList()),
    undoable: protocol === undefined || protocol.shape === 'chain',
    draws: options.draws ?? [0],
    reversed: options.containers === 'reversed',
  }
  const setting: Setting<N> = {
    nodeClass,
    world,
    nodes: Array.from({ length: options.nodes + twins.count }, (_, place) => {
      const self = twins.nodeAt(place)
      const speaksWith = (peer: NodeId) => twins.placeFor(self, peer) === place
      const more = twins.isTwin(self) ? { speaksWith } : {}
      const attack = liars.attackOf(self)
      return new ExploredNode(self, world, {
        ...parts,
        ...more,
        ...(attack ? { nodeClass: attack } : {}),
      })
    }),
    twins,
    liars,
    timing,
    commands,
    bounds,
    budgets: new Budgets(bounds, nodeClass.schema.timers),
    invariants,
    settled: options.settled ?? [],
    constraint: options.constraint,
    sometimes: options.sometimes ?? [],
    histories: options.history && new Histories(options.history, world),
    network: options.network ?? 'multiset',
    opening: options.opening ?? 'started',
    ignored: ignoredIn(options),
    memoryBytes: memoryOf(options.memoryBytes),
    symmetry: undefined,
    reduction: options.reduction ?? 'none',
  }
  const { symmetry = 'none' } = options
  return symmetry === 'none' ? setting : { ...setting, symmetry: symmetryOf(setting, symmetry) }
}

function clockOf({ clock, timing }: Pick<ExploreOptions, 'clock' | 'timing'>): ClockModel {
  if (timing !== 'lockstep') return clock ?? 'still'
  if (clock === 'still') throw new RangeError('explore: in lockstep clocks do not stand still')
  return 'deadlines'
}

function ignoredIn({
  ignored,
  timing,
}: Pick<ExploreOptions, 'ignored' | 'timing'>): IgnoredMessages {
  if (timing !== 'lockstep') return ignored ?? 'kept'
  if (ignored === 'kept') throw new RangeError('explore: in lockstep every message arrives')
  return 'consumed'
}

function symmetryOf<N extends AnyNode>(
  setting: Setting<N>,
  option: Exclude<SymmetryOption, 'none'>,
): Symmetry<N> {
  const { schema } = setting.nodeClass
  const parts: SymmetricWorld<N> = {
    ...setting,
    commandType: schema.command as Type<unknown>,
    messageType: schema.message as Type<unknown>,
    layout: layoutOf(setting),
  }
  return new Symmetry(parts, option)
}

function memoryOf(bytes = usualMemoryBytes): number {
  if (bytes >= minimumMemoryBytes) return bytes
  throw new RangeError(`explore: ${bytes} bytes of memory: must be at least ${minimumMemoryBytes}`)
}

function checkCounts(nodes: number, commands: readonly ExploredCommand[]): void {
  if (!Number.isSafeInteger(nodes) || nodes < 1) {
    throw new RangeError(`explore: ${nodes} nodes: must be a natural number from 1`)
  }
  if (commands.length > maximumCommands) {
    throw new RangeError(`explore: ${commands.length} commands: at most ${maximumCommands}`)
  }
  for (const { node } of commands) {
    if (node !== undefined && !(Number.isSafeInteger(node) && node >= 0 && node < nodes)) {
      throw new RangeError(`explore: a command for node ${node}: must be 0 to ${nodes - 1}`)
    }
  }
}
