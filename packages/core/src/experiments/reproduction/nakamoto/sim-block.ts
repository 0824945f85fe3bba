import { sqrt } from '../../../simulator/exact-math.ts'
import { bitcoin } from '../../../simulator/network/profiles.ts'
import { measuredRow, type Reproduction, type Row } from '../reproduction.ts'
import { averagePropagation, type PropagationAverage } from './propagation-average.ts'

/** What SimBlock prints for its network of 2019, run on a machine with two cores. */
interface SimBlockRun {
  readonly name: string
  readonly nodes: number
  readonly spacingSeconds: number
  readonly compact: boolean
  readonly blocks: number
  readonly stale?: number
  /** Until half of the nodes, nine tenths, and all have a block. */
  readonly reachedSeconds?: readonly [number, number, number]
}

const runs: readonly SimBlockRun[] = [
  {
    name: '300 nodes, a block every 10 min',
    nodes: 300,
    spacingSeconds: 600,
    compact: true,
    blocks: 10_000,
    stale: 19,
    reachedSeconds: [0.86, 1.97, 3.57],
  },
  {
    name: '600 nodes, blocks sent whole',
    nodes: 600,
    spacingSeconds: 600,
    compact: false,
    blocks: 1_000,
    reachedSeconds: [2.35, 4.4, 7.91],
  },
  {
    name: '300 nodes, a block a minute',
    nodes: 300,
    spacingSeconds: 60,
    compact: true,
    blocks: 1_000,
    stale: 20,
  },
  {
    name: '300 nodes, a block every 15 s',
    nodes: 300,
    spacingSeconds: 15,
    compact: true,
    blocks: 1_000,
    stale: 77,
  },
]

const parts = ['half', 'ninety', 'all'] as const
const partNames = { half: '50%', ninety: '90%', all: '100%' } as const
/** SimBlock's is one drawn network; ours are several. */
const close = 0.25
/** Seen in SimBlock's BlockMessageTask: it sends the next block when the one before arrives. */
const whySooner =
  "a node of SimBlock's sends a block to one neighbour after the other, and waits each time until it has arrived; a node of ours has the next on its way once the one before has left, so that the last nodes are reached sooner"

export const simBlock: Reproduction = {
  name: 'simblock',
  title: "SimBlock's network of 2019",
  source: 'SimBlock (Aoki, Otsuki, Kaneko, Banno and Shudo 2019), run anew',
  run(effort, progress) {
    return runs.flatMap((run, i) => {
      // A quick look at the long run takes a tenth of it.
      const blocks = effort === 'full' ? run.blocks : Math.min(run.blocks, 1_000)
      const worlds = effort === 'full' ? 10 : 4
      const measured = averagePropagation(
        {
          network: bitcoin,
          nodes: run.nodes,
          miners: run.nodes,
          spacingSeconds: run.spacingSeconds,
          ...sizesOf(run),
        },
        blocks / worlds,
        worlds,
      )
      progress?.(i + 1, runs.length)
      return [...staleRow(run, measured), ...reachRows(run, measured)]
    })
  },
}

function sizesOf({ compact }: SimBlockRun) {
  const { blockBytes, compactBlockBytes, compactBlockUsage } = bitcoin.blocks ?? {
    blockBytes: 0,
    compactBlockBytes: 0,
    compactBlockUsage: 1,
  }
  return compact
    ? { blockBytes, compactBlockBytes, compactBlockUsage }
    : { blockBytes, compactBlockBytes: blockBytes, compactBlockUsage: 1 }
}

/** Both figures are counts of rare events: chance is in theirs as well as in ours. */
function staleRow({ name, stale, blocks }: SimBlockRun, measured: PropagationAverage): Row[] {
  if (stale === undefined) return []
  const theirs = stale / blocks
  const theirError = sqrt(stale) / blocks
  const { staleRateError } = measured
  return [
    measuredRow({
      name: `${name}: stale blocks`,
      theirs,
      ours: measured.staleRate,
      standardError: sqrt(theirError * theirError + staleRateError * staleRateError),
      runs: measured.blocks,
      how: measured.how,
    }),
  ]
}

function reachRows({ name, reachedSeconds }: SimBlockRun, measured: PropagationAverage): Row[] {
  return parts.flatMap((part, i) => {
    const theirs = reachedSeconds?.[i]
    if (theirs === undefined) return []
    const ours = measured.reachedSeconds[part]
    return [
      {
        name: `${name}: ${partNames[part]} of the nodes reached, s`,
        theirs,
        ours,
        tolerance: `${close * 100}%`,
        agrees: Math.abs(ours / theirs - 1) <= close,
        runs: measured.blocks,
        how: measured.how,
        finding: whySooner,
      },
    ]
  })
}
