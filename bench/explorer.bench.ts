/**
 * The explorer: unique states a second of worlds that are explored whole, and what a state takes in
 * tables and heap together. Every count is checked: those of the reference models against what others
 * have counted, the rest against what was counted here before. Each world has a process of its own, so
 * that none inherits what another's code has taught the compiler.
 */
import { spawnSync } from 'node:child_process'
import {
  Exploration,
  type ExploreOptions,
  referenceModels,
  worldOptions,
} from '@quorate/core/explorer'
import type { AnyNode, Protocol } from '@quorate/core/model'
import { protocolNamed } from '@quorate/core/protocols'

interface World {
  readonly name: string
  readonly options: ExploreOptions
  readonly uniqueStates: number
}

const repetitions = 3
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

function occupiedBytes(): number {
  globalThis.gc?.()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return arrayBuffers + heapUsed
}

function explored({ options, name, uniqueStates }: World): Exploration<AnyNode> {
  const exploration = new Exploration(options)
  exploration.advance(Number.POSITIVE_INFINITY)
  const result = exploration.result()
  if (result.verdict !== 'held') throw new Error(`${name}: ${result.verdict}`)
  if (result.uniqueStates !== uniqueStates) {
    throw new Error(`${name}: ${result.uniqueStates} states, not ${uniqueStates}`)
  }
  return exploration
}

/** The fastest of a few, in seconds of the processor and of the clock. */
function fastest(world: World): { readonly processor: number; readonly wall: number } {
  let processor = Number.POSITIVE_INFINITY
  let wall = Number.POSITIVE_INFINITY
  for (let i = 0; i < repetitions; i += 1) {
    const begun = performance.now()
    const before = process.cpuUsage()
    explored(world)
    const { user, system } = process.cpuUsage(before)
    processor = Math.min(processor, (user + system) / 1e6)
    wall = Math.min(wall, (performance.now() - begun) / 1000)
  }
  return { processor, wall }
}

function measure(world: World): void {
  const before = occupiedBytes()
  const exploration = explored(world)
  const bytes = occupiedBytes() - before
  const { processor, wall } = fastest(world)
  const { uniqueStates, generatedStates, runs } = exploration.result()
  const rate = whole(uniqueStates / processor).padStart(9)
  const wallRate = whole(uniqueStates / wall).padStart(9)
  const size = uniqueStates < manyStates ? '' : `, ${whole(bytes / uniqueStates)} bytes each`
  process.stdout.write(
    `${world.name.padEnd(28)} ${whole(uniqueStates).padStart(9)} states: ${rate} a processor second, ${wallRate} a second${size}; ${whole(generatedStates)} generated, ${whole(runs)} steps really taken\n`,
  )
}

const chosen = process.argv[2]
if (chosen === undefined) {
  for (const place of worlds.keys()) {
    const again = [...process.execArgv, import.meta.filename, String(place)]
    const { status } = spawnSync(process.execPath, again, { stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
} else measure(worlds[Number(chosen)] as World)
