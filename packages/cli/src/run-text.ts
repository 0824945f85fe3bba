import { styleText } from 'node:util'
import type { ChainReport, Experiment, PropertyReport, RunReport } from '@quorate/core/experiments'
import { byteCount, counted, rounded, timeSpan, wallTime, whole } from '@quorate/core/experiments'
import { histogramLines } from './histogram.ts'
import { columnsOf, labelled, labelledCommand, wrapped } from './text-layout.ts'
import { verdictStyles, verdictWords } from './verdict-style.ts'

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
    ...synchronyWords(plan),
    ...(scenario.chaos ? ['chaos'] : []),
    ...(report.byzantine ? [`Byzantine ${report.byzantine.join(' ')}`] : []),
    `seed ${report.seed}`,
  ]
  const name = report.protocol
  const world = labelled(name, name.length + 2, parts.join(', '), columns)
  const title = scenario.title === undefined ? [] : wrapped(scenario.title, columns)
  const because = becauseOf(report)
  const [verdict = '', ...more] = wrapped(
    `${verdictWords[report.verdict]}${because === undefined ? '' : `: ${because}`}`,
    columns,
  )
  const word = verdictWords[report.verdict]
  return [
    ...title,
    styleText('bold', name) + world.slice(name.length),
    styleText(verdictStyles[report.verdict], word) + verdict.slice(word.length),
    ...more.map((line) => `  ${line}`),
  ]
}

/** What is said of the network's timing, where the scenario asks for it. */
function synchronyWords({ scenario, synchrony }: Experiment['plan']): string[] {
  if (scenario.synchrony === undefined) return []
  switch (synchrony.kind) {
    case 'partial':
      return [`timely after ${timeSpan(synchrony.gstMicros)}`]
    case 'synchronous':
    case 'asynchronous':
      return [synchrony.kind]
    case 'measured':
      return []
  }
}

/** Why the verdict is not `held`: the property alone where its own line says the rest. */
function becauseOf({ because, properties }: RunReport): string | undefined {
  return (
    properties.find(({ name, held }) => !held && because?.startsWith(`${name}: `))?.name ?? because
  )
}

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
  return `${what}${distinct.length === 1 ? '' : 's'} ${listed(distinct)}`
}

/** `1`, `1 and 2`, `1, 2 and 3`. */
function listed(numbers: readonly number[]): string {
  const last = numbers.at(-1)
  return numbers.length === 1 ? `${last}` : `${numbers.slice(0, -1).join(', ')} and ${last}`
}

function figures(report: RunReport, experiment: Experiment, columns: number): string[] {
  const { metrics, chain } = report
  const row = (label: string, text: string) => labelled(`  ${label}`, labelWidth, text, columns)
  const { messagesPerDecision } = metrics
  const each =
    messagesPerDecision === null
      ? ''
      : `, ${rounded(messagesPerDecision)} a ${answerOf(experiment).each}`
  const speed = metrics.eventsPerSecond > 0 ? `, ${whole(metrics.eventsPerSecond)} a second` : ''
  return [
    ...answerRows(report, experiment, row),
    row('messages', `${whole(metrics.messages)}${each}, ${byteCount(metrics.bytes)}`),
    ...(metrics.faults > 0 ? [row('faults', whole(metrics.faults))] : []),
    ...latencyLines(report, experiment, row),
    ...(chain ? chainLines(chain, row) : []),
    row('events', `${whole(metrics.events)} in ${wallTime(metrics.wallSeconds)}${speed}`),
    row('trace hash', report.traceHash),
    labelledCommand('  again', labelWidth, asTyped(report.replay), columns),
  ]
}

type Row = (label: string, text: string) => string

/** What a protocol of this shape gives, as its row is called, and what there are so many messages of. */
function answerOf({ plan }: Experiment): { readonly label: string; readonly each: string } {
  switch (plan.protocol.shape) {
    case 'chain':
      return { label: 'blocks', each: 'block' }
    case 'log':
      return { label: 'decisions', each: 'decision' }
    case 'decision':
      return { label: 'decided', each: 'node that decided' }
    case 'none':
      return { label: 'ran', each: 'step' }
  }
}

/** What came of the run: how much was decided, or which value, and in how long. */
function answerRows(report: RunReport, experiment: Experiment, row: Row): string[] {
  const { decided, metrics, virtualSeconds, byzantine } = report
  const { label } = answerOf(experiment)
  const time = virtualTime(virtualSeconds)
  switch (experiment.plan.protocol.shape) {
    case 'chain':
    case 'log':
      return [row(label, `${whole(metrics.decisions)} in ${time}`)]
    case 'decision': {
      const all = report.nodes - (byzantine?.length ?? 0)
      const kind = byzantine ? 'correct node' : 'node'
      const values = (decided ?? []).map(({ value, nodes }, i, { length }) => {
        const who = length === 1 ? '' : `: ${listed(nodes)}`
        const by = `${nodes.length} of ${counted(all, kind)}${who}`
        return row(i === 0 ? label : '', `'${value}' by ${by}`)
      })
      return [...(values.length > 0 ? values : [row(label, 'nothing')]), row('ran', time)]
    }
    case 'none':
      return [row(label, time)]
  }
}

function virtualTime(seconds: number): string {
  return `${timeSpan(Math.round(seconds * 1_000_000))} of virtual time`
}

/** With fewer answers each bar would stand for one or two. */
const fewestForHistogram = 20

function latencyLines({ metrics }: RunReport, { latency }: Experiment, row: Row): string[] {
  const { latencyMs } = metrics
  if (!latencyMs) return []
  const { p50, p99, max } = latencyMs
  const figures = `p50 ${rounded(p50)} ms, p99 ${rounded(p99)} ms, at most ${rounded(max)} ms`
  if (latency.count < fewestForHistogram) return [row('latency', figures)]
  const indent = ' '.repeat(labelWidth)
  return [row('latency', figures), ...histogramLines(latency.ranges()).map((line) => indent + line)]
}

function chainLines(chain: ChainReport, row: Row): string[] {
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
export function asTyped(command: string): string {
  return process.env.npm_command === undefined ? command : `npx ${command}`
}
