import type { Micros, NodeId, Protocol } from '../../model/index.ts'
import type { Random } from '../../model/random.ts'
import type { Fault, FaultAction, Target } from './fault.ts'

/** What a chaos run may do, within what the protocol declares. */
export interface ChaosLimits {
  readonly nodes: number
  /** Faults strike from the start until then. */
  readonly untilMicros: Micros
  /** The usual time between two faults. A run draws its own pace around it. */
  readonly paceMicros: Micros
  /** The role that coordinates, which is worth aiming at; undefined where there is none. */
  readonly leader: string | undefined
  /** No fault lasts longer, and the world gets as long again to recover; undefined: faults overlap and last as they will. */
  readonly longestOutageMicros: Micros | undefined
  /** What the protocol assumes of its network and its nodes. */
  readonly assumes: Pick<Protocol, 'channels' | 'crashes' | 'synchrony' | 'shape'>
  /** Where crashes are for good: how many nodes may. */
  readonly maximumCrashes: number
  /** Whether clocks may jump and drift: a protocol that states a bound on clocks is held to it. */
  readonly largestClockJumpMicros: Micros
}

/** The limits of a run, with the share of its faults that are aimed at the leader. */
interface Aim extends ChaosLimits {
  readonly leaderShare: number
}

type Maker = (draw: Random, limits: Aim) => FaultAction

/** Every kind of fault that chaos knows, and how one is drawn. */
const makers: { readonly [kind: string]: Maker } = {
  crash: (draw, limits) => ({ kind: 'crash', target: drawTarget(draw, limits) }),
  'crash-all': () => ({ kind: 'crash', target: { kind: 'all' } }),
  'crash-majority': () => ({ kind: 'crash', target: { kind: 'majority' } }),
  pause: (draw, limits) => ({ kind: 'pause', target: drawTarget(draw, limits) }),
  partition: (draw, limits) => ({ kind: 'partition', groups: drawGroups(draw, limits.nodes) }),
  cut: (draw, limits) => {
    const [from, to] = drawGroups(draw, limits.nodes) as [NodeId[], NodeId[]]
    return { kind: 'cut', from, to }
  },
  isolate: (draw, limits) => ({ kind: 'isolate', target: drawTarget(draw, limits) }),
  loss: (draw) => ({ kind: 'loss', probability: draw.pick([0.01, 0.05, 0.2, 0.5]) }),
  duplicate: (draw) => ({ kind: 'duplicate', probability: draw.pick([0.01, 0.1, 0.5]) }),
  reorder: (draw) => ({ kind: 'reorder', probability: draw.pick([0.05, 0.3, 0.8]) }),
  delay: (draw) => ({ kind: 'delay', extraMicros: draw.pick([20_000, 200_000, 1_000_000]) }),
  slow: (draw, limits) => ({
    kind: 'slow',
    target: drawTarget(draw, limits),
    factor: draw.pick([10, 100, 1000]),
  }),
  'disk-slow': (draw, limits) => ({
    kind: 'disk-slow',
    target: drawTarget(draw, limits),
    factor: draw.pick([10, 100]),
  }),
  clock: (draw, limits) => ({
    kind: 'clock',
    target: { kind: 'random' },
    jumpMicros: draw.below(limits.largestClockJumpMicros + 1),
  }),
}

/**
 * Draws the faults of one chaos run, by swarm: not every kind every time, but a subset of the kinds,
 * each with a weight of its own, and a pace. A fixed mix averages every run into the same run;
 * a drawn one reaches corners where one kind of fault reigns (Groce et al., "Swarm testing", 2012).
 */
export function drawChaos(draw: Random, limits: ChaosLimits): Fault[] {
  const last = limits.assumes.crashes === 'stop' ? crashesForGood(draw, limits) : []
  const kinds = kindsWithin(limits)
  if (kinds.length === 0) return last
  const mayCoup =
    limits.leader !== undefined && kinds.includes('crash') && kinds.includes('isolate')
  const style = mayCoup && draw.bernoulli(0.25) ? coups(draw) : swarm(draw, kinds)
  const paceMicros = limits.paceMicros * style.pace
  const aim = { ...limits, leaderShare: style.leaderShare }
  const faults: Fault[] = []
  let atMicros = Math.round(draw.exponential(paceMicros))
  while (atMicros < limits.untilMicros) {
    const kind = style.kinds[draw.weighted(style.weights)] as string
    const make = makers[kind] as Maker
    const lasting = draw.exponential(paceMicros * draw.pick(style.lasting))
    const longest = limits.longestOutageMicros ?? Number.POSITIVE_INFINITY
    const forMicros = Math.max(1_000, Math.round(Math.min(lasting, longest)))
    faults.push({ action: make(draw, aim), atMicros, forMicros })
    const recovery = limits.longestOutageMicros === undefined ? 0 : 2 * forMicros
    atMicros += Math.max(1_000, recovery + Math.round(draw.exponential(paceMicros)))
  }
  return [...last, ...faults]
}

