/**
 * The simulator: events a second of Raft with everything on (clients, disks, checkers), with and
 * without a recorded trace; blocks a second of Nakamoto with 1,000 nodes; and the memory of a node.
 *
 * Rates are for a second of processor time as well as of the clock, since machines are shared. The
 * first run of each teaches the compiler and is not counted.
 */
import { Experiment, planOf, type Scenario } from '@quorate/core/experiments'

interface Run {
  readonly events: number
  readonly decisions: number
  readonly processorSeconds: number
  readonly wallSeconds: number
  readonly traceHash: string
  readonly heapBytes: number
}

const raft: Scenario = { protocol: 'raft', nodes: 5, network: 'lan', for: '10s', seed: 1 }
const nakamoto: Scenario = {
  protocol: 'nakamoto',
  nodes: 1000,
  network: 'bitcoin',
  until: 100,
  seed: 1,
}
const counted = 3

function run(scenario: Scenario, recordTrace: boolean): Run {
  globalThis.gc?.()
  const heapBefore = process.memoryUsage().heapUsed
  const experiment = new Experiment(planOf(scenario), { recordTrace })
  const processorBefore = process.cpuUsage()
  const wallBefore = performance.now()
  while (!experiment.advance(Number.POSITIVE_INFINITY));
  const wallSeconds = (performance.now() - wallBefore) / 1000
  const { user, system } = process.cpuUsage(processorBefore)
  const report = experiment.report(wallSeconds)
  if (report.verdict !== 'held')
    throw new Error(`${scenario.protocol}: ${report.verdict}, ${report.because}`)
  globalThis.gc?.()
  return {
    events: report.metrics.events,
    decisions: report.metrics.decisions,
    processorSeconds: (user + system) / 1_000_000,
    wallSeconds,
    traceHash: report.traceHash,
    heapBytes: process.memoryUsage().heapUsed - heapBefore,
  }
}

/** The fastest of a few runs, all of which must be the same run. */
function measure(scenario: Scenario, recordTrace: boolean): Run {
  const warm = run(scenario, recordTrace)
  const runs = Array.from({ length: counted }, () => run(scenario, recordTrace))
  for (const { traceHash } of runs) {
    if (traceHash !== warm.traceHash) throw new Error(`${scenario.protocol}: two runs differ`)
  }
  return runs.reduce((best, next) => (next.processorSeconds < best.processorSeconds ? next : best))
}

function show(what: string, result: Run): void {
  const million = (perSecond: number) => `${(perSecond / 1_000_000).toFixed(2)} M`
  const processor = million(result.events / result.processorSeconds)
  const wall = million(result.events / result.wallSeconds)
  process.stdout.write(
    `${what.padEnd(34)} ${processor} events a processor second, ${wall} a second; ${result.events.toLocaleString('en')} events, hash ${result.traceHash}\n`,
  )
}

const plain = measure(raft, false)
show('raft, 5 nodes', plain)
const traced = measure(raft, true)
show('raft, 5 nodes, trace recorded', traced)
if (traced.traceHash !== plain.traceHash) throw new Error('recording a trace changed the run')

const chain = measure(nakamoto, false)
show('nakamoto, 1,000 nodes', chain)
const blocks = (chain.decisions / chain.processorSeconds).toFixed(0)
const each = Math.round(chain.events / chain.decisions).toLocaleString('en')
process.stdout.write(
  `${''.padEnd(34)} ${blocks} blocks a processor second, ${each} events a block\n`,
)
const perNode = (chain.heapBytes / 1000 / 1024).toFixed(0)
const after = `after ${chain.decisions} blocks${globalThis.gc ? '' : ' (without --expose-gc: an upper bound)'}`
process.stdout.write(`${''.padEnd(34)} ${perNode} kB of heap a node ${after}\n`)
