import { HistoryError } from '../../history.ts'
import type { Datum } from './datum.ts'

const maxDepth = 200
/** Longer numbers take too long to be read. */
const maxDigits = 1000

const space = /[\s,]+/y
const comment = /[;][^\n]*|#![^\n]*/y
const token = /[^\s,;"()[\]{}\\]+/y
const integer = /^[+-]?(?:0|[1-9]\d*)N?$/
const hexadecimal = /^([+-]?)(0[xX][\da-fA-F]+)N?$/
const decimal = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?M?$/
const ratio = /^([+-]?\d+)\/(\d+)$/
const characters: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['r', '\r'],
  ['n', '\n'],
  ['b', '\b'],
  ['f', '\f'],
  ['\\', '\\'],
  ['"', '"'],
])

const closing = { '(': ')', '[': ']', '{': '}' } as const
type Opening = keyof typeof closing

/**
 * Reads EDN (extensible data notation, github.com/edn-format/edn): what Clojure prints, and so what
 * Jepsen writes its histories in. Errors name the line.
 */
export class EdnReader {
  private readonly text: string
  private position = 0
  /** The number of the line at `linePosition`. */
  private line = 1
  private linePosition = 0

  /** The first line of the text has the number `firstLine`. */
  constructor(text: string, firstLine = 1) {
    this.text = text
    this.line = firstLine
  }

  /** The line where the reader is. */
  get lineNumber(): number {
    for (;;) {
      const next = this.text.indexOf('\n', this.linePosition)
      if (next < 0 || next >= this.position) return this.line
      this.linePosition = next + 1
      this.line++
    }
  }

  /** What is next, apart from white space, comments and what is marked to be discarded; '' at the end. */
  peek(depth = 0): string {
    for (;;) {
      this.match(space)
      if (this.match(comment) !== undefined) continue
      if (!this.text.startsWith('#_', this.position)) return this.text.charAt(this.position)
      this.position += 2
      this.read(depth + 1)
    }
  }

  /** What is left, from where the reader is. */
  get rest(): string {
    return this.text.slice(this.position)
  }

  /** Goes past an opening or a tag in front of what is next: `[`, `#jepsen.history.Op`. */
  enter(opening: string): boolean {
    if (this.peek() !== opening) return false
    this.position++
    return true
  }

  /** Goes past a tag, if there is one. */
  skipTag(): void {
    while (this.peek() === '#' && !/["{#(<^'?]/.test(this.text.charAt(this.position + 1))) {
      this.position++
      this.token('a tag')
    }
  }

  /** @throws HistoryError */
  read(depth = 0): Datum {
    if (depth > maxDepth) throw this.error(`is nested more than ${maxDepth} deep`)
    const next = this.peek(depth)
    switch (next) {
      case '':
        throw this.error('ends in the middle of a value')
      case '(':
        return { kind: 'list', items: this.items(next, depth) }
      case '[':
        return { kind: 'vector', items: this.items(next, depth) }
      case '{':
        return this.map(depth)
      case ')':
      case ']':
      case '}':
        throw this.error(`has a ${next} that closes nothing`)
      case '"':
        return this.string()
      case '\\':
        return this.character()
      case '#':
        return this.dispatched(depth)
      case '^':
        // Metadata, as Clojure may print them; they are no part of a value.
        this.position++
        this.read(depth + 1)
        return this.read(depth + 1)
      default:
        return this.atom(this.token('a value'))
    }
  }

  error(what: string): HistoryError {
    return new HistoryError(`line ${this.lineNumber} ${what}`)
  }

  private items(opening: Opening, depth: number): Datum[] {
    const close = closing[opening]
    const from = this.lineNumber
    const items: Datum[] = []
    this.position++
    for (;;) {
      const next = this.peek(depth)
      if (next === close) break
      if (next === '') {
        throw new HistoryError(`line ${from} opens a ${opening} that is never closed by ${close}`)
      }
      items.push(this.read(depth + 1))
    }
    this.position++
    return items
  }

  private map(depth: number): Datum {
    const from = this.lineNumber
    const items = this.items('{', depth)
    if (items.length % 2 === 1) {
      throw new HistoryError(`line ${from} has a map with a key and no value`)
    }
    const entries: [Datum, Datum][] = []
    for (let at = 0; at < items.length; at += 2) {
      entries.push([items[at] as Datum, items[at + 1] as Datum])
    }
    return { kind: 'map', entries }
  }

  private dispatched(depth: number): Datum {
    this.position++
    switch (this.text.charAt(this.position)) {
      case '{':
        return { kind: 'set', items: this.items('{', depth) }
      case '"':
        // A regular expression.
        return { kind: 'tagged', tag: 'regex', value: this.string() }
      case '#': {
        this.position++
        const name = this.token('a number such as ##Inf')
        const value = { Inf: Number.POSITIVE_INFINITY, '-Inf': Number.NEGATIVE_INFINITY, NaN }[name]
        if (value === undefined)
          throw this.error(`has ##${name}; there are ##Inf, ##-Inf and ##NaN`)
        return value
      }
      default: {
        const tag = this.token('a tag')
        return { kind: 'tagged', tag, value: this.read(depth + 1) }
      }
    }
  }

  private string(): string {
    const from = this.lineNumber
    let text = ''
    this.position++
    for (;;) {
      const end = this.text.charAt(this.position)
      if (end === '') throw new HistoryError(`line ${from} opens a string that is never closed`)
      if (end === '"') {
        this.position++
        return text
      }
      if (end === '\\') {
        text += this.escape()
        continue
      }
      const next = this.nextSpecial()
      text += this.text.slice(this.position, next)
      this.position = next
    }
  }

  /** Where the text of a string ends, or is interrupted by an escape. */
  private nextSpecial(): number {
    let at = this.position
    for (; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at)
      if (code === 0x22 || code === 0x5c) break
    }
    return at
  }

