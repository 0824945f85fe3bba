import type { Compared, Comparison } from '@quorate/core/experiments'
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
      content: table(['', ...protocols.map(({ title }) => title)], rows),
    },
    {
      title: 'What a decision costs',
      text: 'Lying nodes cost more messages than crashed ones; a chain that anyone may join costs few messages and much time.',
      content: figures([messageBars(comparison), finalityBars(comparison)]),
    },
    ...loadSection(protocols),
    {
      title: 'Through a crash and a partition',
      text: 'Operations answered while a fault is in force (shaded) and after it has healed. A chain has no leader to lose: blocks go on, on both sides of a cut.',
      content: figures(protocols.flatMap((column, i) => timelines(column, i))),
    },
  ]
  const lead = `${conclusions(comparison).join(' ')} ${nodes} nodes on the network “${network}”, seed ${seed}.`
  const again = `quorate compare ${protocols.map(({ protocol }) => protocol).join(' ')} --nodes ${nodes} --network ${network} --seed ${seed}`
  return page(`${names}: one world`, lead, sections, `The same figures again: ${again}`)
}

function messageBars({ protocols }: Comparison): string {
  const caption = 'one write at a time, heartbeats included; a block of a chain'
  const bars = protocols.map(({ title, alone }, hue) => ({
    name: title,
    value: alone.messagesPerDecision,
    text: shortNumber(alone.messagesPerDecision),
    hue,
  }))
  const title = 'Messages a decision'
  return figure(title, caption, barChart({ title, caption, scale: 'linear', bars }))
}

function finalityBars({ protocols, attackerShare }: Comparison): string {
  const caption = `from the request until the answer is final, half of the time; a chain against ${shortNumber(attackerShare * 100)}% of the hash power; powers of ten`
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
