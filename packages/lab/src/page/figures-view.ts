import type { ChainReport, RunReport } from '@quorate/core/experiments'
import { byteCount, counted, rounded, whole } from '@quorate/core/experiments'
import { element } from './element.ts'

interface Figure {
  readonly value: string
  readonly label: string
  readonly note?: string
}

/** The figures of a run, the ones that matter most first. */
export function figuresView(report: RunReport): Node[] {
  const figures = [...runFigures(report), ...(report.chain ? chainFigures(report.chain) : [])]
  return [element('h2', '', 'Figures'), element('dl', 'figures', ...figures.map(figureItem))]
}

function figureItem({ value, label, note }: Figure): HTMLElement {
  const item = element('div', '', element('dt', '', label), element('dd', 'value', value))
  if (note !== undefined) item.append(element('dd', 'quiet', note))
  return item
}

function runFigures({
  metrics,
  virtualSeconds,
  chain,
  decided = [],
  byzantine,
}: RunReport): Figure[] {
  const what = chain ? 'block' : 'decision'
  const { messages, messagesPerDecision: each, latencyMs, events, faults } = metrics
  const figures: Figure[] = [
    {
      value: whole(metrics.decisions),
      label: `${what}s`,
      note: `in ${rounded(virtualSeconds)} s of virtual time`,
    },
    {
      value: whole(messages),
      label: 'messages',
      note: `${each === null ? '' : `${rounded(each)} a ${what}, `}${byteCount(metrics.bytes)}`,
    },
  ]
  for (const { value, nodes } of decided) {
    figures.push({ value, label: 'decided', note: `by ${counted(nodes.length, 'node')}` })
  }
  if (byzantine) {
    const liars = counted(byzantine.length, 'node')
    figures.push({ value: liars, label: 'Byzantine', note: byzantine.join(', ') })
  }
  if (latencyMs) {
    figures.push({
      value: `${rounded(latencyMs.p50)} ms`,
      label: 'median latency',
      note: `p99 ${rounded(latencyMs.p99)} ms, at most ${rounded(latencyMs.max)} ms`,
    })
  }
  figures.push({
    value: whole(events),
    label: 'events',
    note: `in ${rounded(metrics.wallSeconds)} s here, ${whole(metrics.eventsPerSecond)} a second`,
  })
  if (faults > 0) figures.push({ value: whole(faults), label: 'faults' })
  return figures
}

function chainFigures(chain: ChainReport): Figure[] {
  const { p50, p90, p100 } = chain.propagationSeconds
  const largest = Math.max(0, ...chain.minerShares)
  return [
    {
      value: `${rounded(chain.staleRate * 100)}%`,
      label: 'stale',
      note: `of ${counted(chain.blocks, 'block')} mined`,
    },
    { value: counted(chain.maxReorgDepth, 'block'), label: 'deepest reorganisation' },
    {
      value: `${rounded(p50)} s`,
      label: 'to half of the nodes',
      note: `90% in ${rounded(p90)} s, all in ${rounded(p100)} s`,
    },
    {
      value: `${rounded(largest * 100)}%`,
      label: 'of the chain by one miner',
      note: `node ${chain.minerShares.indexOf(largest)}, the most`,
    },
  ]
}
