import type { Compared, Comparison } from '@quorate/core/experiments'
import { byteCount } from '@quorate/core/experiments'
import { shortNumber } from '../pictures/number-text.ts'

/** One criterion: its name, and what each protocol has. */
export interface Row {
  readonly name: string
  readonly cells: readonly string[]
}

/** The comparison as rows: criteria down, protocols across. */
export function comparisonRows(comparison: Comparison): Row[] {
  const { nodes, protocols } = comparison
  const row = (name: string, cell: (column: Compared) => string): Row => ({
    name,
    cells: protocols.map(cell),
  })
  return [
    row('survives', (column) => survives(column, nodes)),
    row('assumes', ({ synchrony }) => `a ${synchrony} network`.replace('a asyn', 'an asyn')),
    row('messages', (column) => `${shortNumber(column.alone.messagesPerDecision)} ${each(column)}`),
    row('bytes', (column) => `${byteCount(column.alone.bytesPerDecision)} ${each(column)}`),
    row('delays', ({ alone }) =>
      alone.messageDelays === null
        ? 'a block’s work'
        : `${shortNumber(alone.messageDelays)} messages`,
    ),
    row('latency', ({ latencyMs }) => `${time(latencyMs.p50)}; 99%: ${time(latencyMs.p99)}`),
    row('throughput', ({ throughput }) => `${shortNumber(throughput.perSecond)} a second`),
    row('leader crash', ({ leaderCrash }) => silence(leaderCrash)),
    row('partition', ({ partition }) => silence(partition)),
    row('final', finality),
    row('verdict', ({ verdict, because }) =>
      because === undefined ? verdict : `${verdict}: ${because}`,
    ),
  ]
}

function survives({ family, tolerance }: Compared, nodes: number): string {
  switch (family) {
    case 'crash':
    case 'model':
      return `${tolerance.maximumFaulty} of ${nodes} crashed`
    case 'byzantine':
      return `${tolerance.maximumFaulty} of ${nodes} lying`
    case 'proof-of-work':
      return 'anyone, with less than half of the work'
  }
}

/** What there are so many messages of. */
function each({ family }: Compared): string {
  return family === 'proof-of-work' ? 'a block' : 'a write'
}

function silence({ secondsWithoutProgress, usualSeconds }: Compared['leaderCrash']): string {
  // A silence like those before it is none.
  const usual = secondsWithoutProgress < 1.5 * usualSeconds + 0.05
  return usual ? 'goes on' : `${time(secondsWithoutProgress * 1000)} silent`
}

function finality({ finality: { kind, depth, secondsP50 } }: Compared): string {
  return kind === 'immediate' ? 'at once' : `${depth} blocks, ${time(secondsP50 * 1000)}`
}

/** A time as short as can be: 12 ms, 1.3 s, 57 min. */
export function time(millis: number): string {
  if (!Number.isFinite(millis)) return '–'
  if (millis < 1000) return `${shortNumber(millis)} ms`
  if (millis < 120_000) return `${shortNumber(millis / 1000)} s`
  if (millis < 7_200_000) return `${Math.round(millis / 60_000)} min`
  return `${shortNumber(millis / 3_600_000)} h`
}

/** How often, in a sentence: `3.9 times`, `4.45 million times`. */
function times(factor: number): string {
  return `${shortNumber(factor).replace(/ M$/, ' million')} times`
}

/** What the comparison comes to, in a few sentences: each says what one step of trust costs. */
export function conclusions(comparison: Comparison): string[] {
  const { protocols, nodes, risk, attackerShare } = comparison
  const crash = protocols.find(({ family }) => family === 'crash')
  const byzantine = protocols.filter(({ family }) => family === 'byzantine')
  const chain = protocols.find(({ family }) => family === 'proof-of-work')
  const sentences: string[] = []
  for (const liar of byzantine) {
    if (!crash) break
    const messages = liar.alone.messagesPerDecision / crash.alone.messagesPerDecision
    const latency = liar.latencyMs.p50 / crash.latencyMs.p50
    const lying = liar.tolerance.maximumFaulty
    const crashed = crash.tolerance.maximumFaulty
    const survived = `${lying} of ${nodes}${lying === crashed ? ' as well' : ` instead of ${crashed}`}`
    sentences.push(
      `Against liars rather than crashes: ${liar.title} survives ${survived}, for ${times(messages)} the messages of ${crash.title} and ${times(latency)} its latency.`,
    )
  }
  const closed = crash ?? byzantine[0]
  if (chain && closed) {
    const latency = chain.latencyMs.p50 / closed.latencyMs.p50
    const throughput = closed.throughput.perSecond / chain.throughput.perSecond
    sentences.push(
      `Open to anyone rather than to ${nodes} known nodes: ${chain.title} needs no list of members, and pays with ${times(latency)} the latency of ${closed.title}, a throughput ${times(throughput)} smaller, and certainty: what is ${chain.finality.depth} blocks deep is undone with probability ${shortNumber(chain.finality.risk * 100)}% by ${shortNumber(attackerShare * 100)}% of the hash power (asked for: at most ${shortNumber(risk * 100)}%).`,
    )
  }
  return sentences
}
