import type { MarkKind } from './message-diagram.ts'

/** What a drawing is made of, each one character wide. */
export interface Pen {
  readonly lane: string
  readonly downLane: string
  readonly line: string
  readonly copyLine: string
  readonly crossing: string
  readonly tailRight: string
  readonly tailLeft: string
  readonly headRight: string
  readonly headLeft: string
  readonly toItself: string
  readonly lost: string
  readonly omitted: string
  readonly marks: { readonly [K in MarkKind]: string }
}

export const boxPen: Pen = {
  lane: '│',
  downLane: '┊',
  line: '─',
  copyLine: '╌',
  crossing: '┼',
  tailRight: '├',
  tailLeft: '┤',
  headRight: '►',
  headLeft: '◄',
  toItself: '↺',
  lost: '×',
  omitted: '⋮',
  marks: {
    start: '┬',
    timeout: '◇',
    command: '▼',
    reply: '▲',
    durable: '▪',
    mined: '■',
    crash: '╳',
    restart: '○',
    output: '●',
    violation: '⊠',
  },
}

export const asciiPen: Pen = {
  lane: '|',
  downLane: ':',
  line: '-',
  copyLine: '=',
  crossing: '+',
  tailRight: '|',
  tailLeft: '|',
  headRight: '>',
  headLeft: '<',
  toItself: '@',
  lost: 'x',
  omitted: ':',
  marks: {
    start: '+',
    timeout: 'T',
    command: 'C',
    reply: 'A',
    durable: 'd',
    mined: '#',
    crash: 'X',
    restart: 'o',
    output: '*',
    violation: '!',
  },
}
