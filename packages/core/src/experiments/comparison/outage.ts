import type { Micros, NodeId, Protocol } from '../../model/index.ts'
import { Experiment } from '../experiment.ts'
import { planOf } from '../plan.ts'
import type { Verdict } from '../report.ts'
import type { Scenario } from '../scenario.ts'
import { longestGap } from './longest-gap.ts'

const struckMicros = 6_000_000
const lastingMicros = 6_000_000
const endMicros = 20_000_000
const bucketMicros = 250_000

/** How a protocol gets through something that goes wrong. */
export interface Through {
  /** The longest time, from the fault on, in which nobody was answered. */
  readonly secondsWithoutProgress: number
  /** The same before the fault: what is usual. */
  readonly usualSeconds: number
  /** What it was, and whatever else is to be said. */
  readonly what: string
  /** Operations answered in each quarter of a second, from the start. */
  readonly timeline: readonly number[]
  readonly bucketSeconds: number
  /** When the fault struck, and for how long. */
  readonly struckSeconds: number
  readonly lastingSeconds: number
  readonly verdict: Verdict
  readonly because?: string
}

interface Place {
  readonly nodes: number
  readonly network: string
  readonly seed: number
}

/** A few clients who ask now and then: enough to see when nobody is answered. */
function quiet(protocol: string, { nodes, network, seed }: Place): Scenario {
  const seconds = endMicros / 1_000_000
  return {
    protocol,
    nodes,
    network,
    seed,
    clients: 20,
    thinkTime: '20ms',
    reads: 0,
    for: `${seconds}s`,
  }
}

/** The node that leads, or whose turn it is, is down for some seconds. */
export function throughLeaderCrash(protocol: string, place: Place): Through {
  const scenario = quiet(protocol, place)
  const [leader] = leadersOf(scenario)
  const who = leader === undefined ? 0 : leader
  return through(
    { ...scenario, faults: [`crash:${who}@${seconds(struckMicros)}+${seconds(lastingMicros)}`] },
    leader === undefined ? 'one node crashes' : 'the leader crashes',
  )
}

/** As many nodes as may be faulty, the leader among them, are cut off from the others for some seconds. */
export function throughPartition(protocol: string, declared: Protocol, place: Place): Through {
  const scenario = quiet(protocol, place)
  const most = declared.resilience.maximumFaulty(place.nodes)
  const all = Array.from({ length: place.nodes }, (_, node) => node)
  // Those before the leader, so that where the lead goes round in turn it does not go from one of them to the next.
  const [leader = 0] = leadersOf(scenario)
  const order = all.map((i) => (leader - i + place.nodes) % place.nodes)
  const away = order.slice(0, most).sort((left, right) => left - right)
  const rest = all.filter((node) => !away.includes(node))
  const groups = `${away.join(',')}|${rest.join(',')}`
  const leads = declared.leader === undefined ? '' : ', the leader among them'
  return through(
    {
      ...scenario,
      faults: [`partition:${groups}@${seconds(struckMicros)}+${seconds(lastingMicros)}`],
    },
    `${away.length} of ${place.nodes} nodes are cut off${leads}`,
  )
}

/** Who leads at the moment the fault is to strike: the same run, seen beforehand. */
function leadersOf(scenario: Scenario): NodeId[] {
  const experiment = new Experiment(planOf(scenario))
  const { protocol } = experiment.plan
  while (experiment.world.nowMicros < struckMicros && !experiment.advance(1_000));
  return [...experiment.world.alive()]
    .filter(([, node]) => protocol.roleOf(node) === protocol.leader)
    .map(([id]) => id)
}

function through(scenario: Scenario, what: string): Through {
  const experiment = new Experiment(planOf(scenario)).complete()
  const answered = (experiment.clients.keyValue?.history.history() ?? [])
    .flatMap(({ return: returned }) => (returned === undefined ? [] : [returned]))
    .sort((left, right) => left - right)
  const { verdict, because } = experiment.report(0)
  const timeline = new Array<number>(Math.ceil(endMicros / bucketMicros)).fill(0)
  for (const at of answered) {
    const bucket = Math.floor(at / bucketMicros)
    if (bucket < timeline.length) timeline[bucket] = (timeline[bucket] as number) + 1
  }
  return {
    // Before that some are still looking for a leader.
    usualSeconds: longestGap(answered, struckMicros / 2, struckMicros) / 1_000_000,
    secondsWithoutProgress: longestGap(answered, struckMicros, endMicros) / 1_000_000,
    what,
    timeline,
    bucketSeconds: bucketMicros / 1_000_000,
    struckSeconds: struckMicros / 1_000_000,
    lastingSeconds: lastingMicros / 1_000_000,
    verdict,
    ...(because === undefined ? {} : { because }),
  }
}

function seconds(micros: Micros): string {
  return `${micros / 1_000_000}s`
}
