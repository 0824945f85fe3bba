import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GeneralsMessage, Message } from './generals.messages.ts'
import { opposite, orders } from './order.ts'
import { signedText } from './signature-chain.ts'
import { SignedGenerals } from './signed-generals.ts'
import { type Lie, Lockstep } from './testing/lockstep.ts'

type Written = Message<'written'>

function army(nodes: number, m: number, traitors: readonly number[] = [], lie?: Lie) {
  return new Lockstep(SignedGenerals, { nodes, m, traitors, ...(lie && { lie }) })
}

/** The order under the names of these generals, in this order. */
function signed(
  { generals }: Lockstep<SignedGenerals>,
  order: Written['order'],
  names: readonly number[],
): Written {
  let chain: Written['chain'] = []
  for (const name of names) {
    const signature = generals[name]?.host.sign(signedText(order, chain)) as Uint8Array
    chain = [...chain, { signer: name, signature }]
  }
  return { kind: 'written', order, chain }
}

describe('SM(m)', () => {
  test('of a loyal commander takes one message a lieutenant, and each passes it on once', () => {
    const { sent, obeyed } = army(5, 3).run('attack')
    expect(sent).toHaveLength(4 + 4 * 3)
    expect(obeyed).toEqual(['attack', 'attack', 'attack', 'attack'])
  })

  test('keeps IC1 among three of whom the commander signs two orders (figure 5)', () => {
    const camp = army(3, 1)
    const [, one, two] = camp.generals
    one?.receive(0, signed(camp, 'attack', [0]))
    two?.receive(0, signed(camp, 'retreat', [0]))
    camp.run(undefined)
    expect(one?.seen).toEqual(new Set(['attack', 'retreat']))
    expect(camp.obeyed).toEqual(['retreat', 'retreat'])
  })

  test('keeps IC1 and IC2 whomever traitors tell, and whatever the commander signs', () => {
    fc.assert(
      fc.property(
        fc.subarray([0, 1, 2, 3, 4], { maxLength: 3 }),
        fc.constantFrom(...orders),
        fc.array(fc.constantFrom('same', 'other', 'nothing'), { minLength: 1, maxLength: 20 }),
        (traitors, order, list) => {
          let next = 0
          const camp: Lockstep<SignedGenerals> = army(5, 3, traitors, ({ from, message }) => {
            const choice = list[next++ % list.length]
            if (choice === 'nothing') return undefined
            const isOther = choice === 'other' && from === 0
            return isOther ? signed(camp, opposite(order), [0]) : message
          })
          const { obeyed } = camp.run(order)
          const same = new Set(obeyed).size <= 1
          return same && (traitors.includes(0) || obeyed.every((obey) => obey === order))
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('a lieutenant counts', () => {
  const camp = army(5, 3)
  const genuine = signed(camp, 'attack', [0, 2])
  const [commander, second] = genuine.chain as [Written['chain'][0], Written['chain'][0]]
  const shown = (message: GeneralsMessage, from: number, rounds = 0): boolean => {
    const lieutenant = army(5, 3).generals[1] as SignedGenerals
    for (let round = 0; round < rounds; round += 1) lieutenant.timeout('round')
    lieutenant.receive(from, message)
    return lieutenant.seen.has('attack')
  }

  test('an order under the names of all whom it passed', () => {
    expect(shown(genuine, 2)).toBe(true)
  })

  test.each<[string, Written, number]>([
    ['nobody has signed', { ...genuine, chain: [] }, 2],
    ['the commander has not signed', signed(camp, 'attack', [2]), 2],
    ['the sender has not signed', genuine, 3],
    ['somebody has signed twice', signed(camp, 'attack', [0, 2, 2]), 2],
    ['the lieutenant has signed itself', signed(camp, 'attack', [0, 1, 2]), 2],
    [
      'the commander signed another',
      { ...genuine, chain: signed(camp, 'retreat', [0, 2]).chain },
      2,
    ],
    [
      'a name is under no signature',
      { ...genuine, chain: [{ ...commander, signer: 0, signature: second.signature }, second] },
      2,
    ],
    ['names have changed places', { ...genuine, chain: [second, commander] }, 0],
  ])('no order where %s', (_, message, from) => {
    expect(shown(message, from)).toBe(false)
  })

  test('an order under two names until round 2 ends, and not after it', () => {
    expect(shown(genuine, 2, 2)).toBe(true)
    expect(shown(genuine, 2, 3)).toBe(false)
    expect(shown(signed(camp, 'attack', [0, 2, 3]), 3, 3)).toBe(true)
  })
})
