import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OralGenerals } from './oral-generals.ts'
import { type Order, opposite, orders } from './order.ts'
import { type Lie, Lockstep } from './testing/lockstep.ts'

/** A traitor's choices, one for each message that it should send: say so, say the opposite, or nothing. */
const choices = ['same', 'opposite', 'nothing'] as const

function lying(list: readonly (typeof choices)[number][]): Lie {
  let next = 0
  return ({ message }) => {
    const choice = list[next++ % list.length]
    if (message.kind !== 'oral' || choice === 'nothing') return undefined
    return choice === 'same' ? message : { ...message, order: opposite(message.order) }
  }
}

/** Every list of so many choices. */
function allLists(length: number): (typeof choices)[number][][] {
  if (length === 0) return [[]]
  return allLists(length - 1).flatMap((list) => choices.map((choice) => [...list, choice]))
}

function obeyedBy(
  nodes: number,
  m: number,
  traitors: readonly number[],
  order: Order,
  list: readonly (typeof choices)[number][],
): Order[] {
  return new Lockstep(OralGenerals, { nodes, m, traitors, lie: lying(list) }).run(order).obeyed
}

/** IC1, and IC2 where the commander is loyal. */
function isConsistent(
  obeyed: readonly Order[],
  traitors: readonly number[],
  order: Order,
): boolean {
  const same = new Set(obeyed).size <= 1
  return same && (traitors.includes(0) || obeyed.every((obey) => obey === order))
}

describe('OM(m)', () => {
  test.each([
    [4, 1],
    [7, 2],
    [10, 3],
    [6, 0],
  ])(
    'of %i generals passes orders on %i times, in as many messages as the paper counts',
    (nodes, m) => {
      const { sent, obeyed } = new Lockstep(OralGenerals, { nodes, m }).run('attack')
      let messages = 0
      for (let hands = 1, last = 1; hands <= m + 1; hands += 1) {
        last *= nodes - hands
        messages += last
      }
      expect(sent).toHaveLength(messages)
      expect(obeyed).toEqual(new Array(nodes - 1).fill('attack'))
    },
  )

  test.each(orders)(
    'keeps IC1 and IC2 for every way in which one of four can lie, the order being %s',
    (order) => {
      for (const traitor of [0, 1]) {
        const messages = traitor === 0 ? 3 : 2
        for (const list of allLists(messages)) {
          const obeyed = obeyedBy(4, 1, [traitor], order, list)
          expect(isConsistent(obeyed, [traitor], order), list.join(', ')).toBe(true)
        }
      }
    },
  )

  test('keeps them whatever two of seven say to whom', () => {
    fc.assert(
      fc.property(
        fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 2, maxLength: 2 }),
        fc.constantFrom(...orders),
        fc.array(fc.constantFrom(...choices), { minLength: 1, maxLength: 80 }),
        (traitors, order, list) =>
          isConsistent(obeyedBy(7, 2, traitors, order, list), traitors, order),
      ),
      { numRuns: 300 },
    )
  })

  test('cannot keep them among three, of whom one lies: to lieutenant 1 figures 1 and 2 look alike', () => {
    const loyalCommander = obeyedBy(3, 1, [2], 'attack', ['opposite'])
    const traitorousCommander = obeyedBy(3, 1, [0], 'attack', ['same', 'opposite'])
    expect(loyalCommander[0]).toBe(traitorousCommander[0])
    expect(loyalCommander).toEqual(['retreat'])
  })

  test('breaks for n = 3m in some way of lying', () => {
    const isBroken = (list: readonly (typeof choices)[number][]): boolean =>
      !isConsistent(obeyedBy(6, 2, [4, 5], 'attack', list), [4, 5], 'attack')
    expect(isBroken(['opposite'])).toBe(true)
    expect(isBroken(['same'])).toBe(false)
  })
})

describe('a lieutenant', () => {
  test('believes nobody who speaks for another', () => {
    const lie: Lie = ({ from, message }) =>
      message.kind === 'oral' && from === 3
        ? { ...message, path: [0, 1], order: 'retreat' }
        : message
    const told = new Lockstep(OralGenerals, { nodes: 4, m: 1, traitors: [3], lie }).run('attack')
    expect(told.generals[2]?.heardAlong([0, 1])).toBe('attack')
    expect(told.obeyed).toEqual(['attack', 'attack'])
  })

  test('takes what comes after its round as not sent', () => {
    const { generals } = new Lockstep(OralGenerals, { nodes: 4, m: 1 })
    const lieutenant = generals[1] as OralGenerals
    lieutenant.timeout('round')
    lieutenant.timeout('round')
    lieutenant.receive(0, { kind: 'oral', path: [0], order: 'attack' })
    lieutenant.receive(2, { kind: 'oral', path: [0, 2], order: 'attack' })
    expect(lieutenant.heardAlong([0])).toBe('retreat')
    expect(lieutenant.heardAlong([0, 2])).toBe('attack')
  })

  test('retreats where the commander gave no order', () => {
    const { generals, obeyed } = new Lockstep(OralGenerals, { nodes: 4, m: 1 }).run(undefined)
    expect(obeyed).toEqual(['retreat', 'retreat', 'retreat'])
    expect(generals[0]?.decision).toBe('retreat')
  })
})
