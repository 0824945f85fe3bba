import type { AnyNodeClass, Invariant, NodeId } from '../../model/index.ts'
import type { Envelope } from '../history.ts'
import type { ExploreOptions, Sometimes } from '../options.ts'
import { AbdRegister } from './abd-register.ts'
import { PaxosRegister } from './paxos-register.ts'
import type { RegisterMessage } from './register-client.ts'
import { registerHistory } from './register-history.ts'
import { SingleCopyRegister } from './single-copy-register.ts'
import { TwoPhaseCommit } from './two-phase-commit.ts'

/** A number that a model leaves open. */
export interface ModelParameter {
  readonly what: string
  readonly usual: number
  readonly minimum: number
  readonly maximum: number
}

/** A small world whose states others have counted: an explorer that is right counts as many. */
export interface ReferenceModel {
  readonly name: string
  readonly title: string
  /** What is modelled, in a sentence. */
  readonly what: string
  /** Who has counted its states. */
  readonly source: string
  readonly parameters: { readonly [name: string]: ModelParameter }
  /** @throws RangeError for a parameter that there is not, or out of its range, in one line */
  options(parameters?: { readonly [name: string]: number }): ExploreOptions
  /** How many states others have counted; undefined where nobody has. */
  expectedStates(parameters?: { readonly [name: string]: number }): number | undefined
}

interface ModelDescription extends Pick<ReferenceModel, 'name' | 'title' | 'what' | 'source'> {
  readonly parameters: { readonly [name: string]: ModelParameter }
  readonly world: (values: { readonly [name: string]: number }) => ExploreOptions
  /** By the values of all parameters in their order, joined by commas. */
  readonly counts: { readonly [values: string]: number }
}

function model({ world, counts, ...description }: ModelDescription): ReferenceModel {
  const values = (given: { readonly [name: string]: number }) =>
    parametersOf(description.name, description.parameters, given)
  return {
    ...description,
    options: (given = {}) => world(values(given)),
    expectedStates: (given = {}) => counts[Object.values(values(given)).join()],
  }
}

function parametersOf(
  name: string,
  declared: ReferenceModel['parameters'],
  given: { readonly [name: string]: number },
): { readonly [name: string]: number } {
  for (const parameter of Object.keys(given)) {
    if (Object.hasOwn(declared, parameter)) continue
    const known = Object.keys(declared).join(', ')
    throw new RangeError(`${name}: unknown parameter '${parameter}': the parameters are ${known}`)
  }
  const entries = Object.entries(declared).map(([parameter, { usual, minimum, maximum }]) => {
    const value = Object.hasOwn(given, parameter) ? (given[parameter] as number) : usual
    if (!(Number.isSafeInteger(value) && value >= minimum && value <= maximum)) {
      throw new RangeError(
        `${name}: ${parameter} is ${value}: it must be a whole number from ${minimum} to ${maximum}`,
      )
    }
    return [parameter, value] as const
  })
  return Object.fromEntries(entries)
}

const clients = { what: 'clients, each of which puts, then gets', usual: 2, minimum: 1, maximum: 6 }
const servers = (usual: number): ModelParameter => ({
  what: 'servers',
  usual,
  minimum: 1,
  maximum: 5,
})

const chosen: Sometimes<never> = {
  property: 'a value is chosen',
  holds: ({ inFlight }) => inFlight.some(({ message }: Envelope) => givesValue(message)),
}

function givesValue(message: unknown): boolean {
  const { kind, ...fields } = message as RegisterMessage
  return kind === 'getOk' && (fields as { value?: string }).value !== undefined
}

function registerWorld(
  nodeClass: AnyNodeClass,
  { servers, clients }: { readonly [name: string]: number },
): ExploreOptions {
  return {
    nodeClass,
    nodes: (servers as number) + (clients as number),
    parameters: { servers: servers as number },
    invariants: [],
    history: registerHistory,
    sometimes: [chosen as Sometimes<never>],
    network: 'multiset',
    ignored: 'kept',
  }
}

const consistent: Invariant<TwoPhaseCommit> = {
  property: 'consistency',
  broken: (nodes) => {
    const inPhase = (wanted: TwoPhaseCommit['phase']): NodeId[] =>
      [...nodes].filter(([, { phase }]) => phase === wanted).map(([id]) => id)
    const [committed] = inPhase('committed')
    const [aborted] = inPhase('aborted')
    if (committed === undefined || aborted === undefined) return undefined
    const message = `node ${committed} has committed and node ${aborted} has aborted`
    return { nodes: [committed, aborted], message }
  },
}

const allEndIn = (
  property: string,
  wanted: TwoPhaseCommit['phase'],
): Sometimes<TwoPhaseCommit> => ({
  property,
  holds: ({ nodes }) => [...nodes.values()].every(({ phase }) => phase === wanted),
})

const stateright = 'Stateright, by Jonathan Nadal'

/** The models, all of them without crashes and with a network that neither loses nor duplicates. */
export const referenceModels: readonly ReferenceModel[] = [
  model({
    name: 'paxos-register',
    title: 'Paxos register',
    what: 'A register that is written once, by single-decree Paxos among its servers.',
    source: `${stateright}: examples/paxos.rs; 3 clients by two implementations, unpublished`,
    parameters: { servers: servers(3), clients },
    world: (values) => registerWorld(PaxosRegister as AnyNodeClass, values),
    counts: { '3,2': 16_668, '3,3': 1_194_428 },
  }),
  model({
    name: 'abd-register',
    title: 'ABD register',
    what: 'A register on servers of which a minority may be silent, by Attiya, Bar-Noy and Dolev.',
    source: `${stateright}: examples/linearizable-register.rs`,
    parameters: { servers: servers(2), clients },
    world: (values) => registerWorld(AbdRegister as AnyNodeClass, values),
    counts: { '2,2': 544 },
  }),
  model({
    name: 'single-copy-register',
    title: 'Single-copy register',
    what: 'A register on one server. With several, each holds its own, and that is not linearizable.',
    source: `${stateright}: examples/single-copy-register.rs`,
    parameters: { servers: servers(1), clients },
    world: (values) => registerWorld(SingleCopyRegister as AnyNodeClass, values),
    counts: { '1,2': 93 },
  }),
  model({
    name: 'two-phase-commit',
    title: 'Two-phase commit',
    what: 'A transaction manager and its resource managers, by Gray and Lamport.',
    source: `${stateright}: examples/2pc.rs`,
    parameters: { managers: { what: 'resource managers', usual: 3, minimum: 1, maximum: 12 } },
    world: ({ managers }) => ({
      nodeClass: TwoPhaseCommit as AnyNodeClass,
      nodes: 1 + (managers as number),
      bounds: { timeouts: Number.POSITIVE_INFINITY },
      invariants: [consistent as Invariant],
      sometimes: [
        allEndIn('all commit', 'committed') as Sometimes<never>,
        allEndIn('all abort', 'aborted') as Sometimes<never>,
      ],
      network: 'set',
      ignored: 'kept',
    }),
    counts: { '3': 288, '5': 8_832 },
  }),
]
