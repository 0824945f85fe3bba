import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Links } from './link.ts'
import { fullMesh } from './peer-graph.ts'

describe('links', () => {
  test('keep the order of each link, between neighbours and others', () => {
    const arrivals = fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.nat(1_000)), { maxLength: 50 })
    fc.assert(
      fc.property(arrivals, (messages) => {
        const mesh = new Links(3, fullMesh(3))
        const line = new Links(3, [[1], [0, 2], [1]])
        const nodeAndClients = new Links(3, [[]])
        const latest = new Map<string, number>()
        for (const [from, to, arrival] of messages) {
          const link = `${from} ${to}`
          const inOrder = Math.max(arrival, latest.get(link) ?? 0)
          latest.set(link, inOrder)
          expect(mesh.inOrder(from, to, arrival)).toBe(inOrder)
          expect(line.inOrder(from, to, arrival)).toBe(inOrder)
          expect(nodeAndClients.inOrder(from, to, arrival)).toBe(inOrder)
        }
      }),
    )
  })

  test('are cut while any cut holds them', () => {
    const links = new Links(3, fullMesh(3))
    const first = links.cut((from) => from === 0)
    const second = links.cut((_, to) => to === 1)
    expect([links.isCut(0, 1), links.isCut(0, 2), links.isCut(2, 1), links.isCut(1, 0)]).toEqual([
      true,
      true,
      true,
      false,
    ])
    links.heal(first)
    expect([links.isCut(0, 1), links.isCut(0, 2)]).toEqual([true, false])
    links.heal(second)
    expect(links.isCut(0, 1)).toBe(false)
  })

  test('never cut an endpoint off from itself', () => {
    const links = new Links(2, fullMesh(2))
    links.cut(() => true)
    expect([links.isCut(0, 1), links.isCut(0, 0)]).toEqual([true, false])
  })

  test('have loss and delay of their own, each in one direction, until they are cleared', () => {
    const links = new Links(2, fullMesh(2))
    links.setLoss(0, 1, 0.5)
    links.setDelay(0, 1, 30)
    expect([links.loss(0, 1), links.loss(1, 0), links.delay(0, 1), links.delay(1, 0)]).toEqual([
      0.5, 0, 30, 0,
    ])
    links.clear()
    expect([links.loss(0, 1), links.delay(0, 1)]).toEqual([0, 0])
  })
})
