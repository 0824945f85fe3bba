import { type Compared, type Comparison, usualComparison } from '@quorate/core/experiments'
import { barChart } from '../pictures/bar-chart.ts'
import { lineChart } from '../pictures/line-chart.ts'
import { shortNumber } from '../pictures/number-text.ts'
import { figure, figures, page, type Section, table } from '../pictures/page.ts'
import { comparisonRows, conclusions, time } from './comparison-rows.ts'

/** The comparison as a page with plots, which opens from a file. */
export function comparisonPage(comparison: Comparison): string {
  const { nodes, network, seed, protocols } = comparison
  const names = protocols.map(({ title }) => title).join(', ')
  const rows = comparisonRows(comparison).map(({ name, cells }) => [name, ...cells])
  const sections: Section[] = [
    {
      title: 'Side by side',
      text: 'Messages, bytes and delays are those of one write at a time; throughput is the most of the points of the curve below; silent is how long nobody is answered after a fault.',
      content: table(
        'The protocols side by side',
        ['', ...protocols.map(({ title }) => title)],
        rows,
      ),
    },
    {
      title: 'What a decision costs',
      text: 'Every message of the network counts, and every moment until the answer cannot be undone.',
      content: figures([messageBars(comparison), finalityBars(comparison)]),
    },
    ...loadSection(protocols),
    {
      title: 'Through a crash and a partition',
      text: `Operations answered while a fault is in force (shaded) and after it has healed.${hasChain(comparison) ? ' A chain has no leader to lose: blocks go on, on both sides of a cut.' : ''}`,
      content: figures(protocols.flatMap((column, i) => timelines(column, i))),
    },
  ]
  const lead = `${conclusions(comparison).join(' ')} ${nodes} nodes on the network “${network}”, seed ${seed}.`
  const foot = `The same figures again: ${againCommand(comparison)}`
  return page(`${names}: one world`, lead, sections, foot)
}

/** The command that gives this comparison again: what is not as usual is said. */
function againCommand(comparison: Comparison): string {
  const { nodes, network, seed, protocols, risk, attackerShare } = comparison
  const names = protocols.map(({ protocol }) => protocol)
  const words = ['npx quorate compare', ...names, `--nodes ${nodes} --network ${network}`]
  words.push(`--seed ${seed}`)
  const load = protocols.find((column) => column.load.length > 0)?.load
  const clients = load?.map((point) => point.clients).join(',')
  if (clients !== undefined && clients !== usualComparison.clients.join(','))
    words.push(`--clients ${clients}`)
  if (risk !== usualComparison.risk) words.push(`--risk ${percentage(risk)}`)
  if (attackerShare !== usualComparison.attackerShare)
    words.push(`--attacker ${percentage(attackerShare)}`)
  return words.join(' ')
}

function percentage(share: number): string {
  return `${Number((share * 100).toPrecision(12))}%`
}

function hasChain({ protocols }: Comparison): boolean {
  return protocols.some(({ family }) => family === 'proof-of-work')
}

function messageBars(comparison: Comparison): string {
  const { protocols } = comparison
  const caption = `one write at a time, heartbeats included${hasChain(comparison) ? '; a block of a chain' : ''}`
  const bars = protocols.map(({ title, alone }, hue) => ({
    name: title,
    value: alone.messagesPerDecision,
    text: shortNumber(alone.messagesPerDecision),
    hue,
  }))
  const title = 'Messages a decision'
  return figure(title, caption, barChart({ title, caption, scale: 'linear', bars }))
}

function finalityBars(comparison: Comparison): string {
  const { protocols, attackerShare } = comparison
  const against = `; a chain against ${shortNumber(attackerShare * 100)}% of the hash power`
  const caption = `from the request until the answer is final, half of the time${hasChain(comparison) ? against : ''}; powers of ten`
  const bars = protocols.map(({ title, latencyMs }, hue) => ({
    name: title,
    value: latencyMs.p50,
    text: time(latencyMs.p50),
    hue,
  }))
  const title = 'Time until final'
  return figure(title, caption, barChart({ title, caption, scale: 'log', bars }))
}

function loadSection(protocols: readonly Compared[]): Section[] {
  const loaded = protocols.filter(({ load }) => load.length > 1)
  if (loaded.length === 0) return []
  const title = 'Throughput and latency'
  const caption = 'each point has more clients than the one before it'
  const series = loaded.map((column) => ({
    name: column.title,
    style: 'line' as const,
    hue: protocols.indexOf(column),
    points: column.load.map(({ perSecond, p50Ms }) => ({ x: perSecond, y: p50Ms })),
  }))
  const chart = lineChart({
    title,
    caption,
    x: { label: 'writes a second', scale: 'log' },
    y: { label: 'median latency, ms', scale: 'log' },
    series,
  })
  return [
    {
      title: 'Under load',
      text: 'Clients that ask again as soon as they are answered. Where a line turns upwards, the protocol is saturated: more clients only wait longer.',
      content: figures([figure(title, caption, chart)]),
    },
  ]
}

function timelines(column: Compared, hue: number): string[] {
  const { leaderCrash, partition, title, family } = column
  const chain = family === 'proof-of-work'
  return [leaderCrash, partition].map((through) => {
    const { bucketSeconds, struckSeconds, lastingSeconds, timeline, what } = through
    const hours = chain ? 3600 : 1
    const from = struckSeconds / hours
    const name = `${title}: ${what}`
    const caption = chain ? 'blocks in ten minutes, by hours' : 'answers in a quarter of a second'
    const chart = lineChart({
      title: name,
      caption,
      x: { label: chain ? 'hours' : 'seconds', scale: 'linear' },
      y: { label: chain ? 'blocks' : 'answers', scale: 'linear' },
      series: [
        {
          name: '',
          style: 'curve',
          hue,
          points: timeline.map((count, i) => ({ x: (i * bucketSeconds) / hours, y: count })),
        },
      ],
      shaded: [{ from, to: from + lastingSeconds / hours, label: 'fault' }],
    })
    return figure(name, caption, chart)
  })
}
