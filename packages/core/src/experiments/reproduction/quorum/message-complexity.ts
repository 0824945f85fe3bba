import { aloneWith } from '../../comparison/alone.ts'
import { Experiment } from '../../experiment.ts'
import { planOf } from '../../plan.ts'
import type { Effort, Reproduction, Row } from '../reproduction.ts'
import { exponentOf } from './exponent.ts'

/** Messages a decision in the normal case grow with this power of the nodes, by the papers. */
const logProtocols: readonly { readonly protocol: string; readonly power: number }[] = [
  { protocol: 'multi-paxos', power: 1 },
  { protocol: 'raft', power: 1 },
  { protocol: 'hotstuff', power: 1 },
  { protocol: 'pbft', power: 2 },
  { protocol: 'tendermint', power: 2 },
]

/**
 * A measured exponent is near the paper's, and not on it: 2(n − 1) messages grow from 4 to 64 nodes a
 * little faster than n.
 */
const mostOff = 0.2

interface Point {
  readonly n: number
  readonly y: number
}

function measuredLog(protocol: string, effort: Effort): Point[] {
  const sizes = effort === 'full' ? [4, 7, 10, 16, 25, 40, 64] : [4, 7, 16, 31]
  return sizes.map((n) => ({ n, y: aloneWith(protocol, n, 1).messagesPerDecision }))
}

/** All messages of one run of OM(m) among n loyal generals. */
function measuredGenerals(traitors: number, effort: Effort): Point[] {
  const largest = { 1: 64, 2: effort === 'full' ? 64 : 31, 3: effort === 'full' ? 22 : 16 }[
    traitors
  ]
  const sizes = [3 * traitors + 1, 10, 13, 16, 22, 31, 45, 64]
  return [...new Set(sizes)]
    .filter((n) => n > 3 * traitors && n <= (largest ?? 0))
    .map((n) => {
      const plan = planOf({
        protocol: 'byzantine-generals',
        nodes: n,
        seed: 1,
        network: 'lan',
        parameters: { traitors },
      })
      const experiment = new Experiment(plan).complete()
      return { n, y: experiment.report(0).metrics.messages }
    })
}

/** OM(m) sends (n−1) + (n−1)(n−2) + ... messages, m + 1 terms (Lamport, Shostak and Pease 1982). */
export function messagesOfOralGenerals(n: number, traitors: number): number {
  let sum = 0
  let product = 1
  for (let round = 0; round <= traitors; round++) {
    product *= n - 1 - round
    sum += product
  }
  return sum
}

function exponentRow(name: string, power: number, points: readonly Point[]): Row {
  const ours = exponentOf(points)
  const sizes = points.map(({ n }) => n)
  const counts = points.map(({ n, y }) => `${n}: ${Math.round(y * 10) / 10}`).join(', ')
  return {
    name: `${name}, exponent`,
    theirs: power,
    ours,
    tolerance: `${mostOff}`,
    agrees: Math.abs(ours - power) <= mostOff,
    runs: points.length,
    how: `messages a decision with ${sizes[0]} to ${sizes.at(-1)} nodes, one write at a time (${counts})`,
    points: points.map(({ n, y }) => [n, y] as const),
  }
}

function generalsRows(traitors: number, effort: Effort): Row[] {
  const points = measuredGenerals(traitors, effort)
  const last = points.at(-1) as Point
  const theirs = messagesOfOralGenerals(last.n, traitors)
  return [
    exponentRow(
      `OM(${traitors})`,
      // (n − 1)(n − 2)… is nearly a power of n only where n is large: that of the paper's own count.
      exponentOf(points.map(({ n }) => ({ n, y: messagesOfOralGenerals(n, traitors) }))),
      points,
    ),
    {
      name: `OM(${traitors}), messages of ${last.n} generals`,
      theirs,
      ours: last.y,
      tolerance: 'exactly',
      agrees: last.y === theirs,
      runs: 1,
      how: `quorate run byzantine-generals --nodes ${last.n} --param traitors=${traitors} --seed 1`,
    },
  ]
}

export const messageComplexity: Reproduction = {
  name: 'message-complexity',
  title: 'Messages a decision, by the number of nodes',
  source:
    'Lamport 1998; Ongaro and Ousterhout 2014; Castro and Liskov 1999; Buchman et al. 2018; Yin et al. 2019; Lamport, Shostak and Pease 1982',
  run(effort, progress) {
    const total = logProtocols.length + 3
    const rows: Row[] = []
    for (const [i, { protocol, power }] of logProtocols.entries()) {
      progress?.(i, total)
      rows.push(exponentRow(protocol, power, measuredLog(protocol, effort)))
    }
    for (const traitors of [1, 2, 3]) {
      progress?.(logProtocols.length + traitors - 1, total)
      rows.push(...generalsRows(traitors, effort))
    }
    progress?.(total, total)
    return rows
  },
  plot: {
    x: { label: 'nodes', scale: 'log' },
    y: { label: 'messages a decision', scale: 'log' },
    series: (rows) =>
      rows.flatMap(({ name, points }) =>
        points === undefined ? [] : [{ name: name.replace(', exponent', ''), points }],
      ),
  },
}
