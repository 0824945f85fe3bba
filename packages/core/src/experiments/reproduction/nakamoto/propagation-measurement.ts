import { type Micros, microsPerSecond, type NodeId, type Output } from '../../../model/index.ts'
import type { Nakamoto } from '../../../protocols/nakamoto/nakamoto.ts'
import { type MiningSetting, miningWorld } from './mining-world.ts'

interface Found {
  readonly height: number
  readonly timeMicros: Micros
  /** When each node has adopted the block, after it was found; ascending. */
  readonly delaysMicros: Micros[]
}

export interface PropagationMeasurement {
  /** Found by anybody. */
  readonly blocks: number
  /** How many of them are not on the chain in the end. */
  readonly stale: number
  /** The chain's. */
  readonly height: number
  readonly seconds: number
  /** How long a node, drawn at random, does without a new block on average: the integral of those who lack it. */
  readonly meanDelaySeconds: number
  /** Until so large a part of the nodes has a block, on average over those without a rival. */
  readonly reachedSeconds: {
    readonly half: number
    readonly ninety: number
    readonly all: number
  }
}

/** Lets so many blocks be found, and follows where they go. */
export function measurePropagation(
  setting: MiningSetting,
  blocks: number,
  seed: number,
): PropagationMeasurement {
  const world = miningWorld(setting, seed)
  const found = new Map<string, Found>()
  world.onOutput = (_node: NodeId, output: Output) => {
    if (output.kind === 'mined') {
      const { block, height } = output
      found.set(block, { height, timeMicros: world.nowMicros, delaysMicros: [] })
      if (found.size >= blocks) world.stopped = true
    }
    if (output.kind !== 'adopted') return
    for (const id of output.connected) {
      const block = found.get(id)
      block?.delaysMicros.push(world.nowMicros - block.timeMicros)
    }
  }
  world.start()
  world.advance(Number.MAX_SAFE_INTEGER)
  const chain = longestChain([...world.alive().values()] as Nakamoto[])
  const onChain = chain.map((id) => found.get(id)).filter((block) => block !== undefined)
  const nodes = setting.hashShares.length
  // Who worked on a rival adopts a block when the race is over, long after hearing of it.
  const rivals = new Map<number, number>()
  for (const { height } of found.values()) rivals.set(height, (rivals.get(height) ?? 0) + 1)
  const everywhere = onChain.filter(
    ({ height, delaysMicros }) => delaysMicros.length === nodes && rivals.get(height) === 1,
  )
  const mean = (of: (block: Found) => Micros) =>
    everywhere.reduce((sum, block) => sum + of(block), 0) / everywhere.length / microsPerSecond
  const reached = (part: number) =>
    mean(({ delaysMicros }) => delaysMicros[Math.ceil(nodes * part) - 1] as Micros)
  return {
    blocks: found.size,
    stale: found.size - onChain.length,
    height: chain.length - 1,
    seconds: world.nowMicros / microsPerSecond,
    meanDelaySeconds: mean(
      ({ delaysMicros }) => delaysMicros.reduce((sum, delay) => sum + delay, 0) / nodes,
    ),
    reachedSeconds: { half: reached(0.5), ninety: reached(0.9), all: reached(1) },
  }
}

function longestChain(nodes: readonly Nakamoto[]): readonly string[] {
  return nodes.reduce((longest: readonly string[], { activeChain }) => {
    return activeChain.length > longest.length ? activeChain : longest
  }, [])
}
