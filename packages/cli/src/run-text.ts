import { styleText } from 'node:util'
import type { ChainReport, Experiment, PropertyReport, RunReport } from '@quorate/core/experiments'

const labelWidth = 12

/** A run, for a person to read: the verdict first, then the evidence, the figures, and the way back. */
export function runText(report: RunReport, experiment: Experiment): string {
  const lines = [...heading(report), '', ...report.properties.map(propertyLine), '']
  const { metrics } = report
  const seconds = `${round(report.virtualSeconds)} s of virtual time`
  const what = report.chain ? 'blocks' : 'decisions'
  lines.push(row(what, `${number(metrics.decisions)} in ${seconds}`))
  const each =
    metrics.messagesPerDecision === null
      ? ''
      : `, ${round(metrics.messagesPerDecision)} a ${what.slice(0, -1)}`
  lines.push(row('messages', `${number(metrics.messages)}${each}, ${bytes(metrics.bytes)}`))
  if (metrics.faults > 0) lines.push(row('faults', number(metrics.faults)))
  if (metrics.latencyMs) {
    const { p50, p99, max } = metrics.latencyMs
    lines.push(
      row('latency', `p50 ${round(p50)} ms, p99 ${round(p99)} ms, at most ${round(max)} ms`),
    )
    for (const line of experiment.latency.lines(32)) lines.push(`  ${''.padEnd(labelWidth)}${line}`)
  }
  if (report.chain) lines.push(...chainLines(report.chain))
  const speed = `${number(metrics.eventsPerSecond)} a second`
  lines.push(
    row('events', `${number(metrics.events)} in ${round(metrics.wallSeconds)} s, ${speed}`),
  )
  lines.push(row('trace hash', report.traceHash))
  lines.push(row('again', report.replay))
  return `${lines.join('\n')}\n`
}

function heading(report: RunReport): string[] {
  const { scenario } = report
  const network =
    typeof scenario.network === 'object'
      ? 'its own network'
      : (scenario.network ?? 'the usual network')
  const nodes = report.nodes === 1 ? '1 node' : `${report.nodes} nodes`
  const chaos = scenario.chaos ? ', chaos' : ''
  const lines = [
    `${styleText('bold', report.protocol)}  ${nodes} on ${network}${chaos}, seed ${report.seed}`,
    `${verdictWord(report)}${report.because ? `: ${report.because}` : ''}`,
  ]
  return lines
}

function verdictWord(report: RunReport): string {
  switch (report.verdict) {
    case 'held':
      return styleText('bold', '✓ held')
    case 'violated':
      return styleText(['bold', 'red'], '× violated')
    case 'inconclusive':
      return styleText('bold', '… inconclusive')
  }
}

function propertyLine(property: PropertyReport): string {
  const name = `${property.name} (${property.kind})`
  if (property.held) return `  ✓ ${name}`
  if (property.undecided !== undefined) return `  … ${name}: ${property.undecided}`
  const { message, nodes, events } = property.witness as NonNullable<PropertyReport['witness']>
  const where = [
    nodes.length > 0 ? `nodes ${nodes.join(', ')}` : '',
    events.length > 0 ? `events ${events.map(number).join(', ')}` : '',
  ].filter((part) => part !== '')
  const mark = styleText('red', `× ${name}`)
  return `  ${mark}: ${message}${where.length > 0 ? ` [${where.join('; ')}]` : ''}`
}

function chainLines(chain: ChainReport): string[] {
  const { p50, p90, p100 } = chain.propagationSeconds
  const lines = [
    row('stale', `${round(chain.staleRate * 100)}% of ${number(chain.blocks)} blocks mined`),
    row('reorg', `at most ${chain.maxReorgDepth} deep`),
    row(
      'propagation',
      `to 50% of nodes in ${round(p50)} s, 90% in ${round(p90)} s, all in ${round(p100)} s`,
    ),
  ]
  if (chain.lastForks.length > 0)
    lines.push(row('forks', 'the latest, with the miner of each block'), ...forkLines(chain))
  return lines
}

/** The last forks as a drawing: the chain runs down the left, what it left behind hangs to the right. */
function forkLines(chain: ChainReport): string[] {
  const indent = ' '.repeat(labelWidth + 2)
  const name = (block: { block: string; miner: number }) =>
    `${block.block.slice(-8)} of ${block.miner}`
  const lines: string[] = []
  let previous: number | undefined
  for (const { height, chain: winner, stale } of chain.lastForks) {
    if (previous !== undefined && height > previous + 1) lines.push(`${indent}${''.padStart(8)}  ┊`)
    previous = height
    const kept = winner ? `■ ${name(winner)}` : '? still open'
    const [first, ...rest] = stale
    lines.push(
      `${indent}${number(height).padStart(8)}  ${kept.padEnd(22)}${first ? `──□ ${name(first)}` : ''}`,
    )
    for (const block of rest)
      lines.push(`${indent}${''.padStart(8)}  │${''.padEnd(21)}└─□ ${name(block)}`)
  }
  return lines
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(labelWidth)}${text}`
}

function number(value: number): string {
  return value.toLocaleString('en')
}

function round(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en', { maximumFractionDigits: digits })
}

function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let scaled = value
  let unit = 0
  while (scaled >= 1000 && unit < units.length - 1) {
    scaled /= 1000
    unit += 1
  }
  return `${round(scaled)} ${units[unit]}`
}
