import type { Protocol } from '../../model/index.ts'
import { variantNamed } from '../../protocols/catalogue.ts'
import { planOf } from '../plan.ts'
import type { Verdict } from '../report.ts'
import { ScenarioError } from '../scenario.ts'
import { type Alone, aloneWith } from './alone.ts'
import { type ChainAlone, chainAlone, chainThrough } from './chain.ts'
import { type Finality, finalityOf } from './finality.ts'
import { type LoadPoint, underLoad } from './load.ts'
import { type Through, throughLeaderCrash, throughPartition } from './outage.ts'

/** What is compared: the same world, seed and workload for all. */
export interface ComparisonSettings {
  readonly protocols: readonly string[]
  readonly nodes: number
  readonly network: string
  readonly seed: number
  /** How many clients ask at once, in the points of the curve of throughput, ascending. */
  readonly clients: readonly number[]
  /** A payment or an entry is called final when an attacker undoes it with at most this probability. */
  readonly risk: number
  /** That attacker's share of the hash power, where there is such a thing. */
  readonly attackerShare: number
}

export const usualComparison: ComparisonSettings = {
  protocols: ['raft', 'pbft', 'hotstuff', 'nakamoto'],
  nodes: 7,
  network: 'wan',
  seed: 1,
  clients: [16, 256, 2048, 8192],
  risk: 0.001,
  attackerShare: 0.1,
}

/** One protocol's column of the comparison. */
export interface Compared {
  readonly protocol: string
  readonly title: string
  readonly family: Protocol['family']
  readonly faults: string
  readonly synchrony: string
  readonly tolerance: { readonly bound: string; readonly maximumFaulty: number }
  /** One request at a time, on a network where every message takes the same time. */
  readonly alone: Alone | ChainAlone
  /** Throughput and latency with so many clients; the last is where it is saturated, or nearly. */
  readonly load: readonly LoadPoint[]
  readonly throughput: { readonly perSecond: number; readonly how: string }
  /** With the fewest clients, in milliseconds; of a chain, until a payment is final. */
  readonly latencyMs: { readonly p50: number; readonly p99: number }
  readonly leaderCrash: Through
  readonly partition: Through
  readonly finality: Finality
  /** The worst of all the runs that this column is made of. */
  readonly verdict: Verdict
  readonly because?: string
}

/** What `quorate compare --json` prints. */
export interface Comparison {
  readonly schema: 'quorate.compare/1'
  readonly nodes: number
  readonly network: string
  readonly seed: number
  readonly risk: number
  readonly attackerShare: number
  readonly protocols: readonly Compared[]
  readonly wallSeconds: number
}

/**
 * Makes sure that these protocols can be compared, before anything runs.
 * @throws ScenarioError: one line that says what is wrong, and what would be right
 */
export function checkComparison({ protocols, nodes, network, seed }: ComparisonSettings): void {
  if (protocols.length === 0)
    throw new ScenarioError('nothing to compare: name protocols, such as raft and pbft')
  const twice = protocols.find((name, i) => protocols.indexOf(name) !== i)
  if (twice !== undefined) throw new ScenarioError(`'${twice}' is named twice: name it once`)
  for (const name of protocols) {
    const { protocol } = planOf({ protocol: name, nodes, network, seed })
    if (protocol.shape !== 'log' && protocol.shape !== 'chain') {
      throw new ScenarioError(
        `${protocol.title} cannot be compared: it has no log of requests; quorate list says which have`,
      )
    }
    if (protocol.resilience.maximumFaulty(nodes) < 1) {
      throw new ScenarioError(
        `${protocol.title} (${protocol.resilience.bound}) tolerates no fault among ${nodes} nodes: compare with more`,
      )
    }
  }
}

/** Runs one protocol through everything that is compared. */
export function compared(
  name: string,
  settings: ComparisonSettings,
  progress: (part: string) => void = () => {},
): Compared {
  const { protocol } = variantNamed(name)
  return protocol.shape === 'chain'
    ? comparedChain(name, protocol, settings, progress)
    : comparedLog(name, protocol, settings, progress)
}

function promises(name: string, protocol: Protocol, nodes: number) {
  const { title, family, faults, synchrony, resilience } = protocol
  const { bound } = resilience
  const tolerance = { bound, maximumFaulty: resilience.maximumFaulty(nodes) }
  return { protocol: name, title, family, faults, synchrony, tolerance }
}

function comparedLog(
  name: string,
  protocol: Protocol,
  settings: ComparisonSettings,
  progress: (part: string) => void,
): Compared {
  progress('one request at a time')
  const alone = aloneWith(name, settings.nodes, settings.seed)
  const load = settings.clients.map((clients) => {
    progress(clients === 1 ? '1 client' : `${clients} clients`)
    return underLoad(name, clients, settings)
  })
  progress('a leader crash')
  const leaderCrash = throughLeaderCrash(name, settings)
  progress('a partition')
  const partition = throughPartition(name, protocol, settings)
  const most = load.reduce((best, point) => (point.perSecond > best.perSecond ? point : best))
  const first = load[0] as LoadPoint
  return {
    ...promises(name, protocol, settings.nodes),
    alone,
    load,
    throughput: { perSecond: most.perSecond, how: `${most.clients} clients` },
    latencyMs: { p50: first.p50Ms, p99: first.p99Ms },
    leaderCrash,
    partition,
    finality: finalityOf(protocol, settings, undefined),
    ...worst([alone, ...load, leaderCrash, partition]),
  }
}

function comparedChain(
  name: string,
  protocol: Protocol,
  settings: ComparisonSettings,
  progress: (part: string) => void,
): Compared {
  progress('blocks')
  const alone = chainAlone(name, settings)
  progress('a crash')
  const leaderCrash = chainThrough(name, settings, 'crash')
  progress('a partition')
  const partition = chainThrough(name, settings, 'partition')
  const finality = finalityOf(protocol, settings, alone.spacingSeconds)
  return {
    ...promises(name, protocol, settings.nodes),
    alone,
    load: [],
    throughput: { perSecond: alone.paymentsPerSecond, how: alone.paymentsHow },
    latencyMs: { p50: finality.secondsP50 * 1000, p99: finality.secondsP99 * 1000 },
    leaderCrash,
    partition,
    finality,
    ...worst([alone, leaderCrash, partition]),
  }
}

/** The worst verdict of these runs, and its reason. */
function worst(runs: readonly { readonly verdict: Verdict; readonly because?: string }[]): {
  readonly verdict: Verdict
  readonly because?: string
} {
  const order: readonly Verdict[] = ['violated', 'inconclusive', 'held']
  for (const verdict of order) {
    const run = runs.find((known) => known.verdict === verdict)
    if (run) return { verdict, ...(run.because === undefined ? {} : { because: run.because }) }
  }
  return { verdict: 'held' }
}