/** The kinds of faults that leave a run within what its protocol assumes. */
function kindsWithin({ assumes, largestClockJumpMicros }: ChaosLimits): string[] {
  return Object.keys(makers).filter((kind) => {
    switch (kind) {
      case 'crash':
      case 'crash-all':
      case 'crash-majority':
        return assumes.crashes === 'recover'
      case 'partition':
      case 'cut':
      case 'isolate':
      case 'loss':
        return assumes.channels === 'lossy'
      case 'reorder':
      case 'delay':
      case 'pause':
      case 'slow':
      case 'disk-slow':
        // Among synchronous nodes, who is late has failed. (A chain's network is timely by another measure.)
        return assumes.synchrony !== 'synchronous' || assumes.shape === 'chain'
      case 'clock':
        return largestClockJumpMicros > 0
      default:
        return true
    }
  })
}

/** Some nodes die at some time, and do not come back. */
function crashesForGood(draw: Random, limits: ChaosLimits): Fault[] {
  const nodes = Array.from({ length: limits.nodes }, (_, node) => node)
  draw.shuffle(nodes)
  return nodes.slice(0, draw.below(limits.maximumCrashes + 1)).map((node) => {
    // Most of them early, while there is something left to decide.
    const early = draw.next() * draw.next()
    return {
      action: { kind: 'crash', target: { kind: 'nodes', nodes: [node] } },
      atMicros: Math.round(limits.untilMicros * early * early),
      forMicros: undefined,
    }
  })
}

/** How one run is made hard. */
interface Style {
  readonly kinds: readonly string[]
  readonly weights: readonly number[]
  readonly leaderShare: number
  /** The time between two faults, against the usual. */
  readonly pace: number
  /** How long a fault lasts, against the time between two: one of these is drawn for each. */
  readonly lasting: readonly number[]
}

/** Many kinds of faults at once in some runs, one or two in others. */
function swarm(draw: Random, kinds: readonly string[]): Style {
  const share = draw.pick([0.1, 0.4, 0.4])
  const chosen = kinds.filter(() => draw.bernoulli(share))
  if (chosen.length === 0) chosen.push(draw.pick(kinds))
  return {
    kinds: chosen,
    weights: chosen.map(() => draw.pick([1, 1, 3, 10])),
    leaderShare: draw.pick([0, 0.5, 0.5, 1]),
    pace: draw.pick([0.3, 1, 1, 2]),
    lasting: [0.3, 1, 2],
  }
}

/** Leaders fall as soon as they rise: what is half done in one term meets the next (Raft's figure 8). */
function coups(draw: Random): Style {
  const kinds = draw.pick([['crash'], ['isolate'], ['crash', 'isolate', 'pause']])
  return {
    kinds,
    weights: kinds.map(() => 1),
    leaderShare: 1,
    pace: draw.pick([0.15, 0.3, 0.6]),
    lasting: draw.pick([[1], [3], [6], [1, 3, 6]]),
  }
}

function drawTarget(draw: Random, limits: Aim): Target {
  if (limits.leader !== undefined && draw.bernoulli(limits.leaderShare)) {
    return { kind: 'role', role: limits.leader }
  }
  return { kind: draw.bernoulli(0.8) ? 'random' : 'minority' }
}

/** Two groups, neither empty where there are two nodes; sometimes three, sometimes with a node in none. */
function drawGroups(draw: Random, nodes: number): NodeId[][] {
  const order = Array.from({ length: nodes }, (_, node) => node)
  draw.shuffle(order)
  const first = 1 + draw.below(Math.max(1, nodes - 1))
  const groups = [order.slice(0, first), order.slice(first)]
  const second = groups[1] as NodeId[]
  if (second.length > 1 && draw.bernoulli(0.2)) {
    const cut = 1 + draw.below(second.length - 1)
    groups.splice(1, 1, second.slice(0, cut), second.slice(cut))
  }
  return groups.map((group) => group.sort((left, right) => left - right))
}
