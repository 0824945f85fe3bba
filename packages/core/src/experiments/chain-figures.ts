import type { Micros, NodeId, Output } from '../model/index.ts'
import { microsPerSecond } from '../model/index.ts'
import type { ChainReport, ForkReport } from './report.ts'

/** How many forks a report shows. */
const forksShown = 5

interface Mined {
  readonly height: number
  readonly miner: NodeId
  readonly timeMicros: Micros
  /** How many nodes have adopted the block, once each. */
  reached: number
  readonly delayMicros: { p50: Micros; p90: Micros; p100: Micros }
}

/** The figures of a chain: what was mined, where it went and how long it took. */
export class ChainFigures {
  /** The greatest height that any node has adopted. */
  height = 0
  private readonly nodes: number
  private readonly mined = new Map<string, Mined>()
  private maxReorgDepth = 0

  constructor(nodes: number) {
    this.nodes = nodes
  }

  output(node: NodeId, output: Output, nowMicros: Micros): void {
    switch (output.kind) {
      case 'mined':
        this.mined.set(output.block, {
          height: output.height,
          miner: node,
          timeMicros: nowMicros,
          reached: 0,
          delayMicros: { p50: 0, p90: 0, p100: 0 },
        })
        return
      case 'adopted':
        if (output.height > this.height) this.height = output.height
        if (output.disconnected > this.maxReorgDepth) this.maxReorgDepth = output.disconnected
        for (const block of output.connected) this.reached(block, nowMicros)
        return
      default:
        return
    }
  }

  private reached(block: string, nowMicros: Micros): void {
    const mined = this.mined.get(block)
    if (!mined) return
    mined.reached++
    const delay = nowMicros - mined.timeMicros
    if (mined.reached === Math.ceil(this.nodes * 0.5)) mined.delayMicros.p50 = delay
    if (mined.reached === Math.ceil(this.nodes * 0.9)) mined.delayMicros.p90 = delay
    if (mined.reached === this.nodes) mined.delayMicros.p100 = delay
  }

  /** @param chain the ids of the longest chain at the end, first block first */
  report(chain: readonly string[]): ChainReport {
    const onChain = chain
      .map((block) => this.mined.get(block))
      .filter((mined) => mined !== undefined)
    const byMiner = new Array<number>(this.nodes).fill(0)
    for (const { miner } of onChain) byMiner[miner] = (byMiner[miner] as number) + 1
    const share = (count: number) => (onChain.length === 0 ? 0 : count / onChain.length)
    const everywhere = onChain.filter(({ reached }) => reached >= this.nodes)
    // The median over blocks, for one long outage would drown a mean.
    const median = (of: (mined: Mined) => Micros) => {
      const delays = everywhere.map(of).sort((left, right) => left - right)
      return (delays[delays.length >> 1] ?? 0) / microsPerSecond
    }
    return {
      height: this.height,
      blocks: this.mined.size,
      staleRate: this.mined.size === 0 ? 0 : 1 - onChain.length / this.mined.size,
      maxReorgDepth: this.maxReorgDepth,
      minerShares: byMiner.map(share),
      lastForks: this.lastForks(new Set(chain)),
      propagationSeconds: {
        p50: median(({ delayMicros }) => delayMicros.p50),
        p90: median(({ delayMicros }) => delayMicros.p90),
        p100: median(({ delayMicros }) => delayMicros.p100),
      },
    }
  }

  private lastForks(chain: ReadonlySet<string>): ForkReport[] {
    const heights = new Set<number>()
    for (const [block, { height }] of this.mined) if (!chain.has(block)) heights.add(height)
    const shown = [...heights].sort((left, right) => left - right).slice(-forksShown)
    return shown.map((height) => {
      const rivals = [...this.mined].filter(([, mined]) => mined.height === height)
      const reports = rivals.map(([block, { miner }]) => ({ block, miner }))
      return {
        height,
        chain: reports.find(({ block }) => chain.has(block)) ?? null,
        stale: reports.filter(({ block }) => !chain.has(block)),
      }
    })
  }
}
