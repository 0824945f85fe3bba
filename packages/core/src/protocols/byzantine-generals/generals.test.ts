import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../model/index.ts'
import { largestDriftPpm, roundFor } from './generals.parameters.ts'
import { OralGenerals } from './oral-generals.ts'
import { orderBytes, orderOf } from './order.ts'
import { Lockstep } from './testing/lockstep.ts'

const propose = (text: string) =>
  ({ kind: 'propose', value: Uint8Array.from(text, (letter) => letter.charCodeAt(0)) }) as const

function outcomeOf(text: string, general: number): Outcome | undefined {
  const army = new Lockstep(OralGenerals, { nodes: 4, m: 1 })
  army.generals[general]?.propose(propose(text), { client: 5, sequence: 1 })
  return army.replies[0]?.outcome
}

describe('who gives orders', () => {
  test('the commander alone, and orders that there are', () => {
    const refused = { kind: 'refused', leader: 0 }
    expect(outcomeOf('attack', 2)).toEqual({ ...refused, reason: 'not the commander' })
    expect(outcomeOf('advance', 0)).toEqual({ ...refused, reason: 'no order: retreat or attack' })
    expect(outcomeOf('attack', 0)).toBeUndefined()
  })

  test('the first order stands, and who asks later is told what was decided', () => {
    const army = new Lockstep(OralGenerals, { nodes: 4, m: 1 })
    const [commander] = army.generals
    commander?.propose(propose('attack'), { client: 0, sequence: 1 })
    commander?.propose(propose('retreat'), { client: 0, sequence: 1 })
    for (let round = 0; round <= 2; round += 1) commander?.timeout('round')
    commander?.propose(propose('retreat'), { client: 7, sequence: 1 })
    const done = { kind: 'done', result: orderBytes('attack') }
    expect(army.replies).toEqual([
      { request: { client: 0, sequence: 1 }, outcome: done },
      { request: { client: 7, sequence: 1 }, outcome: done },
    ])
    expect(army.sent.map(({ to }) => to)).toEqual([1, 2, 3])
  })

  test('an order that comes after round 0 comes too late: none was sent', () => {
    const army = new Lockstep(OralGenerals, { nodes: 4, m: 1 })
    const [commander] = army.generals
    commander?.timeout('round')
    commander?.propose(propose('attack'), { client: 0, sequence: 1 })
    for (let round = 1; round <= 2; round += 1) commander?.timeout('round')
    expect(army.sent).toEqual([])
    const done = { kind: 'done', result: orderBytes('retreat') }
    expect(army.replies).toEqual([{ request: { client: 0, sequence: 1 }, outcome: done }])
  })

  test('orders are their texts', () => {
    expect(orderOf(orderBytes('attack'))).toBe('attack')
    expect(orderOf(orderBytes('retreat'))).toBe('retreat')
    expect(orderOf(Uint8Array.of(0xff))).toBeUndefined()
  })
})

describe('the usual length of a round', () => {
  test.each([0, 1, 3, 20])(
    'brings a message through in every round, with %i traitors and clocks far apart',
    (traitors) => {
      const boundMicros = 40_000
      const roundMicros = roundFor(boundMicros, traitors, 0, 0) * 1_000
      const drift = largestDriftPpm / 1_000_000
      for (let round = 0; round <= traitors + 1; round += 1) {
        const sentLast = (round * roundMicros) / (1 - drift)
        const endsFirst = ((round + 1) * roundMicros) / (1 + drift)
        expect(endsFirst - sentLast).toBeGreaterThan(boundMicros)
      }
    },
  )
})
