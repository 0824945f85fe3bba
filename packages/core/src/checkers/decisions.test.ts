import { describe, expect, test } from 'vitest'
import type { Checker } from '../model/index.ts'
import { Agreement } from './agreement.ts'
import { Integrity } from './integrity.ts'
import { ProposedValue } from './proposed-value.ts'
import { Unanimity } from './unanimity.ts'
import { valueText } from './value-text.ts'

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
const proposalOf = (command: unknown) => command as Uint8Array | undefined

/** What happens at the events 10, 20 and so on. */
type Happening = readonly [what: 'proposed' | 'decided' | 'crashed', node: number, value?: string]

function told<C extends Checker>(checker: C, ...happenings: Happening[]): C {
  for (const [i, [what, node, value = '']] of happenings.entries()) {
    const moment = { event: (i + 1) * 10, timeMicros: i }
    if (what === 'crashed') checker.crashed?.(node, moment)
    else if (what === 'decided')
      checker.output?.(node, { kind: 'decided', value: bytes(value) }, moment)
    else checker.proposed?.(node, bytes(value), { client: node, sequence: 1 }, moment)
  }
  checker.finished?.(new Map(), { event: 1_000, timeMicros: 1_000 })
  return checker
}

describe('agreement', () => {
  test('holds while all decide the same', () => {
    const { violation } = told(new Agreement(), ['decided', 0, 'a'], ['decided', 1, 'a'])
    expect(violation).toBeUndefined()
  })

  test('is broken by two nodes that decide otherwise, though one crashed since', () => {
    const checker = told(new Agreement(), ['decided', 2, 'a'], ['crashed', 2], ['decided', 1, 'b'])
    expect(checker.violation).toEqual({
      property: 'agreement',
      message: "node 2 decided 'a' and node 1 decided 'b'",
      nodes: [2, 1],
      events: [10, 30],
    })
  })
})

describe('integrity', () => {
  test('lets a node say again in another life what it decided', () => {
    const checker = told(new Integrity(), ['decided', 0, 'a'], ['crashed', 0], ['decided', 0, 'a'])
    expect(checker.violation).toBeUndefined()
  })

  test('is broken by a second decision in one life, and by another in any', () => {
    const twice = told(new Integrity(), ['decided', 0, 'a'], ['decided', 0, 'a'])
    expect(twice.violation?.message).toBe("node 0 decided 'a' twice")
    const other = told(new Integrity(), ['decided', 0, 'a'], ['crashed', 0], ['decided', 0, 'b'])
    expect(other.violation?.message).toBe("node 0 decided 'a', and then 'b'")
    expect(other.violation?.events).toEqual([10, 30])
  })
})

describe('validity', () => {
  test('where nobody lies: what is decided was proposed to somebody', () => {
    const held = told(new ProposedValue(proposalOf), ['proposed', 0, 'a'], ['decided', 1, 'a'])
    expect(held.violation).toBeUndefined()
    const broken = told(new ProposedValue(proposalOf), ['proposed', 0, 'a'], ['decided', 1, 'b'])
    expect(broken.violation?.message).toBe("node 1 decided 'b', which nobody proposed")
  })

  test('where some lie: what all correct nodes propose is decided, if anything', () => {
    const same: Happening[] = [
      ['proposed', 0, 'a'],
      ['proposed', 1, 'a'],
    ]
    expect(told(new Unanimity(proposalOf), ...same, ['decided', 1, 'a']).violation).toBeUndefined()
    expect(told(new Unanimity(proposalOf), ...same, ['decided', 1, 'b']).violation?.message).toBe(
      "all correct nodes proposed 'a', and node 1 decided 'b'",
    )
    const divided = told(
      new Unanimity(proposalOf),
      ...same,
      ['decided', 1, 'b'],
      ['proposed', 2, 'c'],
    )
    expect(divided.violation).toBeUndefined()
  })
})

test('a value is shown as the text that it is, or as its bytes', () => {
  expect(valueText(bytes('attack'))).toBe("'attack'")
  expect(valueText(Uint8Array.of(0xff, 0x01))).toBe('0xff01')
})
