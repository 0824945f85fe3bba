import { styleText } from 'node:util'
import type { Comparison } from '@quorate/core/experiments'
import { wallTime } from '@quorate/core/experiments'
import { wrapped } from '../text-layout.ts'
import { comparisonRows, conclusions, type Row } from './comparison-rows.ts'

const nameWidth = 14
const narrowest = 16
const widest = 24

/** The comparison for a person to read: criteria down, protocols across, and what it comes to. */
export function comparisonText(comparison: Comparison, columns: number): string {
  const { nodes, network, seed, protocols, wallSeconds } = comparison
  const width = Math.min(columns, 100)
  const rows = comparisonRows(comparison)
  const across = Math.max(1, Math.floor((width - nameWidth) / narrowest))
  const blocks: string[] = [
    `${styleText('bold', `${nodes} nodes on ${network}`)}, seed ${seed}: the same world and the same requests for each`,
  ]
  for (let first = 0; first < protocols.length; first += across) {
    const shown = protocols.slice(first, first + across)
    const cell = Math.min(widest, Math.floor((width - nameWidth) / shown.length))
    const heads = shown.map(({ protocol }) => styleText('bold', protocol.padEnd(cell)))
    const lines = rows.flatMap((row) => rowLines(row, first, shown.length, cell))
    blocks.push([''.padEnd(nameWidth) + heads.join('').trimEnd(), ...lines].join('\n'))
  }
  blocks.push(
    conclusions(comparison)
      .map((sentence) => wrapped(sentence, width).join('\n'))
      .join('\n'),
  )
  blocks.push(
    wrapped(
      `Messages, bytes and delays: one write at a time. Latency: ${firstLoad(comparison)}. Throughput: the most of ${loads(comparison)}. Silent: nobody is answered after the fault. ${wallTime(wallSeconds)} of wall time.`,
      width,
    ).join('\n'),
  )
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function rowLines({ name, cells }: Row, first: number, count: number, width: number): string[] {
  const shown = cells.slice(first, first + count).map((cell) => wrapped(cell, width - 2))
  const height = Math.max(...shown.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) => {
    const label = (line === 0 ? name : '').padEnd(nameWidth)
    return (label + shown.map((lines) => (lines[line] ?? '').padEnd(width)).join('')).trimEnd()
  })
}

function firstLoad({ protocols }: Comparison): string {
  const clients = protocols.find(({ load }) => load.length > 0)?.load[0]?.clients
  return clients === undefined ? 'until final' : `${clients} clients, each after its last answer`
}

function loads({ protocols }: Comparison): string {
  const load = protocols.find((column) => column.load.length > 0)?.load ?? []
  return load.length === 0
    ? 'what blocks hold'
    : `${load.map(({ clients }) => clients).join(', ')} clients`
}