  private escape(): string {
    const letter = this.text.charAt(this.position + 1)
    const known = characters.get(letter)
    if (known !== undefined) {
      this.position += 2
      return known
    }
    const digits = /u([\da-fA-F]{4})|([0-3]?[0-7]{1,2})/y
    digits.lastIndex = this.position + 1
    const found = digits.exec(this.text)
    if (found === null) {
      throw this.error(`has the unknown escape \\${letter} in a string; \\\\ is a backslash`)
    }
    this.position += 1 + found[0].length
    const code =
      found[1] === undefined
        ? Number.parseInt(found[2] as string, 8)
        : Number.parseInt(found[1], 16)
    return String.fromCharCode(code)
  }

  /** `\a`, `\newline`, `\u0041`: the character alone decides, or a word of several. */
  private character(): Datum {
    const after = String.fromCodePoint(this.text.codePointAt(this.position + 1) ?? 0x20)
    this.position += 1 + after.length
    const isWord = /[a-zA-Z0-9]/.test(after)
    const more = isWord ? (this.match(token) ?? '') : ''
    return { kind: 'character', text: after + more }
  }

  private atom(text: string): Datum {
    if (text === 'nil') return null
    if (text === 'true') return true
    if (text === 'false') return false
    if (text.startsWith(':')) {
      if (text.length === 1) throw this.error('has a : without the name of a keyword')
      return { kind: 'keyword', text: text.slice(1) }
    }
    if (/^[+-]?\d/.test(text)) return this.number(text)
    return { kind: 'symbol', text }
  }

  private number(text: string): Datum {
    if (text.length > maxDigits) throw this.error(`has a number of ${text.length} characters`)
    if (integer.test(text)) return exactInteger(BigInt(text.replace(/^\+|N$/g, '')))
    const [, sign, digits] = hexadecimal.exec(text) ?? []
    if (digits !== undefined) return exactInteger(BigInt(digits) * (sign === '-' ? -1n : 1n))
    if (decimal.test(text)) return Number(text.replace(/M$/, ''))
    const [, numerator, denominator] = ratio.exec(text) ?? []
    if (numerator === undefined || denominator === undefined || BigInt(denominator) === 0n) {
      throw this.error(`has ${shortened(text)}, which is no number`)
    }
    return reduced(BigInt(numerator), BigInt(denominator))
  }

  private token(what: string): string {
    const found = this.match(token)
    if (found === undefined)
      throw this.error(`has no ${what.replace(/^a /, '')} where one should be`)
    return found
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.position += found.length
    return found
  }
}

/**
 * The one value that a text has.
 * @throws HistoryError if it has none, or something else
 */
export function oneDatum(text: string): Datum {
  const reader = new EdnReader(text)
  const datum = reader.read()
  if (reader.peek() !== '') throw reader.error('goes on after the value')
  return datum
}

/** An integer as a number, where that is exact. */
export function exactInteger(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function reduced(numerator: bigint, denominator: bigint): Datum {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator]
  while (b > 0n) [a, b] = [b, a % b]
  if (denominator === a) return exactInteger(numerator / a)
  return { kind: 'ratio', text: `${numerator / a}/${denominator / a}` }
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
