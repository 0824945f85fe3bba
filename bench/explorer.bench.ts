/**
 * The explorer: unique states a second of worlds that are explored whole, and what a state takes in
 * tables and heap together. Every count is checked: those of the reference models against what others
 * have counted, the rest against what was counted here before.
 */
import {
  Exploration,
  type ExplorationResult,
  type ExploreOptions,
  referenceModels,
  worldOptions,
} from '@quorate/core/explorer'
import type { Protocol } from '@quorate/core/model'
import { protocolNamed } from '@quorate/core/protocols'

interface World {
  readonly name: string
  readonly options: ExploreOptions
  readonly uniqueStates: number
}

interface Measured {
  readonly result: ExplorationResult
  readonly processorSeconds: number
  readonly wallSeconds: number
  /** Tables and heap at the end. */
  readonly bytes: number
}

const repetitions = 4
/** In a smaller world the first, empty tables are most of what it takes. */
const manyStates = 100_000
const [paxos, raft] = ['paxos', 'raft'].map((name) => protocolNamed(name) as Protocol) as [
  Protocol,
  Protocol,
]
const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

function modelWorld(name: string, parameters: { readonly [name: string]: number }): World {
  const model = referenceModels.find((one) => one.name === name)
  const uniqueStates = model?.expectedStates(parameters)
  if (!model || uniqueStates === undefined) throw new Error(`nobody has counted ${name}`)
  const [[what, value] = []] = Object.entries(parameters)
  return { name: `${name}, ${value} ${what}`, options: model.options(parameters), uniqueStates }
}

function ownWorld(name: string, uniqueStates: number): World {
  const world = paxos.worlds?.find((one) => one.name === name)
  if (!world) throw new Error(`Paxos has no world '${name}'`)
  const options = worldOptions(paxos, world)
  return { name: `paxos: ${name}`, options, uniqueStates }
}

const raftElections = {
  protocol: raft,
  nodes: 3,
  bounds: { timeouts: { election: 2 } },
} satisfies ExploreOptions

const worlds: readonly World[] = [
  modelWorld('paxos-register', { clients: 2 }),
  modelWorld('paxos-register', { clients: 3 }),
  modelWorld('two-phase-commit', { managers: 5 }),
  ownWorld('two proposers', 1_810_302),
  { name: 'raft: two elections', options: raftElections, uniqueStates: 287_995 },
]

const occupied = (): number => {
  globalThis.gc?.()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return arrayBuffers + heapUsed
}

function explored({ options, name, uniqueStates }: World): Measured {
  const before = occupied()
  const wallBefore = performance.now()
  const processorBefore = process.cpuUsage()
  const exploration = new Exploration(options)
  exploration.advance(Number.POSITIVE_INFINITY)
  const { user, system } = process.cpuUsage(processorBefore)
  const wallSeconds = (performance.now() - wallBefore) / 1000
  const bytes = occupied() - before
  const result = exploration.result()
  if (result.verdict !== 'held') throw new Error(`${name}: ${result.verdict}`)
  if (result.uniqueStates !== uniqueStates) {
    throw new Error(`${name}: ${result.uniqueStates} states, not ${uniqueStates}`)
  }
  return { result, processorSeconds: (user + system) / 1e6, wallSeconds, bytes }
}

for (const world of worlds) {
  const runs = Array.from({ length: repetitions }, () => explored(world))
  const best = runs.reduce((one, other) =>
    other.processorSeconds < one.processorSeconds ? other : one,
  )
  const { uniqueStates, generatedStates, runs: steps } = best.result
  const rate = whole(uniqueStates / best.processorSeconds).padStart(9)
  const wallRate = whole(uniqueStates / best.wallSeconds).padStart(9)
  const size = uniqueStates < manyStates ? '' : `, ${whole(best.bytes / uniqueStates)} bytes each`
  process.stdout.write(
    `${world.name.padEnd(28)} ${whole(uniqueStates).padStart(9)} states: ${rate} a processor second, ${wallRate} a second${size}; ${whole(generatedStates)} generated, ${whole(steps)} steps really taken\n`,
  )
}
