import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../model/index.ts'
import { narrateGenerals } from './generals.narration.ts'
import type { Generals } from './generals.ts'
import { OralGenerals } from './oral-generals.ts'
import { type Order, orderBytes } from './order.ts'
import { Lockstep } from './testing/lockstep.ts'

function army(order?: Order): Map<NodeId, Generals> {
  const { generals } = new Lockstep(OralGenerals, { nodes: 4, m: 1 })
  const request = { client: 0, sequence: 1 }
  if (order) generals[0]?.propose({ kind: 'propose', value: orderBytes(order) }, request)
  return new Map(generals.map((general) => [general.host.self, general]))
}

function endRounds(generals: ReadonlyMap<NodeId, Generals>, rounds: number): void {
  for (let round = 0; round < rounds; round += 1) {
    for (const general of generals.values()) general.timeout('round')
  }
}

describe('what is happening among generals', () => {
  test('is told round by round', () => {
    const waiting = army()
    expect(narrateGenerals(waiting)).toBe('The generals wait for the commander to get an order.')
    const generals = army('attack')
    expect(narrateGenerals(generals)).toBe(
      "The commander is to order 'attack', and sends it when the round ends.",
    )
    endRounds(generals, 1)
    expect(narrateGenerals(generals)).toBe(
      "Round 1 of 2: the commander's order 'attack' is on its way to the lieutenants.",
    )
    endRounds(generals, 1)
    expect(narrateGenerals(generals)).toBe(
      "Round 2 of 2: the lieutenants tell each other what they have heard of the commander's order 'attack'.",
    )
    endRounds(generals, 1)
    expect(narrateGenerals(generals)).toBe('All 3 lieutenants have decided to retreat.')
  })

  test('is a disagreement where there is one', () => {
    const generals = army()
    for (const [id, general] of generals) general.decision = id === 1 ? 'attack' : 'retreat'
    expect(narrateGenerals(generals)).toBe('The lieutenants disagree: 1 attack and 2 retreat.')
  })

  test('needs lieutenants', () => {
    const [commander] = army()
    expect(narrateGenerals(new Map([commander as [NodeId, Generals]]))).toBe(
      'No lieutenant is left.',
    )
  })
})
