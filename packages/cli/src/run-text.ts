import { styleText } from 'node:util'
import type { ChainReport, Experiment, PropertyReport, RunReport } from '@quorate/core/experiments'
import { byteCount, counted, rounded, wallTime, whole } from '@quorate/core/experiments'
import { histogramLines } from './histogram.ts'
import { columnsOf, labelled, labelledCommand, wrapped } from './text-layout.ts'

const labelWidth = 15

/** A run, for a person to read: the verdict first, then the evidence, the figures, and the way back. */
export function runText(
  report: RunReport,
  experiment: Experiment,
  columns = columnsOf(process.stdout),
): string {
  const paragraphs = [
    heading(report, experiment, columns),
    report.properties.map((property) => propertyText(property, columns)),
    figures(report, experiment, columns),
  ]
  const shown = paragraphs.filter((lines) => lines.length > 0)
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function heading(report: RunReport, { plan }: Experiment, columns: number): string[] {
  const { scenario } = report
  const parts = [
    `${counted(report.nodes, 'node')} on ${plan.network.name === 'file' ? 'a network of its own' : plan.network.name}`,
    ...(scenario.chaos ? ['chaos'] : []),
    ...(report.byzantine ? [`Byzantine ${report.byzantine.join(' ')}`] : []),
    `seed ${report.seed}`,
  ]
  const title = scenario.title === undefined ? [] : wrapped(scenario.title, columns)
  const because = becauseOf(report)
  const [verdict = '', ...more] = wrapped(
    `${verdictWords[report.verdict]}${because === undefined ? '' : `: ${because}`}`,
    columns,
  )
  const word = verdictWords[report.verdict]
  return [
    ...title,
    `${styleText('bold', report.protocol)}  ${parts.join(', ')}`,
    styleText(verdictStyles[report.verdict], word) + verdict.slice(word.length),
    ...more.map((line) => `  ${line}`),
  ]
}

/** Why the verdict is not `held`: the property alone where its own line says the rest. */
function becauseOf({ because, properties }: RunReport): string | undefined {
  return (
    properties.find(({ name, held }) => !held && because?.startsWith(`${name}: `))?.name ?? because
  )
}

const verdictWords = {
  held: '✓ held',
  violated: '× violated',
  inconclusive: '… inconclusive',
} as const
const verdictStyles = {
  held: ['bold', 'green'],
  violated: ['bold', 'red'],
  inconclusive: ['bold', 'yellow'],
} as const

function propertyText(property: PropertyReport, columns: number): string {
  const { name, kind, held, undecided, witness } = property
  const mark = held ? '✓' : undecided === undefined ? '×' : '…'
  const label = `  ${mark} ${kind}`
  const where = witness
    ? [
        ...(witness.nodes.length > 0 ? [`${named(witness.nodes, 'node')}`] : []),
        ...(witness.events.length > 0 ? [`${named(witness.events, 'event')}`] : []),
      ].join('; ')
    : ''
  const why = undecided ?? witness?.message
  const text = `${name}${why === undefined ? '' : `: ${why}`}${where === '' ? '' : ` [${where}]`}`
  const lines = labelled(label, labelWidth, text, columns)
  return witness ? styleText('red', label) + lines.slice(label.length) : lines
}

/** `node 1`, `nodes 1 and 2`; without separators of thousands, so that an event can be given to replay. */
function named(numbers: readonly number[], what: string): string {
  const distinct = [...new Set(numbers)]
  const last = distinct.at(-1)
  if (distinct.length === 1) return `${what} ${last}`
  return `${what}s ${distinct.slice(0, -1).join(', ')} and ${last}`
}

function figures(report: RunReport, experiment: Experiment, columns: number): string[] {
  const { metrics, chain } = report
  const what = chain ? 'block' : 'decision'
  const row = (label: string, text: string) => labelled(`  ${label}`, labelWidth, text, columns)
  const { messagesPerDecision, latencyMs } = metrics
  const each = messagesPerDecision === null ? '' : `, ${rounded(messagesPerDecision)} a ${what}`
  const speed = metrics.eventsPerSecond > 0 ? `, ${whole(metrics.eventsPerSecond)} a second` : ''
  const lines = [
    row(
      `${what}s`,
      `${whole(metrics.decisions)} in ${rounded(report.virtualSeconds)} s of virtual time`,
    ),
    row('messages', `${whole(metrics.messages)}${each}, ${byteCount(metrics.bytes)}`),
  ]
  if (metrics.faults > 0) lines.push(row('faults', whole(metrics.faults)))
  if (latencyMs) {
    const { p50, p99, max } = latencyMs
    const most = `at most ${rounded(max)} ms`
    lines.push(row('latency', `p50 ${rounded(p50)} ms, p99 ${rounded(p99)} ms, ${most}`))
    const indent = ' '.repeat(labelWidth)
    lines.push(...histogramLines(experiment.latency.ranges()).map((line) => indent + line))
  }
  if (chain) lines.push(...chainLines(chain, row))
  lines.push(
    row('events', `${whole(metrics.events)} in ${wallTime(metrics.wallSeconds)}${speed}`),
    row('trace hash', report.traceHash),
    labelledCommand('  again', labelWidth, asTyped(report.replay), columns),
  )
  return lines
}

function chainLines(chain: ChainReport, row: (label: string, text: string) => string): string[] {
  const { p50, p90, p100 } = chain.propagationSeconds
  const stale = `${rounded(chain.staleRate * 100)}% of ${counted(chain.blocks, 'block')} mined`
  const depth = chain.maxReorgDepth
  const lines = [
    row('stale', stale),
    row('reorg', depth === 0 ? 'none' : `at most ${counted(depth, 'block')} deep`),
  ]
  if (p100 > 0) {
    const times = `50% of nodes in ${rounded(p50)} s, 90% in ${rounded(p90)} s, all in ${rounded(p100)} s`
    lines.push(row('propagation', times))
  }
  if (chain.lastForks.length > 0)
    lines.push(row('forks', 'the latest, with the miner of each block'), ...forkLines(chain))
  return lines
}

/** The last forks as a drawing: the chain runs down the left, what it left behind hangs to the right. */
function forkLines(chain: ChainReport): string[] {
  const indent = ' '.repeat(labelWidth)
  const name = (block: { block: string; miner: number }) =>
    `${block.block.slice(-8)} of ${block.miner}`
  const heightWidth = whole(chain.height).length
  const lines: string[] = []
  let previous: number | undefined
  for (const { height, chain: winner, stale } of chain.lastForks) {
    const margin = indent + ' '.repeat(heightWidth)
    if (previous !== undefined && height > previous + 1) lines.push(`${margin}  ┊`)
    previous = height
    const kept = winner ? `■ ${name(winner)}` : '? still open'
    const [first, ...rest] = stale
    const hanging = first ? `──□ ${name(first)}` : ''
    lines.push(`${indent}${whole(height).padStart(heightWidth)}  ${kept.padEnd(19)}${hanging}`)
    for (const block of rest) lines.push(`${margin}  │${''.padEnd(18)}└─□ ${name(block)}`)
  }
  return lines
}

/** Whoever came by npm has no `quorate` of his own: npx finds it. */
function asTyped(command: string): string {
  return process.env.npm_command === undefined ? command : `npx ${command}`
}
