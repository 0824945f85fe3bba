import type { MarkKind } from './message-diagram.ts'

/** What a drawing is made of, each character one column wide. */
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
  /** What people read, in the characters that there are. */
  words(text: string): string
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
  words: (text) => text,
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
  words: (text) =>
    text
      .replaceAll('×', 'x')
      .replaceAll('…', '...')
      .replace(/[^\x20-\x7e\u00a0]/gu, '?'),
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
